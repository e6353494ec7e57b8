/** What stands between the bytes of a file and its text. */
import type { Problem } from './problem.ts';

/** Feed every chunk in order and await each, then `finish`. After a problem, further chunks are ignored. */
export interface Decoder {
  /** The chunk's memory may be used again once the promise is settled. */
  accept(chunk: Buffer): Promise<void>;
  finish(): Promise<Problem[]>;
}

/** Receives decoded text; throws `ExpansionLimit` when there is too much of it. */
export type TextSink = (text: Buffer) => void;

/** Thrown through a decompressor to stop it. */
export class ExpansionLimit extends Error {}
