/** Where two reconciliations differ, as sentences; keys and rows that hold nothing do not count. */
import { cutNames } from '../../src/model/bridge.ts';
import type { CutRow, MeterCount, Reconciliation } from '../../src/model/reconciliation.ts';

/** `[]` when `actual` says the same as `expected`; else one sentence per differing value, at most `limit`. */
export function differences(actual: Reconciliation, expected: Reconciliation, limit = 20): string[] {
  const left = flat(comparable(actual), '');
  const right = flat(comparable(expected), '');
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => `${path}: ${left.get(path) ?? 'absent'}, not ${right.get(path) ?? 'absent'}`)
    .slice(0, limit);
}

/** Rows named by what they are about, so that one missing row does not shift all others. */
function comparable(reconciliation: Reconciliation): unknown {
  const { steps, cuts, countBridge, counts, totals, providerCounted, freeCharges, tokens, meters, setAsideAmounts, balance, exceptionUses } = reconciliation;
  return {
    steps: byStep(steps),
    ...Object.fromEntries(cutNames.map((name) => [name, cutOf(cuts[name])])),
    countBridge: Object.fromEntries(countBridge.map(({ step, count, open }) => [step, { count, open }])),
    order: {
      steps: steps.map(({ step }) => step).join(),
      countBridge: countBridge.map(({ step }) => step).join(),
      ...Object.fromEntries(
        cutNames.map((name) => [
          name,
          cuts[name]
            .filter(holdsMoney)
            .map(({ key }) => key)
            .join('\n'),
        ]),
      ),
    },
    counts: { ...counts, application: withoutZeros(counts.application), gateway: withoutZeros(counts.gateway), provider: withoutZeros(counts.provider) },
    totals,
    providerCounted,
    freeCharges,
    tokens,
    meters: Object.fromEntries((meters ?? []).filter(countsAnything).map(({ meter, application, provider }) => [`[${meter}]`, `${application}, ${provider}`])),
    setAsideAmounts: withoutZeros(setAsideAmounts),
    balance,
    exceptionUses,
    buckets: reconciliation.buckets ?? null,
  };
}

function byStep(steps: Reconciliation['steps']): unknown {
  return Object.fromEntries(steps.map(({ step, ...facts }) => [step, facts]));
}

function cutOf(rows: readonly CutRow[]): unknown {
  return Object.fromEntries(rows.filter(holdsMoney).map((row) => [`[${row.key}]`, byStep(row.steps)]));
}

function holdsMoney(row: CutRow): boolean {
  return row.steps.some(({ count }) => count > 0);
}

/** A column that no row of these sides fills stands with zeros, or not at all. */
function countsAnything({ application, provider }: MeterCount): boolean {
  return application !== '0' || provider !== '0';
}

/** A word that occurs no times may be absent or 0. */
function withoutZeros(value: object | null): unknown {
  if (value === null) return null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== 0 && item !== '0')
      .map(([key, item]) => [key, typeof item === 'object' ? withoutZeros(item as object | null) : item]),
  );
}

function flat(value: unknown, path: string): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  return new Map(Object.entries(value).flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)]));
}
