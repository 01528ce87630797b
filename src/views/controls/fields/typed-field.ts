/** What every field that is typed in shows, and where it tells of a change. */
export interface TypedField {
  readonly value: string;
  /** A sentence; null where nothing is wrong. */
  readonly problem: string | null;
  readonly onchange: (text: string) => void;
}
