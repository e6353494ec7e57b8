/** The record of what was pulled, `evidence/pull.json`: its one shape, as schema and as type. The schema is published as schema/pull.schema.json. */
import { z } from 'zod';
import { isDay, parseInstant } from './instant.ts';
import type { DeepReadonly } from './result.ts';
import { schemaAddress } from './tool-version.ts';

/** POSIX path relative to the period's folder. */
export const pullRecord = 'evidence/pull.json';

const text = z.string().min(1).max(500);
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const figure = z.string().regex(/^-?\d{1,38}$/);
const decimal = z.string().regex(/^-?\d{1,38}(\.\d{1,38})?$/);
const instant = z.string().refine((value) => value.length <= 40 && parseInstant(value) !== null, { error: 'a UTC timestamp' });
const kept = z.strictObject({
  file: z
    .string()
    .max(200)
    .regex(/^evidence\/[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .refine((value) => value !== pullRecord, { error: 'a file beside the record' }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(0),
});
const asked = {
  source: name,
  feed: name,
  host: text,
  endpoint: text,
  /** Without the key, which travels in a header. */
  parameters: z.array(z.tuple([text, z.string().max(500)])).max(50),
  asked_at_utc: instant,
};

/** What was shown of a day before it was kept; the words of `proofs`. */
export const proofs = ['count', 'second-reading', 'window', 'last-second', 'control-total'] as const;
export type Proof = (typeof proofs)[number];

export const pulledDay = z.strictObject({
  ...asked,
  day: z.string().refine(isDay, { error: 'a day' }),
  files: z.array(kept).min(1).max(10_000),
  pages: z.int().min(1),
  rows: z.int().min(0),
  /** `layer`: a layer is to read them; `beside`: other rows say the same money. */
  for: z.enum(['layer', 'beside']),
  /** What the host itself says that the rows sum to, and of what; null where it says nothing of the kind. */
  control: z.strictObject({ endpoint: text, sum_of: text, figure }).nullable(),
  proved: z.array(z.enum(proofs)),
});
export const pulledReading = z.strictObject({ ...asked, files: z.array(kept).length(1), balance: decimal, used: decimal, currency: text });

export const pullSchema = z
  .strictObject({ schema: z.literal('trueup.pull/1'), period: text, days: z.array(pulledDay).max(20_000), readings: z.array(pulledReading).max(20_000) })
  .superRefine(({ days, readings }, context) => {
    const named = [...days, ...readings].flatMap(({ source, feed, files }) => files.map(({ file }) => ({ file, start: `evidence/${source}-${feed}-` })));
    if (new Set(named.map(({ file }) => file)).size < named.length) context.addIssue({ code: 'custom', message: 'each file once' });
    // So that no other file can be said to need no reader.
    if (named.some(({ file, start }) => !file.startsWith(start))) context.addIssue({ code: 'custom', message: 'files named after source and feed' });
  });
export type PullRecord = DeepReadonly<z.infer<typeof pullSchema>>;
export type PulledDay = PullRecord['days'][number];
export type PulledReading = PullRecord['readings'][number];
/** A file as it was kept: path relative to the period's folder, lower-case hex, bytes. */
export type KeptFile = PulledDay['files'][number];

/** null where the text is no such record. */
export function parsePull(content: string): PullRecord | null {
  try {
    const { success, data } = pullSchema.safeParse(JSON.parse(content));
    return success ? data : null;
  } catch {
    return null;
  }
}

/** As the bytes of the file, sorted: the same record is the same text. */
export function renderPull({ period, days, readings }: Omit<PullRecord, 'schema'>): string {
  const key = ({ source, feed, asked_at_utc: at, ...rest }: PulledDay | PulledReading): string => [source, feed, 'day' in rest ? rest.day : at].join('\n');
  const sorted = <T extends PulledDay | PulledReading>(entries: readonly T[]): T[] => entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return `${JSON.stringify({ schema: 'trueup.pull/1', period, days: sorted(days), readings: sorted(readings) }, null, 2)}\n`;
}

/** As the bytes of schema/pull.schema.json. */
export function pullJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(pullSchema, { target: 'draft-2020-12' });
  const title = 'Trueup pull record';
  const description = 'evidence/pull.json of a period: written by `trueup usage pull`, never edited: what was asked, what came, and what was proved of it.';
  return `${JSON.stringify({ $schema, $id: schemaAddress('pull'), title, description, ...rest }, null, 2)}\n`;
}
