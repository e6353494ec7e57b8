/** The three months of the example: how many calls of each kind, and what the month is there to show. */

export interface MonthPlan {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly providerFormat: 'trueup' | 'new-api';
  readonly finalizedThrough: number;
  readonly delayHours: number;
  readonly incident: { readonly id: string; readonly from: number; readonly to: number; readonly ticket: string } | null;
  /** Calls that go well. */
  readonly plain: number;
  /** Kind of call → how many; the order is the order of generation. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly invoice: { readonly creditText: string; readonly creditAmount: string; readonly taxPercent: string; readonly usageError: string };
}

export const monthPlans: readonly MonthPlan[] = [
  {
    id: '2026-03',
    start: Date.UTC(2026, 2, 1),
    end: Date.UTC(2026, 3, 1),
    verdict: 'pass',
    providerFormat: 'trueup',
    finalizedThrough: Date.UTC(2026, 3, 2),
    delayHours: 24,
    incident: null,
    plain: 5200,
    kinds: { 'price-timing': 3, 'long-context': 12, error: 25, retry: 30, fallback: 12, refund: 2 },
    invoice: { creditText: 'Welcome credit', creditAmount: '-5.00', taxPercent: '20', usageError: '0' },
  },
  {
    id: '2026-04',
    start: Date.UTC(2026, 3, 1),
    end: Date.UTC(2026, 4, 1),
    verdict: 'warn',
    providerFormat: 'new-api',
    finalizedThrough: Date.UTC(2026, 4, 2),
    delayHours: 24,
    incident: { id: 'inc-7', from: Date.UTC(2026, 3, 14, 9), to: Date.UTC(2026, 3, 14, 12), ticket: 'OPS-7' },
    plain: 5400,
    kinds: {
      error: 30,
      retry: 150,
      'outage-retry': 60,
      fallback: 20,
      'fallback-after-timeout': 6,
      'client-stopped': 10,
      'timeout-charged': 6,
      refund: 3,
      'export-duplicate': 8,
    },
    invoice: { creditText: 'Goodwill credit for incident inc-7', creditAmount: '-1.50', taxPercent: '20', usageError: '0' },
  },
  {
    id: '2026-05',
    start: Date.UTC(2026, 4, 1),
    end: Date.UTC(2026, 5, 1),
    verdict: 'fail',
    providerFormat: 'trueup',
    finalizedThrough: Date.UTC(2026, 5, 1, 12),
    delayHours: 24,
    incident: null,
    plain: 5000,
    kinds: {
      error: 30,
      retry: 60,
      fallback: 25,
      'fallback-after-timeout': 8,
      'duplicate-charge': 18,
      'conflicting-duplicate': 2,
      'export-duplicate': 5,
      unlinked: 45,
      'not-charged': 14,
      'not-forwarded': 9,
      'gateway-only': 25,
      unbacked: 21,
      'model-drift': 70,
      'wrong-price': 90,
      'cached-twice': 60,
      'missing-usage': 28,
      'client-stopped': 20,
      'timeout-charged': 7,
      'status-difference': 11,
      'billed-error': 13,
      unpriced: 16,
      unmapped: 10,
      'out-of-scope': 6,
      'in-transit': 12,
      refund: 4,
      'other-account': 3,
    },
    invoice: { creditText: 'Volume credit', creditAmount: '-3.00', taxPercent: '20', usageError: '2.50' },
  },
];
/** Calls sent in the last seconds of April and charged in May: in the exports of both months. */
export const crossingCalls = 5;
