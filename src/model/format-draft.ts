/** A format as it is guessed from an export: the lines of its file, each with the ground that it stands on. Pure types. */
import type { CanonicalColumn } from './evidence.ts';

/** Text, a list of texts in brackets, or a list of tests. */
type DraftValue = string | readonly string[] | Readonly<Record<string, string | readonly string[]>>;

/** One line of `formats/<name>.yaml`. */
export interface DraftLine {
  /** The keys down to the value, such as `columns`, `timestamp_utc`. */
  readonly key: readonly string[];
  readonly value: DraftValue;
  /** Why it says so; may quote the file, so that whoever writes it out makes it harmless. */
  readonly ground: string;
  /** Only where the value is `toVerify`. */
  readonly open?: {
    /** What a preview reads with meanwhile; null leaves the line out. */
    readonly meanwhile: DraftValue | null;
    /** The columns that cannot be trusted before somebody has replaced it. */
    readonly columns: readonly CanonicalColumn[];
  };
}

export interface FormatDraft {
  readonly lines: readonly DraftLine[];
  /** What was seen and could not be said in a line; one sentence each. */
  readonly notes: readonly string[];
}
