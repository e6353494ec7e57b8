/** Timestamps of evidence as its format writes them: read, and moved. */
import type { Format } from '../../model/evidence.ts';
import { formatInstant, type Instant, parseInstant } from '../../model/instant.ts';

/** null when the text is no time. A naive time is read as if it were UTC: good enough to tell the middle of a period from its ends. */
export function readTime(text: string, { timestamp }: Format): Instant | null {
  if (timestamp.kind === 'iso') return parseInstant(text);
  if (timestamp.kind === 'naive') return parseInstant(`${text.replace(' ', 'T')}Z`);
  const match = /^(\d{1,17})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return null;
  const whole = BigInt(match[1] ?? '0');
  return timestamp.kind === 'unix-s' ? whole * 1_000_000n : whole * 1000n;
}

/** The instant in the notation of `like`. */
export function writeTime(instant: Instant, like: string, { timestamp }: Format): string {
  if (timestamp.kind === 'unix-s') return String(instant / 1_000_000n);
  if (timestamp.kind === 'unix-ms') return String(instant / 1000n);
  const text = formatInstant(instant);
  if (timestamp.kind === 'iso') return text;
  return text.replace(/Z$/, '').replace('T', like.includes('T') ? 'T' : ' ');
}
