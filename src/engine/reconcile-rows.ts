/** The engine's one job: from checked evidence files and the parsed ledger to the facts of a period. */
import { connectionCount, type Database, isSmall } from './database.ts';
import { type Conversion, convertedDecimals, largestConverted, readConversions } from './conversions.ts';
import { readDoubtedCharges } from './doubted-charges.ts';
import { readObservations } from './observations.ts';
import { readOccurrences } from './occurrences.ts';
import { createExpectations, createModels, createPrices, largestCost, priceDecimals } from './price-table.ts';
import { metersOf } from './meter-terms.ts';
import { priceConditions } from './price-conditions.ts';
import { bucketTerms, witnessTerms } from './buckets/bucket-terms.ts';
import { insertLines, isStated } from './buckets/invoice-rows.ts';
import { matchBuckets } from './buckets/match-buckets.ts';
import { matchWitness } from './buckets/match-witness.ts';
import { readBuckets } from './buckets/read-buckets.ts';
import type { CheckNames } from './reading/check-names-hook.ts';
import { createTypes } from './reading/column-types.ts';
import type { AmountTotals } from './reading/layer-totals.ts';
import { type LoadedLayer, loadLayer } from './reading/load-layer.ts';
import { readReconciliation } from './reconciliation-query.ts';
import { carried, type CarriedBounds, carriedCharges, carriedSplits, fallbackMappings, loadCarried } from './relations/carried.ts';
import { charges, divergences, divergent, lines, noDivergences, notedLines, uncharged } from './relations/charges.ts';
import { contested, contests, keptCharges, loggedAttempts, noContests } from './relations/contests.ts';
import { correctedWords, correcting, corrections, hasCorrections, neighboursTable } from './relations/corrections.ts';
import { facts, lineSums, modelFacts } from './relations/facts.ts';
import { finals } from './relations/finals.ts';
import { adopted, adoptions, carriesRequestId, insertAdopted, insertLone, linked, linkedRows, lone, noAdoptions, orphans } from './relations/linked.ts';
import { gatewayRequests, keptRows, logFates, noLogFates, repeatedRequests } from './relations/log-fates.ts';
import { loneProfiles, profileExpectations, profiles } from './relations/profiles.ts';
import { expectedRows, providerCounted, takeProviderCounts } from './relations/provider-counted.ts';
import { metered, taken, takeQuantities } from './relations/metered.ts';
import { hasOwners, providerOwners } from './relations/provider-owners.ts';
import { insertPartContests, insertPartFates, insertParts, partCharges, takeParts } from './relations/part-charges.ts';
import { noProviderFates, providerFates, providerRepeats } from './relations/provider-fates.ts';
import { noRefundFits, overdrawnClaims, refundClaims, refundFits, refundRows, statesKinds } from './relations/refunds.ts';
import { requests } from './relations/requests.ts';
import { traffic } from './relations/traffic.ts';
import { refuseSecrets, type SecretValues, takeSecretsOut } from './secret-values.ts';
import { settleRefunds } from './settle-refunds.ts';
import { type Sql, sql } from './sql.ts';
import { hasCovers, layerView, type Scope, type Terms } from './terms.ts';
import { type Feature, rowStepsWith } from '../model/bridge.ts';
import type { CorrectedPeriod, Neighbour } from '../model/earlier-period.ts';
import { type EvidenceFile, type EvidenceLayer, evidenceLayers, type Layer, layers, type Status } from '../model/evidence.ts';
import { inLanes } from '../model/lanes.ts';
import { ratesInto } from '../model/exchange-rate.ts';
import type { Finding } from '../model/finding.ts';
import type { Day, Instant } from '../model/instant.ts';
import { inTransitFrom } from '../model/judged-end.ts';
import type { Contract, Mapping, Period, Rounding, Snapshot } from '../model/ledger.ts';
import { type MappingBook, openMappingBook } from '../model/mapping-book.ts';
import { type Amount, decimalsOf, formatMoney, moneyOf, sumMoney, zero } from '../model/money.ts';
import { openPriceBook, type PriceBook } from '../model/price-book.ts';
import { recordOf } from '../model/record-of.ts';
import { roundingIn } from '../model/rounding-in.ts';
import type { DoubtedCharges, Observation, Reconciliation } from '../model/reconciliation.ts';

