/** Single values inside JSON text: found, read and replaced without touching any other character, so that no other digit changes. */

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value at `keys`, as text: a string without its quotes, anything else as it is written; null when it is not there or is null. */
export function readJsonValue(text: string, keys: readonly string[]): string | null {
  const span = locate(text, keys);
  if (span === null) return null;
  const written = text.slice(span.start, span.end);
  if (written === 'null') return null;
  if (!written.startsWith('"')) return written;
  return parseString(written);
}

/** The text with another value at `keys`; null when there is none to replace. A string stays a string; an empty value becomes null. */
export function writeJsonValue(text: string, keys: readonly string[], value: string): string | null {
  const span = locate(text, keys);
  if (span === null) return null;
  const isString = text[span.start] === '"' || !/^-?\d+(\.\d+)?$|^(true|false)$/.test(value);
  const written = value === '' ? 'null' : isString ? JSON.stringify(value) : value;
  return text.slice(0, span.start) + written + text.slice(span.end);
}

function locate(text: string, keys: readonly string[]): Span | null {
  let span: Span | null = { start: skipBlank(text, 0), end: text.length };
  for (const key of keys) {
    span = memberOf(text, span.start, key);
    if (span === null) return null;
  }
  return span;
}

/** The value of a key of the object that opens at `start`. */
function memberOf(text: string, start: number, key: string): Span | null {
  if (text[start] !== '{') return null;
  let at = skipBlank(text, start + 1);
  while (text[at] === '"') {
    const nameEnd = skipString(text, at);
    const colon = skipBlank(text, nameEnd);
    if (text[colon] !== ':') return null;
    const valueStart = skipBlank(text, colon + 1);
    const valueEnd = skipValue(text, valueStart);
    if (valueEnd === null) return null;
    if (parseString(text.slice(at, nameEnd)) === key) return { start: valueStart, end: valueEnd };
    const next = skipBlank(text, valueEnd);
    if (text[next] !== ',') return null;
    at = skipBlank(text, next + 1);
  }
  return null;
}

function parseString(written: string): string | null {
  try {
    return String(JSON.parse(written));
  } catch {
    return null;
  }
}

function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? 'x')) at += 1;
  return at;
}

function skipString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** null when the value does not end. */
function skipValue(text: string, start: number): number | null {
  if (text[start] === '"') return skipString(text, start);
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '"') {
      at = skipString(text, at);
      continue;
    }
    if (depth === 0 && ',}] \t\r\n'.includes(sign)) return at;
    if ('{['.includes(sign)) depth += 1;
    if ('}]'.includes(sign)) depth -= 1;
    at += 1;
    if (depth === 0 && '}]'.includes(sign)) return at;
  }
  return null;
}
