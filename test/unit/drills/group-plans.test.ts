/** Faults share a run only where none can be taken for another, and a signal counts what moved in its direction. */
import { describe, expect, it } from 'vitest';
import { draw, type FaultPlan, seededRandom } from '../../../src/drills/faults/fault-kind.ts';
import { groupPlans } from '../../../src/drills/inject-faults.ts';
import { newFinding, rowsFound, together, unreadable } from '../../../src/drills/faults/signal.ts';
import { finding } from '../../../src/model/finding.ts';
import { formatMoney } from '../../../src/model/money.ts';

function plan(kind: string, watches: readonly string[], disturbs: FaultPlan['disturbs'] = []): FaultPlan {
  return { kind, injected: 3, rows: [], files: [], texts: [], requests: [], disturbs, signal: { ...newFinding('set-aside'), watches } };
}
const kindsOf = (groups: readonly (readonly FaultPlan[])[]): string[] => groups.map((group) => group.map(({ kind }) => kind).join(' '));

describe('groups', () => {
  it('keep apart what watches the same, what disturbs the other, and what disturbs everything', () => {
    const plans = [plan('a', ['x']), plan('b', ['y'], ['x']), plan('c', ['z']), plan('d', ['x']), plan('e', ['v'], 'everything')];
    expect(kindsOf(groupPlans(plans, 100))).toEqual(['a c', 'b', 'd', 'e']);
    expect(kindsOf(groupPlans([plan('a', ['x']), plan('b', ['y']), plan('c', ['z'])], 100))).toEqual(['a b c']);
  });

  it('are no larger than the period bears', () => {
    expect(kindsOf(groupPlans([plan('a', ['x']), plan('b', ['y']), plan('c', ['z'])], 6))).toEqual(['a b', 'c']);
    expect(kindsOf(groupPlans([plan('a', ['x']), plan('b', ['y'])], 1))).toEqual(['a', 'b']);
  });
});

describe('signals', () => {
  const view = (...findings: readonly ReturnType<typeof finding>[]) => ({ result: null, findings });
  const moved = (signal: ReturnType<typeof newFinding>, before: ReturnType<typeof view>, after: ReturnType<typeof view>) =>
    formatMoney(signal.moved(before, after));

  it('count rows, findings and files that were not there before', () => {
    const two = view(finding('set-aside', 'info', { count: 2, args: { reason: 'period' } }));
    expect(moved(rowsFound('set-aside'), two, view(finding('set-aside', 'info', { count: 5, args: { reason: 'period' } })))).toBe('3');
    expect(moved(rowsFound('set-aside'), two, two)).toBe('0');
    expect(moved(newFinding('set-aside'), two, two)).toBe('0');
    expect(moved(newFinding('set-aside'), two, view(finding('set-aside', 'info', { count: 2, args: { reason: 'account' } })))).toBe('1');
    const broken = view(finding('evidence-corrupt', 'inconclusive', { args: { layer: 'provider', file: 'a.csv' } }));
    expect(moved(together('files', [unreadable('a.csv'), unreadable('b.csv')]), view(), broken)).toBe('1');
    expect(moved(together('files', [unreadable('a.csv')]), broken, broken)).toBe('0');
  });
});

describe('chance', () => {
  it('repeats itself, and draws without putting back', () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    expect(draw(seededRandom(5), items, 8)).toEqual(draw(seededRandom(5), items, 8));
    expect(draw(seededRandom(5), items, 8)).not.toEqual(draw(seededRandom(6), items, 8));
    expect(draw(seededRandom(5), items, 30).toSorted((a, b) => a - b)).toEqual(items);
  });
});
