/** What may be asked of a repository's past, wherever the answers come from. */

/** A line, or a file as a whole, as one commit has it. */
export interface WrittenPlace {
  /** POSIX path relative to the repository. */
  readonly path: string;
  /** Starts at 1; null = the file. */
  readonly line: number | null;
}

/** The commit that first wrote a place (lower-case hex); `shallow` when the clone was cut off before it; `unknown` when it is not told. */
export type Writer = { readonly commit: string } | 'shallow' | 'unknown';

export interface Past {
  /** One answer per place, in the same order. */
  writersOf(commit: string, places: readonly WrittenPlace[]): Promise<readonly Writer[]>;
  /** The content of a git object by its id; null when it is not at hand. */
  readBlob(id: string): Promise<Buffer | null>;
}
