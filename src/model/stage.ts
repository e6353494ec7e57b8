/** What a period is held against beside its rows: `usage` nothing yet, `final` its invoice, `prepaid` the balance that it was paid from. */
export const stages = ['usage', 'final', 'prepaid'] as const;
export type Stage = (typeof stages)[number];