/** What the engine needs to know of a period; all of it parsed and checked by other rooms. */
export interface Job {
  readonly period: Period;
  /** Exclusive end of what is judged; the period's own end or an earlier cut. */
  readonly judgedEnd: Instant;
  readonly files: readonly EvidenceFile[];
  readonly snapshots: readonly Snapshot[];
  readonly mappings: readonly Mapping[];
  readonly contract: Contract;
  /** The day of the run: an exception that has expired covers nothing. */
  readonly asOf: Day;
  /** Whether money is unexplained part by part, or netted first inside of (step, billed model, service, UTC day). */
  readonly gross: 'parts' | 'cells';
  /** Microseconds that the provider may take to show a charge, as far as policy lets it. */
  readonly delay: bigint;
  /** Final statuses whose requests take the token counts of their serving charge where they have none of their own. */
  readonly providerCounted: readonly Status[];
  /** What the ledger's other periods declare. */
  readonly otherScopes: readonly Scope[];
  /** The other periods of the account and environment. */
  readonly neighbours: readonly Neighbour[];
  /** What an earlier one of them was charged, by its id; null where nobody can say. Asked only where rows correct it. */
  readonly chargedIn: (id: string) => Promise<Amount | null>;
  /** The list of open items of the close before, absolute; left out or null: there are none. */
  readonly carried?: string | null;
  /** Complains about names that only the engine can read: the columns of Parquet, the keys of every row of JSON. */
  readonly checkNames: CheckNames;
  readonly onProgress: (progress: Progress) => void;
}
export interface Progress {
  readonly stage: 'reading' | 'matching' | 'summing';
  readonly rows: number;
}

/** What the rows say; `reconciliation` is null when rows could not be read, and `findings` say which. */
export interface Outcome {
  readonly reconciliation: Reconciliation | null;
  readonly observations: readonly Observation[];
  readonly doubted: readonly DoubtedCharges[];
  readonly findings: readonly Finding[];
  readonly loaded: readonly LoadedLayer[];
  /** null when rows could not be read. */
  readonly terms: Terms | null;
  /** Whether ids hold secrets, which the lines are to be written without. */
  readonly secrets: SecretValues['state'];
}

/** Loads, matches, sums and observes. The relations stay in the database for lines, digests and traces. */
export async function reconcileRows(database: Database, job: Job): Promise<Outcome> {
  const { loaded, findings, matched } = await matchRows(database, job);
  if (matched === null) return { reconciliation: null, observations: [], doubted: [], findings, loaded, terms: null, secrets: 'none' };
  const { terms, priceBook } = matched;
  const secrets = await takeSecretsOut(database, loaded, terms);
  if (terms.witness !== null) await matchWitness(database, terms.witness, terms, job.period);
  const read = terms.buckets === null ? await readReconciliation(database, terms) : await readBuckets(database, terms.buckets, terms);
  const reconciliation = withFloatShift(read, shiftOf(loaded, job.period));
  const occurrences = await readOccurrences(database, terms);
  const observations = await readObservations(database, terms, { loaded, mappings: job.mappings, priceBook, reconciliation, occurrences });
  const doubted = terms.buckets === null ? await readDoubtedCharges(database, terms, occurrences) : [];
  return { reconciliation, observations, doubted, findings: [...findings, ...secrets.findings], loaded, terms, secrets: secrets.state };
}

/** Of the provider's amounts that enter sums, in the period's currency; null where they are exact. */
function shiftOf(loaded: readonly LoadedLayer[], period: Pick<Period, 'currency' | 'fx'>): Amount | null {
  const provider = loaded.find(({ layer }) => layer === 'provider');
  if (provider === undefined || !provider.isRounded) return null;
  const rates = ratesInto(period);
  return formatMoney(sumMoney(provider.shifts.map(({ currency, net }) => moneyOf(net).times(rates.get(currency ?? period.currency) ?? zero))));
}

