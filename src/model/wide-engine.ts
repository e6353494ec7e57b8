/** What the engine is told of a cluster: where it is, what it shares with this machine, and how it is asked. Who asks over a network lives elsewhere. */

/** A Trino cluster as `trueup.yaml` and the command line name it. */
export interface WidePlace {
  /** Origin of the coordinator, `https://…`; `http://` on this machine alone. */
  readonly url: string;
  readonly user: string;
  /** A catalog of the hive connector in which schemas and tables may be made. */
  readonly catalog: string;
  /** The folder that both see: absolute on this machine, and as the catalog names it (`local:///trueup`, `s3://…`). */
  readonly folder: string;
  readonly location: string;
}

/** A value as the cluster sent it: numbers as their digits. */
export type WideValue = string | boolean | null | readonly WideValue[];

/** Some rows of an answer; `columns` are their names, in order. */
export interface WidePage {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly WideValue[])[];
}

/**
 * What every statement is run under. Trino 476 answered a join on `is not distinct from` with no rows where a column was null throughout: what it
 * learned from one side it held against the statistics of the other's files. Without such filters it joins what is there.
 */
export const wideSession = 'enable_dynamic_filtering=false';

/** Sends one statement after the other to the cluster, each under the same bounds of time and size. */
export interface WideClient {
  /**
   * The answer's pages as they come; a statement without an answer has none. Names without a schema are of `schema` in the place's catalog. Reading the last page means that the statement has ended.
   * Throws a ConnectionError where the cluster did not answer to the end, an Error with the cluster's own words where it refused.
   */
  pages(statement: string, schema: string): AsyncIterable<WidePage>;
}
