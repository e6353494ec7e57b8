/** Reads the top-level keys of the first rows of JSON. */
import { type Problem, unreadable } from './problem.ts';

export interface KeyReading {
  /** In the order in which they first appear. */
  readonly keys: readonly string[];
  readonly problems: readonly Problem[];
}

/** The lines of the head of a file without its byte order mark; `isWhole` says that nothing follows it. */
export function linesOf(text: string, isWhole: boolean): string[] {
  const lines = text.split('\n');
  // The last line of a head that was cut is only a part of one.
  if (!isWhole) lines.pop();
  return lines;
}

/** `texts` are the first rows that the head of the file holds whole; blank ones are passed over. */
export function readJsonKeys(texts: readonly string[], rowLimit: number, isWhole: boolean): KeyReading {
  const rows = texts.filter((text) => text.trim() !== '').slice(0, rowLimit);
  const [first] = rows;
  if (first === undefined) return { keys: [], problems: isWhole ? [] : [unreadable('evidence-limit', 'line-too-long')] };
  const problem = firstRowProblem(first);
  if (problem !== null) return { keys: [], problems: [problem] };
  const keys = rows.flatMap((row) => Object.keys(parsedObject(row) ?? {}));
  return { keys: [...new Set(keys)], problems: [] };
}

function firstRowProblem(row: string): Problem | null {
  if (parsedObject(row) !== null) return null;
  if (row.trimStart().startsWith('[')) return unreadable('evidence-syntax', 'json-array', {}, 1);
  return unreadable('evidence-syntax', 'not-an-object', {}, 1);
}

/** null for text that is no JSON object; later rows are the engine's to judge. */
export function parsedObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
