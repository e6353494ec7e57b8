/** The files of one commit, of the checkout that is held against it, and of the past, wherever they come from: git on this machine or the host's API. */
export interface TreeFile {
  /** POSIX path relative to the repository. */
  readonly path: string;
  /** As git writes it: `100644`, `100755`, `120000` (a link), `160000` (a submodule; its blob is a commit). */
  readonly mode: string;
  /** Lower-case hex name of the content. */
  readonly blob: string;
}

export interface BaseTree {
  /** Lower-case hex. */
  readonly commit: string;
  /** Every file at or below the folder or path `prefix`, in any order; the empty text means the whole tree. */
  list(prefix: string): Promise<readonly TreeFile[]>;
  /** The content of a file, or the target of a link; null when there is none, or when it is larger than a ledger file may be (4 MiB). */
  read(path: string): Promise<Buffer | null>;
}

export interface CheckoutFile {
  /** POSIX path relative to the repository. */
  readonly path: string;
  readonly mode: string;
  /** null when the file is not as it is recorded (edited, or not tracked): it equals nothing in any tree. */
  readonly blob: string | null;
  readonly tracked: boolean;
}

/** What is checked out: every file that is tracked, or new and not ignored, as far as it is there. */
export interface Checkout {
  /** Absolute path of the work tree, links resolved. */
  readonly root: string;
  /** null before the first commit. */
  readonly commit: string | null;
  readonly files: readonly CheckoutFile[];
}

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
