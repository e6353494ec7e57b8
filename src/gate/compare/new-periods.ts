/** Holds a period that base does not have against what base has of its account: nothing earlier of its own says how it may be read. Pure. */
import { evidenceLayers } from '../../model/evidence.ts';
import { formatDuration } from '../../model/instant.ts';
import { formatNames, type LayerEvidence, type Ledger, type Period } from '../../model/ledger.ts';
import { periodPath } from '../../model/layout.ts';
import { shareKeys } from '../../model/scope.ts';

/** One thing that a new period says otherwise than base. */
export interface NewTerm {
  readonly period: string;
  /** POSIX path relative to the ledger. */
  readonly file: string;
  /** The key, or the layer. */
  readonly term: string;
  readonly value: string;
  /** What base has, and where. */
  readonly before: string;
  /** Within what the policy of base allows: said, and nothing more. */
  readonly allowed: boolean;
}

/** Empty while base has no period at all: the first of a ledger has nothing beside it. */
export function newTerms(base: Ledger, head: Ledger): NewTerm[] {
  if (base.periods.length === 0) return [];
  const added = head.periods.filter(({ id }) => !base.periods.some((period) => period.id === id));
  return added.flatMap((period) => {
    const previous = previousOf(base, period);
    const said = [...scopeTerms(base, period), ...(previous === null ? unknownFormats(base, period) : againstPrevious({ base, period, previous }))];
    return said.map((term) => ({ period: period.id, file: periodPath(period, 'period'), ...term }));
  });
}

/** The last period of base before it, of its account and environment, and of keys that it shares if there is one; null when there is none. */
export function previousOf(base: Ledger, period: Period): Period | null {
  const near = base.periods.filter((each) => each.accountRef === period.accountRef && each.environment === period.environment);
  const alike = near.some((each) => shareKeys(each, period)) ? near.filter((each) => shareKeys(each, period)) : near;
  return alike.findLast(({ start }) => start < period.start) ?? alike.at(0) ?? null;
}

type Said = Omit<NewTerm, 'period' | 'file'>;

function scopeTerms(base: Ledger, period: Period): Said[] {
  const accounts = new Set(base.periods.map(({ accountRef }) => accountRef));
  if (!accounts.has(period.accountRef)) return [{ term: 'account_ref', value: period.accountRef, before: [...accounts].join(', '), allowed: false }];
  const environments = new Set(base.periods.filter(({ accountRef }) => accountRef === period.accountRef).map(({ environment }) => environment ?? 'any'));
  if (environments.has(period.environment ?? 'any')) return [];
  return [{ term: 'environment', value: period.environment ?? 'any', before: [...environments].join(', '), allowed: false }];
}

interface Pair {
  readonly base: Ledger;
  readonly period: Period;
  readonly previous: Period;
}

function againstPrevious(pair: Pair): Said[] {
  const { period, previous } = pair;
  const where = (text: string): string => `${text} (${previous.id})`;
  return [
    ...(['models', 'keys'] as const).flatMap((term) => {
      const [own, theirs] = [period[term], previous[term]];
      const isKept = own === null || (theirs !== null && theirs.every((each) => own.includes(each)));
      return isKept ? [] : [{ term, value: own.join(', '), before: where(theirs?.join(', ') ?? 'all'), allowed: false }];
    }),
    ...(period.currency === previous.currency ? [] : [{ term: 'currency', value: period.currency, before: where(previous.currency), allowed: false }]),
    ...evidenceLayers.flatMap((layer) => layerTerms(pair, layer)),
  ];
}

function layerTerms({ base, period, previous }: Pair, layer: LayerEvidence['layer']): Said[] {
  const [theirs, ours] = [previous, period].map(({ evidence }) => evidence.find((each) => each.layer === layer && each.files.length > 0));
  if (theirs === undefined) return [];
  const where = (text: string): string => `${text} (${previous.id})`;
  const named = (evidence: LayerEvidence): string => formatNames(evidence).toSorted().join(', ');
  if (ours === undefined) return [{ term: `layer ${layer}`, value: 'none', before: where(`format ${named(theirs)}`), allowed: false }];
  const [own, before] = [named(ours), named(theirs)];
  return [
    ...(own === before ? [] : [{ term: `format of ${layer}`, value: own, before: where(before), allowed: false }]),
    ...(declaredText(ours) === declaredText(theirs)
      ? []
      : [{ term: `declared reading of ${layer}`, value: declaredText(ours), before: where(declaredText(theirs)), allowed: false }]),
    ...(ours.rows === theirs.rows ? [] : [{ term: `rows of ${layer}`, value: ours.rows, before: where(theirs.rows), allowed: ours.rows === 'attempts' }]),
    ...(ours.delay <= theirs.delay
      ? []
      : [
          {
            term: `delay of ${layer}`,
            value: formatDuration(ours.delay),
            before: where(formatDuration(theirs.delay)),
            allowed: ours.delay <= base.settings.policy.maxDelay,
          },
        ]),
  ];
}

/** What a period says in place of its exports, as `key: value` in one order. */
function declaredText({ declared = {} }: LayerEvidence): string {
  const { constants = {}, zone, inclusion } = declared;
  const words = [
    ...Object.entries(constants).map(([column, value]) => `${column}: ${value}`),
    ...(zone === undefined ? [] : [`zone: ${zone}`]),
    ...(inclusion === undefined
      ? []
      : [
          `input includes: ${inclusion.inputIncludes.join(' and ') || 'nothing'}`,
          `output includes: ${inclusion.outputIncludesReasoning ? 'reasoning' : 'nothing'}`,
        ]),
  ];
  return words.toSorted().join(', ') || 'nothing';
}

/** A format that comes with the period says how its rows are read, and nobody has read by it before. */
function unknownFormats(base: Ledger, { evidence }: Period): Said[] {
  const names = base.formats.map(({ name }) => name);
  return evidence
    .flatMap((layer) => formatNames(layer).map((format) => ({ layer: layer.layer, format })))
    .filter(({ format }) => !names.includes(format))
    .map(({ layer, format }) => ({ term: `format of ${layer}`, value: format, before: 'no format of that name', allowed: false }));
}
