/** What evidence must not hold before it is frozen for good: keys, and what people wrote or were answered. As data; what was found is never repeated. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { expressionOf, looksDrawn, secretKinds, type SecretFamily } from '../model/secret-kinds.ts';

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
  'system_instructions',
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

/** Columns of built-in formats that have such a name and hold something else: new-api, and so CometAPI, writes the price ratios of a call into `content`. */
const known: Readonly<Record<string, readonly string[]>> = { 'new-api': ['content'], cometapi: ['content'], 'cometapi-cli': ['content'] };

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

const kinds = secretKinds.map((kind) => ({ ...kind, expression: expressionOf(kind, 'g') }));

/** The first line of a document (an invoice, a screenshot, a note) that holds a secret, and of which family; null when none does. */
export async function findSecretLine(path: string, bytes: number): Promise<{ family: SecretFamily; line: number } | null> {
  if (bytes > maxScannedBytes) return null;
  const stream = createReadStream(path, { encoding: 'latin1' });
  let line = 0;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line += 1;
      const family = familyIn(text);
      if (family !== null) return { family, line };
    }
  } finally {
    stream.destroy();
  }
  return null;
}

function familyIn(text: string): SecretFamily | null {
  const found = kinds.find(({ expression, value }) =>
    value === 'random' ? [...text.matchAll(expression)].some(([, , secret = '']) => looksDrawn(secret)) : text.search(expression) >= 0,
  );
  return found?.family ?? null;
}
