/** Points in time as whole microseconds since 1970 (UTC), and UTC days as text. */

/** Microseconds since 1970-01-01T00:00:00Z. */
export type Instant = bigint;
/** A UTC day, `YYYY-MM-DD`. */
export type Day = string;

export const microsPerDay = 86_400_000_000n;

const isoInstant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;

/** Parses ISO 8601 with an offset, to the microsecond (further digits are cut); `null` when the text is anything else. */
export function parseInstant(text: string): Instant | null {
  const match = isoInstant.exec(text);
  if (!match) return null;
  const [, day = '', clock = '', fraction = '', zone = ''] = match;
  if (!isDay(day)) return null;
  const offset = zone === 'Z' ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const millis = Date.parse(`${day}T${clock}${offset}`);
  if (Number.isNaN(millis)) return null;
  return BigInt(millis) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** True for a real calendar day written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const millis = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}

/** The first instant of a UTC day. */
export function startOfDay(day: Day): Instant {
  return BigInt(Date.parse(`${day}T00:00:00Z`)) * 1000n;
}

/** The first instant after a UTC day: inclusive days become exclusive ends. */
export function endOfDay(day: Day): Instant {
  return startOfDay(day) + microsPerDay;
}

/** The UTC day that holds an instant. */
export function dayOf(instant: Instant): Day {
  return formatInstant(instant).slice(0, 10);
}

/** ISO 8601 in UTC, with microseconds only where there are any. */
export function formatInstant(instant: Instant): string {
  const micros = ((instant % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((instant - micros) / 1000n)).toISOString().slice(0, 19);
  const fraction = micros === 0n ? '' : `.${micros.toString().padStart(6, '0').replace(/0+$/, '')}`;
  return `${seconds}${fraction}Z`;
}

/** Microseconds in the largest of hours, minutes and seconds that needs no fraction. */
export function formatDuration(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  if (seconds % 3600n === 0n) return `${seconds / 3600n}h`;
  return seconds % 60n === 0n ? `${seconds / 60n}m` : `${seconds}s`;
}

/** Parses `24h`, `90m`, `2d`, `30s` to microseconds; `null` for anything else. */
export function parseDuration(text: string): bigint | null {
  const match = /^(\d{1,6})(s|m|h|d)$/.exec(text);
  if (!match) return null;
  const unit = { s: 1_000_000n, m: 60_000_000n, h: 3_600_000_000n, d: microsPerDay }[match[2] as 's' | 'm' | 'h' | 'd'];
  return BigInt(match[1] ?? '0') * unit;
}
