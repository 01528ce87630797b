/** The readers that are drilled; their code is for the threads alone. */
export const READER_NAMES = [
  ...(['rows', 'parquet', 'curves', 'studies', 'results'] as const),
  ...(['bundles', 'safetensors', 'links', 'patterns'] as const),
] as const;

export type ReaderName = (typeof READER_NAMES)[number];

export const READER_TITLES: Readonly<Record<ReaderName, string>> = {
  rows: 'JSONL, JSON, CSV and Python',
  parquet: 'Parquet',
  curves: 'curves, logs and studies of others',
  studies: 'studies',
  results: 'results',
  bundles: 'bundles',
  safetensors: 'safetensors',
  links: 'links',
  patterns: 'answer patterns',
};
