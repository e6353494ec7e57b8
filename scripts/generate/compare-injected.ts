/** Holds a computed bridge against what the generator injected. */

export interface StepRow {
  readonly step: string;
  readonly amount: string;
  readonly count: number;
}
export interface Difference {
  readonly step: string;
  readonly injected: string;
  readonly computed: string;
}

/** Every step whose exact amount or count differs; a step that was not computed counts as zero. */
export function differencesOf(injected: readonly StepRow[], computed: readonly StepRow[]): Difference[] {
  return injected.flatMap(({ step, amount, count }) => {
    const row = computed.find((candidate) => candidate.step === step) ?? { amount: '0', count: 0 };
    if (row.amount === amount && row.count === count) return [];
    return [{ step, injected: `${amount} (${count})`, computed: `${row.amount} (${row.count})` }];
  });
}
