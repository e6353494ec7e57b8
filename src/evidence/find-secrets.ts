/** What evidence must not hold before it is frozen for good: keys, and what people wrote or were answered. As data; what was found is never repeated. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A kind of secret and its pattern, in the syntax that JavaScript and the engine share (RE2): no look-around, no back-reference. */
export interface SecretPattern {
  /** A stable word of ours. */
  readonly kind: string;
  readonly pattern: string;
}

const start = '(?:^|[^A-Za-z0-9_-])';

/** Keys, wherever they stand. Masked ones (`sk-****`) and ids of requests (`req_…`, `chatcmpl-…`) are none. */
export const secretPatterns: readonly SecretPattern[] = [
  { kind: 'api-key', pattern: `${start}(?:sk|rk|pk)-[A-Za-z0-9_-]{20,}` },
  { kind: 'api-key', pattern: `${start}(?:AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{40,})` },
  { kind: 'github-token', pattern: `${start}(?:gh[pousr]_[A-Za-z0-9._-]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,})` },
  { kind: 'cloud-key', pattern: `${start}(?:AKIA|ASIA)[A-Z0-9]{16}` },
  { kind: 'chat-token', pattern: `${start}xox[abeprs]-[A-Za-z0-9-]{10,}` },
  { kind: 'bearer-token', pattern: '[Bb]earer +[A-Za-z0-9._~+/=-]{20,}' },
  { kind: 'bearer-token', pattern: `${start}eyJ[A-Za-z0-9_-]{10,}[.]eyJ[A-Za-z0-9_-]{10,}[.][A-Za-z0-9_-]{10,}` },
  { kind: 'private-key', pattern: '-----BEGIN [A-Z ]*PRIVATE KEY-----' },
];

/** Columns and keys that hold what people wrote or were answered; upper case, blanks and dashes do not hide them. */
const contentNames: readonly string[] = [
  'prompt',
  'prompts',
  'prompt_text',
  'system_prompt',
  'user_prompt',
  'input',
  'inputs',
  'input_text',
  'query_text',
  'question',
  'message',
  'messages',
  'user_message',
  'assistant_message',
  'conversation',
  'chat_history',
  'transcript',
  'content',
  'response',
  'responses',
  'response_text',
  'completion',
  'completions',
  'completion_text',
  'choices',
  'output',
  'outputs',
  'output_text',
  'answer',
  'body',
  'request_body',
  'response_body',
];

/** Columns of built-in formats that have such a name and hold something else: new-api writes the price ratios of a call into `content`. */
const known: Readonly<Record<string, readonly string[]>> = { 'new-api': ['content'] };

/** The names that count in a file of a format. */
export function contentNamesFor(format: string): string[] {
  return contentNames.filter((name) => !(Object.hasOwn(known, format) ? (known[format] ?? []) : []).includes(name));
}

/** Those of a file's columns that have such a name. */
export function contentColumns(columns: readonly string[], names: readonly string[]): string[] {
  return columns.filter((column) =>
    names.includes(
      column
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    ),
  );
}

/** Larger documents are not looked through. */
const maxScannedBytes = 64 * 1024 * 1024;

/** The first line of a document (an invoice, a screenshot, a note) that holds a key, and of which kind; null when none does. */
export async function findSecretLine(path: string, bytes: number): Promise<{ kind: string; line: number } | null> {
  if (bytes > maxScannedBytes) return null;
  const patterns = secretPatterns.map(({ kind, pattern }) => ({ kind, expression: new RegExp(pattern) }));
  const stream = createReadStream(path, { encoding: 'latin1' });
  let line = 0;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line += 1;
      const found = patterns.find(({ expression }) => expression.test(text));
      if (found !== undefined) return { kind: found.kind, line };
    }
  } finally {
    stream.destroy();
  }
  return null;
}
