/** What the rows of a drill show, as text under the keys of its expectations. */
import { layers, type TokenClass, tokenClasses } from '../model/evidence.ts';
import type { Line } from '../model/line.ts';
import { formatMoney, parseMoney, sumMoney, zero } from '../model/money.ts';
import type { Result, ResultCounts } from '../model/result.ts';

/** How a fact that is not there reads. */
export const nothing = '(none)';

export type DrillFacts = Readonly<Record<string, string>>;

/** Nothing where the rows could not be reconciled. */
export function drillFacts(result: Result, lines: readonly Line[]): DrillFacts {
  const { counts, tokens } = result;
  if (counts === null || tokens === null) return {};
  const charges = lines.filter(({ line }) => line === 'charge');
  const serving = servingOf(charges);
  const amounts = result.bridge.map(({ step, amount }) => [`amounts.${step}`, amount] as const);
  return {
    requests: String(counts.application.requests),
    provider_records: String(providerRecords(counts)),
    layers: jointLayers(lines, serving),
    billable_model: namesOf(serving.map((line) => line.model_billed)),
    ...prefixed('tokens.', tokensOf(serving)),
    ...prefixed(
      'application.',
      writtenTokens((name) => BigInt(tokens[name].application)),
    ),
    cost: result.totals.provider_charged ?? nothing,
    expected_cost: result.totals.expected ?? nothing,
    steps: namesOf(lines.map(({ step }) => step)),
    ...Object.fromEntries(amounts),
  };
}

/** The charges that served a request; where none did, all charges speak. */
export function servingOf(charges: readonly Line[]): readonly Line[] {
  const serving = charges.filter((line) => line.serving === 'true');
  return serving.length > 0 ? serving : charges;
}

/** Every provider row but those set aside and exact copies. */
function providerRecords({ provider }: ResultCounts): number {
  const kept = Object.values(provider.by_status).reduce((sum, count) => sum + count, 0);
  return kept + provider.duplicates + provider.refunds + provider.adjustments + (provider.corrections ?? 0);
}

/** The layers that have a row of the same request in each serving charge, or in each uncharged request. */
function jointLayers(lines: readonly Line[], serving: readonly Line[]): string {
  const speaking = serving.length > 0 ? serving : lines;
  const joint = layers.filter((layer) => speaking.length > 0 && speaking.every((line) => line[`${layer}_file`] !== null));
  return joint.length === 0 ? nothing : joint.toSorted().join(', ');
}

function namesOf(values: readonly (string | null)[]): string {
  const names = [...new Set(values.map((value) => value ?? nothing))];
  return names.length === 0 ? nothing : names.toSorted().join(', ');
}

/** Token counts of the lines as a `trueup` row writes them; a class that some line does not state is not known. */
function tokensOf(lines: readonly Line[]): Record<string, string> {
  if (lines.length === 0 || lines.some((line) => line.input_quantity === null || line.output_quantity === null)) return {};
  return writtenTokens((name) => lines.reduce((sum, line) => sum + BigInt(line[`${name}_quantity`] ?? '0'), 0n));
}

/** Disjoint classes as a `trueup` row writes them: input holds the cache classes, output holds reasoning. */
function writtenTokens(quantity: (name: TokenClass) => bigint): Record<string, string> {
  const [input = 0n, cached = 0n, write = 0n, write1h = 0n, output = 0n, reasoning = 0n] = tokenClasses.map(quantity);
  return {
    input_tokens: String(input + cached + write + write1h),
    cached_input_tokens: String(cached),
    cache_write_tokens: String(write),
    cache_write_1h_tokens: String(write1h),
    output_tokens: String(output + reasoning),
    reasoning_tokens: String(reasoning),
  };
}

function prefixed(prefix: string, facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** What was charged for lines, exact plain decimal text; an amount that is not reported is what the prices make of it. */
export function chargedFor(lines: readonly Line[]): string {
  return formatMoney(sumMoney(lines.map((line) => parseMoney(line.charged_amount ?? line.rounded_total ?? '0') ?? zero)));
}
