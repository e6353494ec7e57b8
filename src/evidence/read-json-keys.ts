/** Reads the top-level keys of the first lines of a JSONL file. */
import type { Problem } from './problem.ts';
import { unreadable } from './problem.ts';

export interface KeyReading {
  /** In the order in which they first appear. */
  readonly keys: readonly string[];
  readonly problems: readonly Problem[];
}

/** `text` is the head of the file without its byte order mark; `isWhole` says that nothing follows it. */
export function readJsonKeys(text: string, isWhole: boolean, lineLimit: number): KeyReading {
  const lines = text.split('\n');
  // The last line of a head that was cut is only a part of one.
  if (!isWhole) lines.pop();
  const rows = lines.filter((line) => line.trim() !== '').slice(0, lineLimit);
  const [first] = rows;
  if (first === undefined) return { keys: [], problems: [unreadable('evidence-limit', 'line-too-long')] };
  const problem = firstLineProblem(first);
  if (problem !== null) return { keys: [], problems: [problem] };
  const keys = rows.flatMap((row) => Object.keys(parsedObject(row) ?? {}));
  return { keys: [...new Set(keys)], problems: [] };
}

function firstLineProblem(line: string): Problem | null {
  if (parsedObject(line) !== null) return null;
  if (line.trimStart().startsWith('[')) return unreadable('evidence-syntax', 'json-array', {}, 1);
  return unreadable('evidence-syntax', 'not-an-object', {}, 1);
}

/** null for text that is no JSON object; later rows are the engine's to judge. */
function parsedObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
