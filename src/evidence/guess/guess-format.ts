/** From the sample of an export to the draft of a format: every line with its ground, and a placeholder wherever two readings are possible. Pure. */
import { toVerify } from '../../model/placeholder.ts';
import { type Claims, claimedColumns, columnsLike, isCount, presentOf, textsOf } from './claimed-columns.ts';
import { classLines } from './class-rows.ts';
import { saysUncached } from './column-names.ts';
import { meterColumns, meterLines } from './meter-columns.ts';
import { moneyLines } from './money-lines.ts';
import { bareNumber, numberStyle, type StyleGuess } from './number-style.ts';
import { listed, quoted, type SampleColumn, type SampleTable } from './sample-table.ts';
import { timeLines } from './time-style.ts';
import { totalRows } from './total-rows.ts';
import { countColumns, type CanonicalColumn, canonicalColumns, kinds, type Layer, requiredOf, statuses, tokenColumns } from '../../model/evidence.ts';
import type { DraftLine, FormatDraft } from '../../model/format-draft.ts';

/** The members of a format in the order in which they are written. */
const members: readonly string[] = [
  'grain',
  'file',
  'numbers',
  'records',
  'rows_are',
  'columns',
  'constants',
  'timestamp',
  'statuses',
  'kinds',
  'negative_kind',
  'input_includes',
  'output_includes',
  'cache_write_includes',
  'money',
  'total_row',
];
/** Columns whose values are words of the trade, which may be shown; ids and names of keys are nobody's business. */
const shown: readonly CanonicalColumn[] = [
  'model_billed',
  'model_requested',
  'status',
  'kind',
  'charged_currency',
  'stream',
  'service_tier',
  'region',
  'attempt',
];

export function guessFormat(sample: SampleTable, layer: Layer): FormatDraft {
  const claimed = claimedColumns(sample, layer);
  const amounts = claimed.get('charged_amount') ?? [];
  const classes = classLines(sample, claimed);
  const style = localStyle(numberStyle([...countColumns.flatMap((column) => claimed.get(column) ?? []), ...classes.quantities], amounts), sample, amounts);
  const totals = totalRows(sample, claimed, style);
  const table = withoutRows(sample, totals.rows);
  const claims = without(claimedColumns(table, layer), classes.taken);
  const grain = layer === 'provider' ? grainLines(table, claims) : [];
  const counted = meterColumns(table);
  const times = claims.get('timestamp_utc') ?? [];
  const all = { source: times.length === 1 ? (times[0]?.source ?? '') : '', values: times.flatMap(({ values }) => values) };
  const lines = [
    ...grain,
    ...table.layout,
    ...numberLines(style, [...claims.keys(), ...(classes.lines.length > 0 ? tokenColumns : [])]),
    ...classes.lines,
    ...columnLines(claims, table),
    ...meterLines(counted),
    ...missingLines(claims, layer, grain.length > 0),
    ...timeLines(all),
    ...textLines('status', statuses, claims, table),
    ...textLines('kind', kinds, claims, table),
    ...(classes.lines.length > 0 ? [] : inclusionLines(claims)),
    ...moneyLines(claims, layer),
    ...(totals.line === null ? [] : [totals.line]),
  ];
  return {
    lines: lines.toSorted((a, b) => members.indexOf(a.key[0] ?? '') - members.indexOf(b.key[0] ?? '')),
    notes: [...table.notes, ...totals.notes, ...unreadNotes(table, claimed, [...classes.sources, ...[...counted.values()].map(({ source }) => source)])],
  };
}

function withoutRows(table: SampleTable, rows: ReadonlySet<number>): SampleTable {
  const columns = table.columns.map((column) => ({ ...column, values: column.values.filter((_, index) => !rows.has(index)) }));
  return { ...table, columns, rows: table.rows - rows.size };
}

function without(claims: Claims, taken: ReadonlySet<CanonicalColumn>): Claims {
  return new Map([...claims].filter(([column]) => !taken.has(column)));
}

/** Semicolons mostly come with a decimal comma: whole amounts alone do not say what the first fraction will look like. */
function localStyle(style: StyleGuess, { layout }: SampleTable, amounts: readonly SampleColumn[]): StyleGuess {
  const isLocal = layout.some(({ key, value }) => key[1] === 'delimiter' && value === ';') && amounts.some(({ typed }) => typed === 'text');
  return isLocal && !style.isSeen
    ? { ...style, decimal: null, ground: 'no amount here has a fraction, and semicolons mostly come with a decimal comma' }
    : style;
}

