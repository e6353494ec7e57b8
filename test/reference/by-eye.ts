/** A reconciliation of a small ledger in the few words that a person compares it by; its sums hold, or the test fails. */
import { expect } from 'vitest';
import type { CutName } from '../../src/model/bridge.ts';
import type { Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';
import { brokenInvariants } from './invariants.ts';
import { referenceReconcile } from './reconcile.ts';
import { smallLedger, type SmallLedger } from './small-ledger.ts';

export function reconcile(small: SmallLedger): Reconciliation {
  const input = smallLedger(small);
  const reconciliation = referenceReconcile(input);
  expect(brokenInvariants(reconciliation, input.gross)).toEqual([]);
  return reconciliation;
}

/** Step → amount, without the steps that nothing moved. */
export function amounts(steps: readonly StepAmount[]): Record<string, string> {
  return Object.fromEntries(steps.filter(({ count }) => count > 0).map(({ step, amount }) => [step, amount]));
}

export function bridge(small: SmallLedger): Record<string, string> {
  return amounts(reconcile(small).steps);
}

export function cut(small: SmallLedger, name: CutName): Record<string, Record<string, string>> {
  return Object.fromEntries(reconcile(small).cuts[name].map((row) => [row.key, amounts(row.steps)]));
}

export function countBridge(small: SmallLedger): Record<string, number> {
  const entries = reconcile(small).countBridge.filter(({ count }) => count !== 0);
  return Object.fromEntries(entries.map(({ step, count }) => [step, count]));
}

/** Step → entries that nothing explains or covers. */
export function openCounts(small: SmallLedger): Record<string, number> {
  const entries = reconcile(small).countBridge.filter(({ open }) => open !== 0);
  return Object.fromEntries(entries.map(({ step, open }) => [step, open]));
}

/** Step → what is up and down of it, where anything is. */
export function gross(steps: readonly StepAmount[], side: 'left' | 'open'): Record<string, string> {
  const held = steps.filter((row) => row.step !== 'expected' && (row[side].increase !== '0' || row[side].decrease !== '0'));
  return Object.fromEntries(held.map((row) => [row.step, `+${row[side].increase} ${row[side].decrease}`]));
}
