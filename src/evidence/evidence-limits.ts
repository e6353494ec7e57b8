/** How much evidence a run accepts before it calls the input hostile. */

export interface EvidenceLimits {
  /** Characters of one file pattern. */
  readonly patternLength: number;
  /** Patterns of one layer, after `{a,b}` is written out. */
  readonly patterns: number;
  /** Directory entries looked at while expanding the patterns of a period. */
  readonly entries: number;
  /** Files of a period. */
  readonly files: number;
  /** Bytes of one file as it lies on disk. */
  readonly fileBytes: number;
  /** Bytes of one file after decompression. */
  readonly textBytes: number;
  /** Decompressed ÷ compressed bytes (gzip ends at 1032), judged once more than `expansionFloorBytes` came out. */
  readonly expansion: number;
  readonly expansionFloorBytes: number;
  /** Window that a zstd frame may ask for. RFC 8878 asks decoders to support 8 MiB and lets them refuse more. */
  readonly windowBytes: number;
  /** Bytes that a zstd decoder may move to keep its window: many tiny blocks under a large window are a trap. */
  readonly windowMoves: number;
  /** Bytes of one line, or of one element of a JSON array; not less than a chunk. Wider rows of JSON fill gigabytes in whoever parses them. */
  readonly rowBytes: number;
  /** Lists and objects inside one another in one row of JSON. */
  readonly depth: number;
  /** Bytes of rows of a JSON document that wait for a value which stands behind them. */
  readonly waitingBytes: number;
  /** Members of an object whose members are rows. */
  readonly members: number;
  /** Empty lines of one file. */
  readonly blankRows: number;
  /** Bytes of a CSV header, or of the JSON lines that are looked at for their keys. */
  readonly headBytes: number;
  /** JSON lines that are looked at for their keys. */
  readonly headLines: number;
  /** Columns of a CSV header, or keys of those JSON lines. */
  readonly columns: number;
}

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

export const defaultLimits: EvidenceLimits = {
  patternLength: 512,
  patterns: 1000,
  entries: 200_000,
  files: 10_000,
  fileBytes: 64 * gibibyte,
  textBytes: 256 * gibibyte,
  expansion: 500,
  expansionFloorBytes: 256 * mebibyte,
  windowBytes: 8 * mebibyte,
  windowMoves: 16 * gibibyte,
  rowBytes: mebibyte,
  depth: 100,
  waitingBytes: 64 * mebibyte,
  members: 1_000_000,
  blankRows: 1_000_000,
  headBytes: mebibyte,
  headLines: 100,
  columns: 2000,
};