/** What nobody reads, nobody compares. */
function unreadNotes({ columns }: SampleTable, claims: Claims, others: readonly string[]): string[] {
  const read = new Set([...[...claims.values()].flat().map(({ source }) => source), ...others]);
  const unread = columns.map(({ source }) => source).filter((source) => !read.has(source));
  const shownNames = unread.slice(0, 20).map(quoted).join(', ');
  return [
    ...(claims.has('charged_amount') ? [] : ['No column has a name that is known for an amount.']),
    ...(unread.length === 0 ? [] : [`Not read: ${shownNames}${unread.length > 20 ? ', …' : ''}.`]),
  ];
}

/** Rows that name no call, and count calls or stand at the start of a day, sum calls up. */
function grainLines({ columns }: SampleTable, claims: Claims): DraftLine[] {
  if (claims.has('provider_request_id') || claims.has('response_id')) return [];
  const counted = columnsLike(columns, 'requests')[0];
  const times = (claims.get('timestamp_utc') ?? []).flatMap(presentOf);
  const days = times.length > 0 && times.every((text) => /^\d{4}-?\d{2}-?\d{2}(?:[T ]00:00(?::00(?:\.0+)?)?(?!\d).*)?$/.test(text));
  if (counted === undefined && !days) return [];
  const ground =
    counted === undefined
      ? 'a guess: rows have no id, and every time is the start of a day'
      : `a guess: rows have no id, and ${quoted(counted.source)} counts calls`;
  return [{ key: ['grain'], value: 'bucket', ground }];
}

function numberLines({ decimal, thousands, signs, percent, ground }: StyleGuess, read: readonly CanonicalColumn[]): DraftLine[] {
  const columns = [...countColumns, 'charged_amount' as const].filter((column) => read.includes(column));
  const open = {
    key: ['numbers', 'decimal'],
    value: toVerify,
    ground: `${ground}: say "." or ",", and thousands where groups stand`,
    open: { meanwhile: '.', columns },
  };
  return [
    ...(decimal === null ? [open] : decimal === ',' ? [{ key: ['numbers', 'decimal'], value: ',', ground }] : []),
    ...(thousands === null ? [] : [{ key: ['numbers', 'thousands'], value: thousands, ground }]),
    ...(signs.length === 0 ? [] : [{ key: ['numbers', 'signs'], value: signs, ground: 'these stand before or behind amounts' }]),
    ...(percent ? [{ key: ['numbers', 'percent'], value: 'divided', ground: 'values end with %, which is a hundredth' }] : []),
  ];
}

function columnLines(claims: Claims, table: SampleTable): DraftLine[] {
  return canonicalColumns.flatMap((canonical): DraftLine[] => {
    const [column, ...others] = claims.get(canonical) ?? [];
    if (column === undefined) return [];
    const key = ['columns', canonical];
    if (others.length === 0) return [{ key, value: column.source, ground: `header says ${quoted(column.source)}; ${describe(canonical, column, table)}` }];
    const rivals = listed([column, ...others].map(({ source }) => source));
    return [{ key, value: toVerify, ground: `claimed by ${rivals}: name the one that it is`, open: { meanwhile: column.source, columns: [canonical] } }];
  });
}

function describe(canonical: CanonicalColumn, column: SampleColumn, { extent, rows }: SampleTable): string {
  const present = presentOf(column);
  const all = `${extent === 'all' ? 'all' : 'the first'} ${present.length} values`.replace('all 1 values', 'the one value');
  if (present.length === 0) return `no value in ${rows} rows`;
  if ((countColumns as readonly string[]).includes(canonical)) {
    const wrong = present.filter((value) => !isCount(value)).length;
    return wrong === 0
      ? `${all} ${present.length === 1 ? 'is a whole number' : 'are whole numbers'}`
      : `${wrong} of ${present.length} values are no counts, which a run will refuse`;
  }
  if (canonical === 'charged_amount') {
    const wrong = present.filter((value) => bareNumber(value) === null).length;
    return wrong === 0
      ? `${all} ${present.length === 1 ? 'is a number' : 'are numbers'}`
      : `${wrong} of ${present.length} values are no amounts, which a run will refuse`;
  }
  const different = [...new Set(present)];
  if (shown.includes(canonical) && different.length <= 3) return `values ${listed(different)}`;
  return different.length === rows
    ? 'another value in each row'
    : `${different.length === 1 ? 'one value' : `${different.length} different values`} in ${rows} rows`;
}