function withFloatShift(reconciliation: Reconciliation, floatShift: Amount | null): Reconciliation {
  if (floatShift === null) return reconciliation;
  const { counts } = reconciliation;
  return { ...reconciliation, counts: { ...counts, provider: { ...counts.provider, floatShift } } };
}

/** The rows in their relations; `matched` is null when rows could not be read, and `findings` say which. */
interface MatchedRows {
  readonly loaded: readonly LoadedLayer[];
  readonly findings: readonly Finding[];
  readonly matched: { readonly terms: Terms; readonly priceBook: PriceBook } | null;
}

/** Loads and matches: everything but the reading of what came out. */
async function matchRows(database: Database, job: Job): Promise<MatchedRows> {
  const { here } = database;
  await create(here, ...createTypes);
  let rows = 0;
  const loading = evidenceLayers.flatMap((layer) => job.period.evidence.find((each) => each.layer === layer) ?? []);
  const loaded = await inLanes(loading, connectionCount, (evidence) =>
    loadLayer(
      here,
      evidence.layer,
      job.files.filter(({ layer }) => layer === evidence.layer),
      {
        checkNames: job.checkNames,
        onRows: (more) => {
          rows += more;
          job.onProgress({ stage: 'reading', rows });
        },
        ...(isStated(evidence) ? { stated: insertLines(job.period) } : {}),
      },
    ),
  );
  const findings = loaded.flatMap((layer) => layer.findings);
  if (findings.some(({ severity }) => severity === 'inconclusive')) return { loaded, findings, matched: null };
  const priceBook = openPriceBook(job.period, job.snapshots);
  const mappingBook = openMappingBook(job.mappings);
  const bounds = job.carried === null || job.carried === undefined ? null : await loadCarried(here, job.carried);
  const conversions = await readConversions(here, job.period, loaded);
  const corrected = await readCorrected(here, job, loaded);
  const terms = settleTerms(job, loaded, { priceBook, mappingBook, bounds, conversions, corrected, isWide: here !== database });
  job.onProgress({ stage: 'matching', rows });
  if (here !== database) await refuseSecrets(here, loaded);
  await match(database, terms, { priceBook, mappingBook, mappings: job.mappings }, job.period);
  job.onProgress({ stage: 'summing', rows });
  return { loaded, findings, matched: { terms, priceBook } };
}

/** Scale and type of money follow from the prices, the contract and the amounts that were read. */
interface Books {
  readonly priceBook: PriceBook;
  readonly mappingBook: MappingBook;
  /** null without open items. */
  readonly bounds: CarriedBounds | null;
  readonly corrected: readonly CorrectedPeriod[];
  readonly conversions: readonly Conversion[];
  /** Whether the relations lie on a cluster, where a view is computed anew each time. */
  readonly isWide: boolean;
}

/** Which earlier periods rows correct, and what those were charged. */
async function readCorrected(database: Database, { period, neighbours, chargedIn }: Job, loaded: readonly LoadedLayer[]): Promise<CorrectedPeriod[]> {
  if (!hasCorrections({ filled: filledBy(loaded) })) return [];
  await create(database, neighboursTable(neighbours), correctedWords(period));
  const named = await database.rows(sql`select distinct period from corrected_words where is_earlier and period is not null order by period`);
  const corrected: CorrectedPeriod[] = [];
  for (const { period: id } of named) corrected.push({ id: String(id), charged: await chargedIn(String(id)) });
  return corrected;
}

/** The columns that each layer fills. */
function filledBy(loaded: readonly LoadedLayer[]): Terms['filled'] {
  const of = (layer: EvidenceLayer) => loaded.find((one) => one.layer === layer)?.columns ?? [];
  return { application: of('application'), gateway: of('gateway'), provider: of('provider'), usage_buckets: of('usage_buckets') };
}

/** Money is read with no more; a cap that is finer is cut there. */
const mostCapDecimals = 18;

/** So many decimals an exact number of 18 digits can have. */
const mostNarrowDecimals = 18;

