/** The self-test's words: faults injected on purpose, and how many of each kind showed. */
import type { Finding } from './finding.ts';

export interface FaultKindResult {
  readonly kind: string;
  readonly injected: number;
  readonly detected: number;
  /** What shows the fault, in our own words: a step of the bridge or a finding. */
  readonly signal: string;
  /** What would have to be there for the fault to show or to be made; null = it was injected. */
  readonly needs: string | null;
}

export interface FaultReport {
  readonly period: string;
  readonly seed: number;
  readonly kinds: readonly FaultKindResult[];
  /** Plain requests: one application row and one charge that agree; faults are made on these. */
  readonly plainRequests: number;
  /** How often the engine ran. */
  readonly runs: number;
  readonly findings: readonly Finding[];
}
