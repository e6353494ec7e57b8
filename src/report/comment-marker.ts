/** The first line of a comment of ours: an HTML comment with JSON, by which a later run finds it and knows what it said. */
import { z } from 'zod';
import { scrubSecrets } from './scrub-secrets.ts';
import { sha256Of } from '../model/sha256.ts';
import type { DeepReadonly } from '../model/result.ts';

const longestKey = 200;
const mostOpen = 60;
const mostSaid = 80;
/** Stands for more than can be kept one by one: then only a run over all open periods clears it. No period can be called so. */
export const manyOpen = '*many';

const markerSchema = z.strictObject({
  tool: z.literal('trueup'),
  // Which gate: ledger, workflow and job. Long or secret text is stored as its hash: compare with `markerKey`.
  key: z.string().max(longestKey),
  run_id: z.int().min(0),
  attempt: z.int().min(0),
  head_sha: z.string().regex(/^[0-9a-f]{40,64}$/),
  // The digest of the gate report that the body was rendered from.
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  // Of a tracking issue: what it keeps open, in the form of `fitOpen`; left out of a comment, which is about one change.
  open: z.array(z.string().max(100)).max(mostOpen).optional(),
  // Keys of the alerts about it that were sent (alert-text.ts).
  said: z
    .array(z.string().regex(/^[0-9a-f]{10}-[0-9a-f]{10}$/))
    .max(mostSaid)
    .optional(),
});
export type CommentMarker = DeepReadonly<z.infer<typeof markerSchema>>;

/** Anything that could end the comment, be a mention or leave ASCII is written as `\uXXXX`, which JSON reads back. */
const notPlain = /[^\w {}":,./\\[\]]/g;
const line = /^<!-- trueup (\{.{1,9000}\}) -->\r?$/;

/** One line, ASCII, at most some eight thousand characters. */
export function commentMarker({ tool, key, run_id, attempt, head_sha, digest, open, said }: CommentMarker): string {
  const json = JSON.stringify({
    tool,
    key: markerKey(key),
    run_id,
    attempt,
    head_sha,
    digest,
    ...(open !== undefined && { open }),
    ...(said !== undefined && said.length > 0 && { said: said.slice(0, mostSaid) }),
  });
  return `<!-- trueup ${json.replace(notPlain, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)} -->`;
}

/** What an issue keeps open, as it fits into its marker. */
export function fitOpen(subjects: readonly string[]): readonly string[] {
  return subjects.length > mostOpen ? [manyOpen] : subjects;
}

/** The form in which `key` stands in a marker; the same again for a key in that form. */
export function markerKey(key: string): string {
  const isPlain = key.length <= longestKey && scrubSecrets(key) === key;
  return isPlain ? key : `sha256:${sha256Of(key)}`;
}

/** The marker of a comment's first line; null when there is none or it is not whole. Who wrote the comment is for the caller to check. */
export function parseMarker(body: string): CommentMarker | null {
  const match = line.exec(body.slice(0, 10_000).split('\n', 1)[0] ?? '');
  try {
    const parsed = markerSchema.safeParse(JSON.parse(match?.[1] ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