/** What the ledger declares beside one row per request in tokens, or its rows say. */
function featuresOf({ contract, priceBook, filled, buckets }: Pick<Terms, 'filled' | 'buckets'> & { contract: Contract; priceBook: PriceBook }): Feature[] {
  const ofCalls = buckets === null;
  const declared: Readonly<Record<Feature, boolean>> = {
    buckets: !ofCalls,
    variants: ofCalls && priceBook.conditions !== null,
    meters: ofCalls && layers.some((layer) => filled[layer].includes('meters')),
    covered: ofCalls && (hasCovers({ filled }) || Object.keys(contract.coverFees).length > 0),
    corrections: hasCorrections({ filled }),
  };
  return (Object.keys(declared) as Feature[]).filter((feature) => declared[feature]);
}

/** The decimals that a share of any rounded cost needs. */
function feeDecimals(rounding: Rounding | null, { coverFees }: Contract, ofPrices: number): number {
  const ofCosts = rounding === null ? [ofPrices] : [rounding.quantum, rounding.minimum ?? rounding.quantum].map(decimalsOf);
  return Math.max(...ofCosts) + Math.max(0, ...Object.values(coverFees).map(decimalsOf));
}

/** Different decimals of the amounts in a layer's rows. */
function amountDecimals(loaded: readonly LoadedLayer[], layer: EvidenceLayer): Terms['amountDecimals'][EvidenceLayer] {
  const totals = loaded.find((one) => one.layer === layer)?.totals;
  const of = (list: readonly AmountTotals[] = []): number[] => list.map(({ decimals }) => decimals);
  return { charged_amount: of(totals?.amounts), stated_amount: of(totals?.stated) };
}

function settleTerms(job: Job, loaded: readonly LoadedLayer[], { priceBook, mappingBook, bounds, corrected, conversions, isWide }: Books): Terms {
  const { period, contract } = job;
  const meters = metersOf(loaded, priceBook);
  const ofPrices = priceDecimals(priceBook, meters);
  const amounts = loaded.flatMap(({ totals }) => [...totals.amounts, ...totals.stated]);
  const rounding = roundingIn(contract, period);
  const declared = rounding === null ? [] : [rounding.quantum, ...(rounding.minimum === null ? [] : [rounding.minimum])];
  const caps = period.exceptions.map(({ maxAmount }) => Math.min(decimalsOf(maxAmount), mostCapDecimals));
  const filled = filledBy(loaded);
  const buckets = bucketTerms(period, contract, filled);
  const witness = witnessTerms(period, contract, filled);
  // What lies in a bucket is rounded by up to half of the quantum.
  const halves = buckets === null && witness === null ? [] : declared.map((amount) => decimalsOf(amount) + 1);
  const scale = Math.max(
    ofPrices,
    ...halves,
    ...declared.map(decimalsOf),
    ...[buckets, witness].flatMap((cut) =>
      cut === null || cut.lineRounding === null ? [] : [decimalsOf(cut.lineRounding.quantum) + (cut === witness ? 1 : 0)],
    ),
    ...amounts.map(({ decimals }) => decimals),
    convertedDecimals(conversions),
    ...caps,
    bounds?.decimals ?? 0,
    hasCovers({ filled }) ? feeDecimals(rounding, contract, ofPrices) : 0,
    ...corrected.map(({ charged }) => (charged === null ? 0 : decimalsOf(moneyOf(charged)))),
  );
  const mostRead = amounts.map(({ decimals, most }) => most * 10n ** BigInt(scale - decimals));
  const tokens = loaded.reduce((most, { totals }) => (totals.mostTokens > most ? totals.mostTokens : most), bounds?.mostTokens ?? 0n);
  const metered = loaded.reduce((most, { totals }) => (totals.mostMetered > most ? totals.mostMetered : most), 0n);
  const mostCost = BigInt(largestCost(priceBook, { tokens, metered, meters }).times(`1e${scale}`).ceil().toFixed(0));
  const declaredUnits = declared.map((amount) => BigInt(amount.times(`1e${scale}`).toFixed(0)));
  const mostCarried = bounds === null ? 0n : bounds.most * 10n ** BigInt(scale - bounds.decimals);
  const most = [mostCost, mostCarried, ...mostRead, ...largestConverted(conversions, scale), ...declaredUnits].reduce((a, b) => (a > b ? a : b), 0n);
  const layerOf = (layer: Layer) => period.evidence.find((evidence) => evidence.layer === layer);
  return {
    start: period.start,
    end: job.judgedEnd,
    accounts: period.accounts,
    environment: period.environment,
    models: period.models,
    keys: period.keys,
    currency: period.currency,
    conversions,
    incidents: period.incidents,
    exceptions: period.exceptions,
    asOf: job.asOf,
    gross: job.gross,
    ...billingTerms(contract, buckets),
    rounding,
    parts: loaded.some(({ hasParts }) => hasParts) ? 'some' : 'none',
    applicationRows: layerOf('application')?.rows ?? 'attempts',
    gateway: layerOf('gateway') === undefined ? 'absent' : 'present',
    inTransitFrom: inTransitFrom(period, job.judgedEnd, job.delay),
    delay: job.delay,
    readings: readingsOf(job),
    otherScopes: job.otherScopes,
    // Of what is summed up nobody knows whose counts it holds.
    providerCounted: buckets === null ? job.providerCounted : [],
    priceConditions: priceConditions(priceBook),
    meters,
    needs: priceBook.rows.some(({ row }) => row.needs !== null) ? 'some' : 'none',
    priceBoundaries: priceBook.spans.flatMap(({ from }, index) => (index === 0 || from === null ? [] : [from])),
    mappingBoundaries: mappingBook.boundaries,
    // Four products and differences of such amounts still fit 64 bits and 18 digits.
    money: buckets === null && most < 10n ** 16n && scale <= mostNarrowDecimals ? 'bigint' : 'hugeint',
    scale,
    count: tokens < 2_000_000_000n ? 'integer' : 'bigint',
    amountDecimals: recordOf(evidenceLayers, (layer) => amountDecimals(loaded, layer)),
    corrected,
    steps: rowStepsWith(featuresOf({ contract, priceBook, filled, buckets })),
    buckets,
    witness,
    carried: bounds === null ? 'none' : 'some',
    lasting: isWide || isSmall(job.files) ? 'tables' : 'views',
    filled,
  };
}

