/** What is wrong with a file that was given to the lab, whatever it holds. */
import { counted } from './counted';

/** What the lab reads, for a file that is something else. */
const READ =
  'Give JSONL, a JSON array, CSV or Parquet; text in UTF-8 or UTF-16, packed with gzip or zstd or not at all';

export const FILE_ERRORS = {
  'file/format': ({ what }: { what: string }) => `This file is ${what}. ${READ}.`,
  'file/empty': () => 'This file is empty (0 bytes). Give a file with one row or more.',
  'file/no-rows': () =>
    'This file holds no row: its table or its list is empty. Give a file with one row or more.',
  'file/parquet': ({ reason }: { reason: string }) =>
    `This Parquet file cannot be read: ${reason}. It may be damaged or cut short: get it again, or write it as JSONL.`,
  'file/endless': ({ seconds }: { seconds: number }) =>
    `This file could not be read: its reader gave no sign of life for ${seconds} seconds and was ended. The file may be damaged: get it again, or write it as JSONL.`,
  'file/parquet-schema': ({
    columns,
    depth,
    mostColumns,
    mostDepth,
  }: {
    columns: number;
    depth: number;
    mostColumns: number;
    mostDepth: number;
  }) =>
    `This Parquet file has ${counted(columns, 'column')} with their groups, up to ${depth} deep; at most ${mostColumns} are read, ${mostDepth} deep. Write the columns that are needed alone.`,
  'file/undone': ({ reason }: { reason: string }) =>
    `This file could not be read: its reader broke down${reason === '' ? '' : ` (${reason})`}. The file may be damaged: get it again, or write it as JSONL.`,
  'file/document-size': ({ most }: { most: number }) =>
    `This JSON document has more than ${counted(most, 'byte')}, and is read whole. Write it as JSONL, a row on each line, which is read in pieces.`,
  /** `reason` is `checksum`, or the unpacker's own word. */
  'file/packed': ({ compression, reason }: { compression: string; reason: string }) =>
    `This file is compressed with ${compression} and cannot be unpacked: ${reason === 'checksum' ? 'its checksum does not match' : reason}. It may be damaged or cut short: get it again, or unpack it first.`,
  'file/unpacked-size': ({ compression, most }: { compression: string; most: number }) =>
    `This file is compressed with ${compression} and unpacks to more than ${counted(most, 'byte')}. Cut it into smaller files.`,
};
