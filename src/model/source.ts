/** Where in a file something stands. */

/** `line` and `column` start at 1; for evidence `line` is the data row (header not counted) and `column` is 0. */
export interface Source {
  /** POSIX path relative to the ledger. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