/** What the contract says of charges. Sums name no request whose time could price them. */
function billingTerms(contract: Contract, buckets: Terms['buckets']): Pick<Terms, 'billing' | 'coverFees' | 'tiers' | 'advisors' | 'pricedAt'> {
  const { billing, coverFees, tiers, advisors } = contract;
  return { billing, coverFees, tiers, advisors, pricedAt: buckets === null ? contract.pricedAt : 'charge' };
}

/** Of a part of a period no balance is known. What the stage makes of it is not asked here: the same facts are judged at any. */
function readingsOf({ period: { statement, end }, judgedEnd }: Job): Terms['readings'] {
  return statement === null || judgedEnd < end ? null : { opening: statement.opening.at, closing: statement.closing.at };
}

/** Runs the statements one after the other; resolves to the number of rows that the last one wrote. */
async function create(database: Database, ...relations: readonly Sql[]): Promise<number> {
  let rows = 0;
  for (const relation of relations) rows = await database.run(relation);
  return rows;
}

/** A layer's rows with their classes and amounts, where the relations lie. A cluster is sent them from a view: they need not lie here twice. */
async function openLayer(database: Database, layer: EvidenceLayer, terms: Terms): Promise<void> {
  await create(database.here, layerView(layer, database.here === database ? terms : { ...terms, lasting: 'views' }));
  await database.share(sql`${layer}`);
}

function isThere(layer: EvidenceLayer, { gateway, witness }: Terms): boolean {
  return layer === 'gateway' ? gateway === 'present' : layer !== 'usage_buckets' || witness !== null;
}

/** The logs of a layer: what becomes of each row. Where no request repeats, as in most months, nothing is asked of the rows. */
async function readLog(database: Database, layer: 'application' | 'gateway', terms: Terms): Promise<void> {
  const repeated = await create(database, repeatedRequests(layer));
  await create(database, repeated === 0 ? noLogFates(layer) : logFates(layer, terms), keptRows(layer));
}

