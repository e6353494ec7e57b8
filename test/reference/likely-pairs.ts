/** Two rows that look like one call (SPEC §15), by trying every pair. */
import { type TokenClass, tokenClasses } from '../../src/model/evidence.ts';
import { formatMoney, type Money, sumMoney, zero } from '../../src/model/money.ts';
import type { Observation } from '../../src/model/reconciliation.ts';
import type { ReferenceInput } from './input.ts';
import { isCounted, type Matching } from './match.ts';
import { attemptStepOf, placeOf, unchargedStepOf } from './place.ts';
import type { Row } from './row.ts';
import { valuate } from './value.ts';

type PairFact = Pick<Observation, 'code' | 'count' | 'amount' | 'args'>;

interface Candidate {
  readonly side: 'known' | 'stray';
  readonly row: Row;
  /** What the other of its pair has alike; null: its counts are missing. */
  readonly alike: string | null;
  readonly value: Money;
}

const minute = 60_000_000n;
const inputClasses = tokenClasses.filter((name) => name !== 'output' && name !== 'reasoning');

export function likelyPairs(input: ReferenceInput, matching: Matching): PairFact[] {
  const calls = matching.charges.filter(({ whole }) => whole === null);
  const strays = calls.filter((charge) => placeOf(matching, charge) === 'unlinked');
  const unbacked = calls.filter((charge) => placeOf(matching, charge) === null && attemptStepOf(input, matching, charge) === 'unbacked');
  const hidden = new Set([...strays, ...unbacked]);
  const charges = calls.map((row): Candidate => {
    const alike = alikeOf(row, row.content.model_billed, inputClasses, row.content.key_ref);
    return hidden.has(row) ? { side: 'stray', row, alike, value: valueOf(input, matching, row) } : { side: 'known', row, alike, value: zero };
  });
  const unmet = strays.map((row): Candidate => {
    return { side: 'stray', row, alike: alikeOf(row, row.content.model_billed, tokenClasses, null), value: valueOf(input, matching, row) };
  });
  const requests = [...matching.requests.values()].filter(isCounted).flatMap(({ final: row, expected, charges: own, ...request }): Candidate[] => {
    if (row === null || own.length > 0 || unchargedStepOf(input, { final: row, expected, charges: own, ...request }, row) !== 'not_charged') return [];
    return [{ side: 'known', row, alike: alikeOf(row, expected?.model ?? null, tokenClasses, null), value: zero }];
  });
  const retries = nearestPairs(charges, (known, stray) => apart(known, stray) <= 10n * minute);
  const joins = nearestPairs([...requests, ...unmet], (known, stray) => stray.at >= known.at && stray.at - known.at <= 15n * minute);
  const shapes = joins.map(([known, stray]) => shapesOf(known.row, stray.row));
  return [
    ...factOf('likely-hidden-retry', retries, {}),
    ...factOf('likely-broken-join', joins, { request_shape: mostFrequent(shapes)[0], charge_shape: mostFrequent(shapes)[1] }),
  ];
}

function valueOf(input: ReferenceInput, matching: Matching, row: Row): Money {
  return valuate(input, matching, row).value;
}

function alikeOf({ tokens }: Row, model: string | null, classes: readonly TokenClass[], key: string | null): string | null {
  if (model === null || tokens.isFlawed || tokens.input === null) return null;
  if (classes.includes('output') && tokens.output === null) return null;
  return JSON.stringify([model, key, ...classes.map((name) => String(tokens[name] ?? 0n))]);
}

function apart(one: Row, other: Row): bigint {
  return one.at > other.at ? one.at - other.at : other.at - one.at;
}

type Pair = readonly [known: Candidate, stray: Candidate];

/** Of all pairs that may be, the nearest first; then the one that is complete earlier, and of two for one row the later other. */
function nearestPairs(candidates: readonly Candidate[], mayBe: (known: Row, stray: Row) => boolean): Pair[] {
  const order = new Map(inOrder(candidates).map((candidate, index) => [candidate, index]));
  const placesOf = (pair: Pair): readonly [number, number] => {
    const [one, other] = pair.map((candidate) => order.get(candidate) ?? 0) as [number, number];
    return one < other ? [one, other] : [other, one];
  };
  const known = candidates.filter(({ side }) => side === 'known');
  const strays = candidates.filter(({ side }) => side === 'stray');
  const possible = known.flatMap((one) =>
    strays.filter((other) => one.alike !== null && one.alike === other.alike && mayBe(one.row, other.row)).map((other): Pair => [one, other]),
  );
  possible.sort((left, right) => {
    const [near, far] = [apart(left[0].row, left[1].row), apart(right[0].row, right[1].row)];
    if (near !== far) return near < far ? -1 : 1;
    const [[firstOfLeft, lastOfLeft], [firstOfRight, lastOfRight]] = [placesOf(left), placesOf(right)];
    return lastOfLeft - lastOfRight || firstOfRight - firstOfLeft;
  });
  const taken = new Set<Candidate>();
  return possible.filter((pair) => {
    if (pair.some((one) => taken.has(one))) return false;
    for (const one of pair) taken.add(one);
    return true;
  });
}

/** By time; at one time the first of each side, then the second, each side by its ids and its value. */
function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const sorted = [...candidates].sort((one, other) => compareContent(one, other));
  const seen = new Map<string, number>();
  const placed = sorted.map((candidate) => {
    const group = `${candidate.alike} ${candidate.row.at} ${candidate.side}`;
    const place = (seen.get(group) ?? 0) + 1;
    seen.set(group, place);
    return { candidate, place };
  });
  placed.sort((one, other) => {
    if (one.candidate.row.at !== other.candidate.row.at) return one.candidate.row.at < other.candidate.row.at ? -1 : 1;
    return one.place - other.place || (one.candidate.side < other.candidate.side ? -1 : one.candidate.side === other.candidate.side ? 0 : 1);
  });
  return placed.map(({ candidate }) => candidate);
}

function compareContent(one: Candidate, other: Candidate): number {
  const ids = compareIds(theirIdOf(one.row), theirIdOf(other.row)) || compareIds(one.row.requestId, other.row.requestId);
  return ids || one.value.comparedTo(other.value);
}

function compareIds(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}

function theirIdOf({ providerRequestId, responseId }: Row): string | null {
  return providerRequestId ?? responseId;
}

function shapesOf(request: Row, charge: Row): readonly [string, string] {
  if (charge.requestId !== null) return [shapeOf(request.requestId), shapeOf(charge.requestId)];
  return [shapeOf(theirIdOf(request) ?? request.requestId), shapeOf(theirIdOf(charge))];
}

function shapeOf(id: string | null): string {
  return id === null
    ? '(none)'
    : id
        .slice(0, 64)
        .replaceAll(/[0-9]+/g, '9')
        .replaceAll(/[a-zA-Z]+/g, 'a');
}

function mostFrequent(shapes: readonly (readonly [string, string])[]): readonly [string, string] {
  const often = (one: readonly [string, string]): number => shapes.filter((other) => other.join('\n') === one.join('\n')).length;
  const [first] = [...shapes].sort((one, other) => often(other) - often(one) || (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return first ?? ['', ''];
}

function factOf(code: PairFact['code'], pairs: readonly Pair[], args: Record<string, string>): PairFact[] {
  if (pairs.length === 0) return [];
  return [{ code, count: pairs.length, amount: formatMoney(sumMoney(pairs.map(([, { value }]) => value))), args: { layer: 'provider', ...args } }];
}