/** What a run needs and no header names. */
function missingLines(claims: Claims, layer: Layer, isBucket: boolean): DraftLine[] {
  const needed = requiredOf(layer, isBucket ? { grain: 'bucket' } : {}).filter((column) => !claims.has(column));
  return needed.map((column): DraftLine => {
    const isNamed = column === 'timestamp_utc' || column === 'request_id';
    const meanwhile = column === 'timestamp_utc' ? null : column === 'status' ? 'success' : isNamed ? null : 'unknown';
    const ground = `no header is known for it: name ${isNamed ? 'its column' : 'its column under columns, or say here what holds for every row'}`;
    return { key: [isNamed ? 'columns' : 'constants', column], value: toVerify, ground, open: { meanwhile, columns: [column] } };
  });
}

/** Only the canonical words are known; what else stands there is for a human. */
function textLines(canonical: 'status' | 'kind', words: readonly string[], claims: Claims, { rows }: SampleTable): DraftLine[] {
  const [column, ...others] = claims.get(canonical) ?? [];
  if (column === undefined || others.length > 0) return [];
  return textsOf(column).flatMap((text): DraftLine[] => {
    if (words.includes(text)) return [];
    const key = [canonical === 'status' ? 'statuses' : 'kinds', text];
    const word = text.trim().toLowerCase();
    if (words.includes(word)) return [{ key, value: word, ground: 'the word itself' }];
    const count = column.values.filter((value) => value === text).length;
    const ground = `in ${count} of ${rows} rows: one of ${words.join(', ')}`;
    return [{ key, value: toVerify, ground, open: { meanwhile: words[0] ?? '', columns: [canonical] } }];
  });
}

/** What counts include is known only where nothing could be included, or where a part exceeds the whole. */
function inclusionLines(claims: Claims): DraftLine[] {
  const parts = (['cached_input_tokens', 'cache_write_tokens', 'cache_write_1h_tokens'] as const).filter((column) => claims.has(column));
  const cached = parts.length === 1 && parts[0] !== undefined ? exceeding(claims, parts[0], 'input_tokens') : null;
  const input = claims.get('input_tokens')?.[0];
  const known = (key: string, value: readonly string[], ground: string): DraftLine => ({ key: [key], value, ground });
  const open = (key: string, choices: string, columns: readonly CanonicalColumn[]): DraftLine => ({
    key: [key],
    value: toVerify,
    ground: `the file does not say: ${choices}`,
    open: { meanwhile: key === 'cache_write_includes' ? null : [], columns },
  });
  const inputLine = (): DraftLine => {
    if (parts.length === 0) return known('input_includes', [], 'no column counts the cache apart, so that nothing is to be taken apart');
    if (input !== undefined && saysUncached(input.source)) return known('input_includes', [], `header says ${quoted(input.source)}`);
    if (cached !== null) return known('input_includes', [], cached);
    return open(
      'input_includes',
      `[ ${parts.map((column) => column.replace('_tokens', '')).join(', ')} ] if ${nameOf(input)} holds them, [] if they are apart`,
      ['input_tokens'],
    );
  };
  const outputLine = (): DraftLine => {
    if (!claims.has('reasoning_tokens')) return known('output_includes', ['reasoning'], 'no column counts reasoning apart: whatever was thought is output');
    const reasoning = exceeding(claims, 'reasoning_tokens', 'output_tokens');
    if (reasoning !== null) return known('output_includes', [], reasoning);
    return open('output_includes', `[ reasoning ] if ${nameOf(claims.get('output_tokens')?.[0])} holds it, [] if it is apart`, ['output_tokens']);
  };
  const both = claims.has('cache_write_tokens') && claims.has('cache_write_1h_tokens');
  const writes = both
    ? [open('cache_write_includes', '[ cache_write_1h ] if the writes hold those for one hour, [] if they are apart', ['cache_write_tokens', 'input_tokens'])]
    : [];
  return [inputLine(), outputLine(), ...writes];
}

function nameOf(column: SampleColumn | undefined): string {
  return column === undefined ? 'the count' : quoted(column.source);
}

/** A row in which the part is more than the whole that is said to hold it; null where there is none. */
function exceeding(claims: Claims, part: (typeof tokenColumns)[number], whole: (typeof tokenColumns)[number]): string | null {
  const [parts, wholes] = [claims.get(part) ?? [], claims.get(whole) ?? []];
  const [one, other] = [parts[0], wholes[0]];
  if (one === undefined || other === undefined || parts.length > 1 || wholes.length > 1) return null;
  const isPlain = (value: string | null | undefined): value is string => typeof value === 'string' && /^\d{1,15}$/.test(value);
  const row = one.values.findIndex((value, index) => {
    const all = other.values[index];
    return isPlain(value) && isPlain(all) && BigInt(value) > BigInt(all);
  });
  return row < 0 ? null : `in row ${row + 1} ${quoted(one.source)} is above ${quoted(other.source)}, which so cannot hold it`;
}