/** In a good month there are none, and nothing is planned for them. */
async function placeOrphans(database: Database, terms: Terms): Promise<void> {
  const orphaned = await create(database, orphans(terms));
  if (orphaned === 0 && carriesRequestId(terms)) return void (await create(database, noAdoptions()));
  const statements = [adoptions(terms), adopted(), lone(), insertAdopted(terms), loneProfiles(terms), insertLone(terms, 'gateway'), insertLone(terms, 'none')];
  await create(database, ...statements);
}

/** Which rows give back what was charged. */
async function fitRefunds(database: Database, terms: Terms): Promise<void> {
  if ((await create(database, refundRows(terms))) === 0) return void (await create(database, noRefundFits()));
  await create(database, refundClaims(terms), overdrawnClaims());
  await settleRefunds(database);
  await create(database, refundFits());
}

/** What serving charges count beside tokens, and what they take from their requests where they are silent. */
async function compareMeters(database: Database, terms: Terms): Promise<void> {
  await create(database, metered(terms));
  if ((await create(database, taken(terms))) > 0) await create(database, ...takeQuantities(terms));
}

interface MatchBooks extends Pick<Books, 'priceBook' | 'mappingBook'> {
  readonly mappings: readonly Mapping[];
}

async function match(database: Database, terms: Terms, { priceBook, mappingBook, mappings }: MatchBooks, bounds: Pick<Period, 'start' | 'end'>): Promise<void> {
  for (const layer of evidenceLayers) if (isThere(layer, terms)) await openLayer(database, layer, terms);
  if (terms.carried === 'some') await database.share(sql`carried_source`);
  if (hasCorrections(terms)) {
    await database.share(sql`neighbours`, sql`corrected_words`);
    await create(database, correcting(terms));
  }
  await createModels(database, mappingBook, terms);
  await createPrices(database, priceBook, terms);
  await createExpectations(database, mappingBook);
  await readLog(database, 'application', terms);
  if (terms.gateway === 'present') {
    await readLog(database, 'gateway', terms);
    await create(database, gatewayRequests());
  }
  if (terms.buckets === null) await matchCalls(database, terms, mappings);
  else await matchBuckets(database, terms.buckets, terms, bounds);
}

/** Provider rows that are calls, with the requests that they belong to. */
async function matchCalls(database: Database, terms: Terms, mappings: readonly Mapping[]): Promise<void> {
  if (hasOwners(terms)) await create(database, providerOwners());
  if (terms.carried === 'some') await create(database, carried(terms));
  await create(database, finals(terms), profiles(terms), profileExpectations(), requests(terms), linkedRows(terms), linked());
  await placeOrphans(database, terms);
  const hasParts = terms.parts === 'some';
  if (hasParts) await create(database, partCharges(terms), takeParts(terms), insertParts());
  const repeated = await create(database, providerRepeats(terms));
  await create(
    database,
    repeated === 0 ? noProviderFates() : providerFates(terms),
    ...(hasParts && repeated > 0 ? [insertPartFates()] : []),
    keptCharges(terms),
  );
  const disputed = await create(database, contested(terms));
  await create(database, ...(disputed === 0 ? [noContests(terms)] : [loggedAttempts(terms), contests(terms)]), ...(hasParts ? [insertPartContests()] : []));
  if (terms.providerCounted.length > 0) await create(database, providerCounted(terms), ...takeProviderCounts);
  await create(database, expectedRows(terms));
  if (terms.meters.length > 0) await compareMeters(database, terms);
  if (hasCorrections(terms)) await create(database, corrections(terms));
  if (statesKinds(terms)) await fitRefunds(database, terms);
  if (terms.carried === 'some') await create(database, carriedCharges(terms), fallbackMappings(mappings), carriedSplits(terms));
  const diverging = await create(database, charges(terms), divergent(terms));
  await create(
    database,
    diverging === 0 ? noDivergences(terms) : divergences(terms),
    lines(terms),
    notedLines(terms),
    uncharged(terms),
    lineSums(terms),
    facts(terms),
    modelFacts(terms),
    traffic(),
  );
}
