/** `pricing_snapshot` of the runbook → a price snapshot file. */
import { type Fields, plainDecimal } from './runbook-file.ts';
import { isPlaceholder, toVerify } from '../../../model/placeholder.ts';
import { isDay } from '../../../model/instant.ts';
import { tokenColumns } from '../../../model/evidence.ts';

export interface ImportedSnapshot {
  readonly id: string;
  readonly currency: string | null;
  /** The keys of the file, in its order. */
  readonly file: Readonly<Record<string, unknown>>;
}

const priceKeys: readonly (readonly [key: string, ...aliases: string[]])[] = [
  ['input_price', 'input', 'prompt_price'],
  ['output_price', 'output', 'completion_price'],
  ['cached_input_price', 'cached_price', 'cached_input'],
  ['cache_write_price', 'cache_write'],
  ['cache_write_1h_price', 'cache_write_1h'],
  ['reasoning_price', 'reasoning'],
];

/** `fallbackDay` names the file when the runbook does not say when the prices were looked up. */
export function importPrices(fields: Fields | null, provider: string, fallbackDay: string): ImportedSnapshot {
  const accessed = fields?.text('accessed_at', 'captured_at', 'captured_on', 'access_date', 'snapshot_date', 'date')?.slice(0, 10) ?? null;
  const given = fields?.text('id', 'snapshot_id') ?? null;
  const id =
    given !== null && /^[a-z0-9][a-z0-9_-]{0,63}\/\d{4}-\d{2}-\d{2}(-\d{1,3})?$/.test(given)
      ? given
      : `${provider}/${accessed !== null && isDay(accessed) ? accessed : fallbackDay}`;
  const rows = fields?.objects('prices', 'models', 'rows') ?? [];
  const basis = agreedBasis(basisOf(fields?.text('unit_basis', 'unit', 'price_unit', 'pricing_unit') ?? null), fields === null ? rows : [fields, ...rows]);
  const currency = fields?.text('currency') ?? null;
  const notes = [fields?.text('notes', 'note') ?? null, given !== null && given !== id ? `id in the runbook: ${given}` : null].filter((note) => note !== null);
  const file = {
    id,
    source_url: fields?.text('source_url', 'source', 'url') ?? toVerify,
    accessed_at: accessed ?? toVerify,
    captured_by: fields?.text('captured_by', 'owner', 'reviewed_by') ?? toVerify,
    price_kind: kindOf(fields?.text('price_kind', 'price_type', 'kind') ?? null),
    currency: currency ?? toVerify,
    unit_basis: basis,
    verification: verificationOf(fields?.object('verification') ?? null),
    ...(notes.length > 0 ? { notes: notes.join('; ') } : {}),
    prices: rows.map(importRow),
    samples: (fields?.objects('samples') ?? []).map(importSample),
  };
  fields?.finish();
  return { id, currency, file };
}

function importRow(row: Fields): Record<string, unknown> {
  const imported: Record<string, unknown> = {
    billable_model: row.text('billable_model', 'model_billed', 'model', 'model_id') ?? toVerify,
    ...pricesOf(row),
    ...decimalUnder('request_price', row, 'request_price', 'per_request', 'per_request_price'),
    ...decimalUnder('ratio', row, 'ratio', 'multiplier', 'price_ratio'),
  };
  const tiers = row.objects('tiers').map((tier) => {
    const bound = { input_tokens_above: tier.text('input_tokens_above', 'above_input_tokens', 'above') ?? toVerify };
    const prices = pricesOf(tier);
    tier.finish();
    return { ...bound, ...prices };
  });
  row.finish();
  return tiers.length > 0 ? { ...imported, tiers } : imported;
}

function pricesOf(fields: Fields): Record<string, string> {
  return Object.assign({}, ...priceKeys.map(([key, ...aliases]) => decimalUnder(key, fields, key, ...aliases))) as Record<string, string>;
}

function decimalUnder(key: string, fields: Fields, ...keys: string[]): Record<string, string> {
  const text = fields.text(...keys);
  return text === null ? {} : { [key]: plainDecimal(text) };
}

function importSample(sample: Fields): Record<string, unknown> {
  const counts = tokenColumns.map((key) => [key, sample.text(key)] as const).filter(([, value]) => value !== null);
  const imported = {
    billable_model: sample.text('billable_model', 'model_billed', 'model') ?? toVerify,
    ...Object.fromEntries(counts),
    expected_cost: plainDecimal(sample.text('expected_cost', 'cost') ?? toVerify),
  };
  sample.finish();
  return imported;
}

/** Only a verification that says against what, when and by whom counts as one. */
function verificationOf(fields: Fields | null): Record<string, string> {
  const [status, against, on, by] = [fields?.text('status'), fields?.text('against'), fields?.text('on'), fields?.text('by')];
  fields?.finish();
  return status === 'verified' && against && on && by ? { status, against, on, by } : { status: 'unverified' };
}

const bases: readonly (readonly [RegExp, string])[] = [
  [/^(usd\/)?(per)?(1m|1000000|million)(tokens?)?$/, 'per-1M-tokens'],
  [/^(usd\/)?(per)?(1k|1000|thousand)(tokens?)?$/, 'per-1K-tokens'],
  [/^(usd\/)?per(1)?tokens?$/, 'per-token'],
];

/** A unit that is not plainly one of the three stays unknown: a wrong one is wrong by a thousand. */
function basisOf(text: string | null): string {
  const plain = (text ?? '').toLowerCase().replaceAll(/[ _,-]/g, '');
  return bases.find(([pattern]) => pattern.test(plain))?.[1] ?? toVerify;
}

const divisors: Readonly<Record<string, string>> = { '1': 'per-token', '1000': 'per-1K-tokens', '1000000': 'per-1M-tokens' };

/** `unit_divisor` says the unit basis as a number. Where it and the basis, or two of them, disagree, nobody knows the unit. */
function agreedBasis(stated: string, holders: readonly Fields[]): string {
  const said = new Set(stated === toVerify ? [] : [stated]);
  for (const fields of holders) {
    const divisor = fields.take('unit_divisor', 'divisor');
    const text = divisor?.value.kind === 'text' ? divisor.value.value : null;
    if (divisor === null || isPlaceholder(text)) continue;
    const basis = divisors[plainDecimal(text ?? '')];
    if (basis === undefined) fields.refuse(divisor, '1, 1000 or 1000000');
    else if (said.size > 0 && !said.has(basis)) fields.refuse(divisor, `the divisor of ${[...said].join(', ')}`);
    said.add(basis ?? toVerify);
  }
  return said.size === 1 ? [...said].join('') : toVerify;
}

function kindOf(text: string | null): string {
  const plain = (text ?? '').toLowerCase().replaceAll(/[ _]/g, '-');
  return ['public-list', 'negotiated', 'promotional', 'credit-adjusted'].includes(plain) ? plain : toVerify;
}
