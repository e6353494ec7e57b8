/** Rows taken out of random JSON documents in random chunks, held against the plain way: parse the whole and walk to them. */
import { describe, expect, test } from 'vitest';
import { RecordScan } from '../../src/evidence/record-scan.ts';
import { seedCount } from './drawn-seeds.ts';
import { type Random, seededRandom } from './random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Step = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'elements' } | { readonly kind: 'members' };

const limits = { rowBytes: 1_000_000, depth: 100, waitingBytes: 10_000_000, columns: 2000, members: 100_000 };
const words = ['a', 'b"c', 'dé', '{[', ']}', 'x\\y', 'new\nline', '', '\u2028', '12', 'e-5'];

function drawScalar(random: Random): Json {
  return random.pick<() => Json>([() => null, () => true, () => random.below(1_000_000), () => -0.5, () => random.pick(words)])();
}

function drawRow(random: Random, depth = 0): { [key: string]: Json } {
  const value = (): Json =>
    depth < 3 && random.chance(30) ? (random.chance(50) ? drawRow(random, depth + 1) : [drawScalar(random), drawRow(random, depth + 2)]) : drawScalar(random);
  return Object.fromEntries(Array.from({ length: random.below(4) }, (_, index) => [`${random.pick(words)}${index}`, value()]));
}

function drawEach(random: Random): Step {
  return random.chance(65) ? { kind: 'elements' } : { kind: 'members' };
}

function drawPath(random: Random): Step[] {
  const steps = Array.from({ length: 1 + random.below(3) }, (): Step =>
    random.chance(50) ? { kind: 'key', key: random.pick(['data', 'the list', 'é']) } : drawEach(random),
  );
  return [...steps, drawEach(random)];
}

/** A document with rows at the path, and other things beside it. */
function drawDocument(random: Random, [step, ...rest]: readonly Step[]): Json {
  if (step === undefined) return drawRow(random);
  const inner = (): Json => drawDocument(random, rest);
  if (step.kind === 'elements') return random.chance(5) ? [] : Array.from({ length: random.below(4) }, inner);
  if (step.kind === 'members') return Object.fromEntries(Array.from({ length: random.below(4) }, (_, index) => [`m${index}`, inner()]));
  const beside = Object.entries(drawRow(random, 2)).map(([key, value]) => [`beside ${key}`, value] as const);
  return Object.fromEntries(random.shuffle([...beside, [step.key, inner()] as const]));
}

function rowsAt(value: Json, [step, ...rest]: readonly Step[]): Json[] {
  if (step === undefined) return [value];
  if (step.kind === 'key') return rowsAt((value as { [key: string]: Json })[step.key] ?? null, rest);
  return Object.values(value as object).flatMap((inner: Json) => rowsAt(inner, rest));
}

function written(path: readonly Step[]): string {
  return `$${path.map((step) => (step.kind === 'key' ? `."${step.key}"` : step.kind === 'elements' ? '[*]' : '.*')).join('')}`;
}

function scan(path: readonly Step[], text: string, random: Random): { rows: Json[]; problem: string | null } {
  const lines: Buffer[] = [];
  const scanner = new RecordScan({ path: written(path), keyAs: null, with: {} }, limits, (line) => lines.push(Buffer.from(line)));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 1 + random.below(random.chance(50) ? 7 : 4000));
    // What the caller may do with a chunk once it was taken.
    const chunk = Buffer.from(bytes.subarray(at, end));
    scanner.accept(chunk);
    chunk.fill(0x20);
    at = end;
  }
  const problem = scanner.finish()?.problem ?? null;
  const out = Buffer.concat(lines).toString('utf8');
  return {
    rows:
      out === ''
        ? []
        : out
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Json),
    problem,
  };
}

describe('random documents', () => {
  test.each(Array.from({ length: seedCount * 40 }, (_, seed) => seed))('seed %i', (seed) => {
    const random = seededRandom(seed);
    const path = drawPath(random);
    const documents = Array.from({ length: 1 + random.below(3) }, () => drawDocument(random, path));
    const indent = random.pick([0, 1, 2]);
    const text = documents.map((document) => JSON.stringify(document, null, indent)).join(random.pick(['\n', ' ', '\r\n']));
    const whole = scan(path, text, random);
    expect(whole.problem).toBeNull();
    expect(whole.rows).toEqual(documents.flatMap((document) => rowsAt(document, path)));
    // Cut anywhere inside the last document, it is never taken for whole.
    const last = JSON.stringify(documents.at(-1), null, indent).length;
    const cut = scan(path, text.slice(0, text.length - 1 - random.below(last - 1)), random);
    expect(cut.problem).not.toBeNull();
  });
});
