/** What a picker of curves offers first; what a file is, is told by its content. */
export const CURVE_FILES = '.csv,.tsv,.txt,.md,.log,.jsonl,.ndjson,.json,.gz,.zst,text/csv';
