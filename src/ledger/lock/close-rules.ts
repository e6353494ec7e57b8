/** Rules on closes: each stands where it says, and those of one account and environment form one chain. */
import type { LedgerDraft } from '../draft.ts';
import type { Close, FileReference, Reopen } from '../../model/close.ts';
import { finding, type Finding, type Source } from '../../model/finding.ts';
import type { Period } from '../../model/ledger.ts';
import { compareCodePoints } from '../../model/order-findings.ts';

/** In a period, close and reopening take turns, each naming the one before it. */
export function closesInPlace({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap(({ value: period }) => turnsOf(period));
}

function turnsOf(period: Period): Finding[] {
  const { closes, reopens } = period.controls;
  const all = new Map<string, Close | Reopen>([...closes, ...reopens].map((each) => [each.name, each]));
  return [
    ...closes.flatMap((close) => {
      const before = closes.filter(({ number }) => number < close.number).at(-1);
      const between = reopens.filter(({ number }) => number < close.number && number >= (before?.number ?? 1)).at(-1);
      const missing = before !== undefined && between === undefined ? [brokenChain(close, 'closed-twice', before.name)] : [];
      return [...missing, ...held(close, 'reopened', between, all)];
    }),
    ...reopens.flatMap((reopen) =>
      held(
        reopen,
        'close',
        closes.find(({ number }) => number === reopen.number),
        all,
      ),
    ),
    ...foreignAccount(period),
  ];
}

/** What a file says of another in its folder must be so, and it must say it of every one that there is. */
function held(one: Close | Reopen, key: 'reopened' | 'close', expected: Close | Reopen | undefined, all: ReadonlyMap<string, Close | Reopen>): Finding[] {
  const named = key === 'reopened' ? ('reopened' in one ? one.reopened : null) : 'close' in one ? one.close : null;
  if (named === null) return expected === undefined ? [] : [brokenChain(one, 'unnamed', expected.name)];
  const found = all.get(named.name);
  if (found === undefined) return [brokenChain(one, 'missing', named.name)];
  return found.sha256 === named.sha256 && found === expected ? [] : [brokenChain(one, 'changed', named.name)];
}

function foreignAccount({ accountRef, environment, controls }: Period): Finding[] {
  return controls.closes
    .filter((close) => close.accountRef !== accountRef || close.environment !== environment)
    .map((close) => brokenChain(close, 'account', close.name));
}

/** Each close names the one before it, by its hash; none is named twice, and one alone names none. */
export function closesChained({ periods, unreadPeriods }: LedgerDraft): Finding[] {
  const controls = new Map([...unreadPeriods, ...periods.map(({ value }) => value)].map((period) => [period.folder, period.controls]));
  const closes = [...controls.values()].flatMap((each) => each.closes).toSorted((a, b) => compareCodePoints(a.name, b.name));
  const byName = new Map(closes.map((close) => [close.name, close]));
  const claimed = new Map<string, Close>();
  return closes.flatMap((close) => {
    const findings = [...linkOf(close, close.previous, byName), ...linkOf(close, close.carriedFrom, byName)];
    const claim = `${chainOf(close)} ${close.previous?.name ?? ''}`;
    const other = claimed.get(claim);
    claimed.set(claim, other ?? close);
    return other === undefined ? findings : [...findings, brokenChain(close, 'fork', other.name)];
  });
}

/** The chain that a close belongs to. */
export function chainOf({ accountRef, environment }: { readonly accountRef: string; readonly environment: string | null }): string {
  return JSON.stringify([accountRef, environment]);
}

function linkOf(close: Close, named: FileReference | null, byName: ReadonlyMap<string, Close>): Finding[] {
  if (named === null) return [];
  const found = byName.get(named.name);
  if (found === undefined) return [brokenChain(close, 'missing', named.name)];
  if (found.sha256 !== named.sha256) return [brokenChain(close, 'changed', named.name)];
  return chainOf(found) === chainOf(close) ? [] : [brokenChain(close, 'account', named.name)];
}

function brokenChain(one: { readonly name: string; readonly source: Source }, problem: string, other: string): Finding {
  return finding('close-chain-broken', 'inconclusive', { args: { file: one.name, problem: `chain-${problem}`, other }, source: one.source });
}
