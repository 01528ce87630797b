/** Writes tables as comma-separated text (RFC 4180). */

export type CsvValue = string | number | boolean | null;

function csvCell(value: CsvValue): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A header and a line for each row; a blank cell is null. */
export function csvText(
  columns: readonly string[],
  rows: readonly (readonly CsvValue[])[],
): string {
  const lines = [columns, ...rows].map((cells) => cells.map(csvCell).join(','));
  return `${lines.join('\n')}\n`;
}
