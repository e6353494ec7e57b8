/** The last line of a lock, close or reopening: the SHA-256 of every byte above it. */
import { sha256Of } from '../../model/sha256.ts';

const lastLine = /^seal: "?([0-9a-f]{64})"?\n$/;

/** `text`, which ends with a newline, and its seal. */
export function sealed(text: string): string {
  return `${text}seal: "${hash(text)}"\n`;
}

/** True when the last line is the seal of everything above it: `head -n -1 <file> | sha256sum` says the same. */
export function sealHolds(text: string): boolean {
  const start = text.lastIndexOf('\n', text.length - 2) + 1;
  return lastLine.exec(text.slice(start))?.[1] === hash(text.slice(0, start));
}

function hash(text: string): string {
  return sha256Of(text);
}
