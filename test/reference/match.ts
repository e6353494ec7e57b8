/** Which rows belong together: set aside, repeated, linked, final, serving, backed (SPEC §3). */
import { canonicalColumns, type Layer } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { OpenItem, ReferenceInput, Scope } from './input.ts';
import { correctedBy } from './correct.ts';
import { type Expected, expectedFor } from './mapping.ts';
import { metersOf } from './price.ts';
import { earliest, highestAttempt, isAmendment, isCharge, latest, lowestAttempt, parseRow, partsText, type Row, sorted } from './row.ts';

export interface Request {
  readonly id: string;
  readonly applicationRows: readonly Row[];
  readonly gatewayRows: readonly Row[];
  /** null when no application row names the request. */
  readonly final: Row | null;
  readonly expected: Expected | null;
  readonly inPeriod: boolean;
  readonly inScope: boolean;
  /** Its kept charges. */
  readonly charges: Row[];
  serving: Row | null;
  backed: ReadonlySet<Row>;
  /** When the provider accepted charges of it that are set aside because they lie at or after the end. */
  readonly chargedAfterEnd: Instant[];
}

export interface SetAside {
  readonly row: Row;
  readonly reason: 'period' | 'account' | 'environment' | 'key' | 'model';
}

export interface LogRows {
  readonly kept: readonly Row[];
  readonly duplicates: number;
  readonly exportDuplicates: number;
}

export interface Matching {
  readonly application: LogRows;
  readonly gateway: LogRows | null;
  readonly requests: ReadonlyMap<string, Request>;
  readonly setAside: readonly SetAside[];
  readonly exportDuplicates: number;
  readonly charges: readonly Row[];
  readonly duplicates: readonly Row[];
  /** Rows of kind refund and adjustment. */
  readonly amendments: readonly Row[];
  /** Amendment that corrects an earlier period → that period's id, null where the ledger has no such period. */
  readonly correcting: ReadonlyMap<Row, string | null>;
  /** Error rows without an amount. */
  readonly errors: readonly Row[];
  /** Charge, duplicate or amendment → its request; absent = unlinked. */
  readonly requestOf: ReadonlyMap<Row, Request>;
  /** Kept charge of a request that is not counted here → the open item that it belongs to. */
  readonly itemOf: ReadonlyMap<Row, OpenItem>;
  /** Open item → the charge that settles it. */
  readonly settling: ReadonlyMap<OpenItem, Row>;
}

/** Whether another period of the ledger counts the request. */
export function isDeclaredElsewhere(input: ReferenceInput, { final, expected }: Request): boolean {
  return final !== null && input.otherScopes.some((scope) => isInPeriod(scope, final) && isInScope(scope, final, expected));
}

export function isCounted(request: Request): boolean {
  return request.final !== null && request.inPeriod && request.inScope;
}

export function matchRows(input: ReferenceInput): Matching {
  const application = keepLogRows(parsedRows(input, 'application'));
  const gateway = input.layers.gateway === null ? null : keepLogRows(parsedRows(input, 'gateway'));
  const requests = buildRequests(input, application.kept, gateway?.kept ?? []);

  const requestOf = new Map<Row, Request>();
  const setAside: SetAside[] = [];
  const remaining: Row[] = [];
  const correcting = new Map<Row, string | null>();
  for (const row of parsedRows(input, 'provider')) {
    const request = findRequest(row, requests);
    if (request !== null) requestOf.set(row, request);
    const corrected = correctedBy(input, row);
    if (corrected !== null) correcting.set(row, corrected.id);
    const reason = reasonToSetAside(input, row, request, corrected !== null);
    if (reason === null) remaining.push(row);
    else setAside.push({ row, reason });
    if (isCharge(row) && row.at >= input.period.end) request?.chargedAfterEnd.push(row.at);
  }
  const once = withoutExportDuplicates(remaining, carriesId);
  const { kept: charges, duplicates } = splitDuplicates(once.filter(isCharge), chargeIdentity);
  for (const charge of charges) requestOf.get(charge)?.charges.push(charge);
  for (const request of requests.values()) chooseServing(input, request);
  const withParts = (rows: readonly Row[]): Row[] => rows.flatMap((row) => (isCharge(row) ? [row, ...row.parts] : [row]));
  const followed = addParts(charges, requestOf);
  for (const { parts } of duplicates) for (const part of parts) follow(part, requestOf);
  const itemOf = findItems(input.carried, followed, requestOf);
  return {
    itemOf,
    settling: chooseSettling(itemOf, requestOf),
    application,
    gateway,
    requests,
    setAside: setAside.flatMap(({ row, reason }) => withParts([row]).map((one) => ({ row: one, reason }))),
    exportDuplicates: withParts(remaining).length - withParts(once).length,
    charges: followed,
    duplicates: withParts(duplicates),
    amendments: once.filter(isAmendment),
    correcting,
    errors: once.filter((row) => !isCharge(row) && !isAmendment(row)),
    requestOf,
  };
}

/** The charges, each with its parts behind it: these belong to its request, and are backed where it is. */
function addParts(charges: readonly Row[], requestOf: Map<Row, Request>): Row[] {
  return charges.flatMap((charge) => {
    const request = requestOf.get(charge);
    for (const part of charge.parts) follow(part, requestOf);
    request?.charges.push(...charge.parts);
    if (request?.backed.has(charge) === true) request.backed = new Set([...request.backed, ...charge.parts]);
    return [charge, ...charge.parts];
  });
}

function follow(part: Row, requestOf: Map<Row, Request>): void {
  const request = part.whole === null ? undefined : requestOf.get(part.whole);
  if (request !== undefined) requestOf.set(part, request);
}

function parsedRows(input: ReferenceInput, layer: Layer): Row[] {
  return (input.layers[layer]?.rows ?? []).map((row) => parseRow(row, layer, input.period, metersOf(input)));
}

/** By which a provider row can be told to be exported twice. */
export function carriesId(row: Row): boolean {
  return row.providerRequestId !== null || row.responseId !== null || row.attempt !== null;
}

function keepLogRows(rows: Row[]): LogRows {
  const once = withoutExportDuplicates(rows, () => true);
  const { kept, duplicates } = splitDuplicates(once, attemptIdentity);
  return { kept, duplicates: duplicates.length, exportDuplicates: rows.length - once.length };
}

export function withoutExportDuplicates(rows: Row[], carriesId: (row: Row) => boolean): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    if (!carriesId(row)) return true;
    // A part is that of its row.
    const whole = row.whole ?? row;
    const content = JSON.stringify([
      ...canonicalColumns.map((column) => whole.content[column]),
      partsText(whole),
      row.whole === null ? null : row.content.model_billed,
    ]);
    if (seen.has(content)) return false;
    seen.add(content);
    return true;
  });
}

/** What two rows must share to be duplicates; null = this row is never one. */
type Identity = (row: Row) => string | null;

const attemptIdentity: Identity = (row) => (row.requestId === null || row.attempt === null ? null : JSON.stringify([row.requestId, row.attempt.toString()]));

const chargeIdentity: Identity = (row) => (row.providerRequestId === null ? attemptIdentity(row) : JSON.stringify([row.providerRequestId]));

function splitDuplicates(rows: Row[], identity: Identity): { kept: Row[]; duplicates: Row[] } {
  const seen = new Set<string>();
  const kept: Row[] = [];
  const duplicates: Row[] = [];
  for (const row of sorted(rows, earliest)) {
    const key = identity(row);
    if (key !== null && seen.has(key)) {
      duplicates.push(row);
      continue;
    }
    if (key !== null) seen.add(key);
    kept.push(row);
  }
  return { kept, duplicates };
}

function buildRequests(input: ReferenceInput, application: readonly Row[], gateway: readonly Row[]): Map<string, Request> {
  const requests = new Map<string, Request>();
  for (const { requestId } of [...application, ...gateway]) {
    if (requestId === null || requests.has(requestId)) continue;
    const applicationRows = application.filter((row) => row.requestId === requestId);
    const gatewayRows = gateway.filter((row) => row.requestId === requestId);
    const final = finalRow(applicationRows);
    const [first] = sorted(applicationRows, lowestAttempt, earliest);
    const expected = final === null || first === undefined ? null : expectedFor(input.mappings, first, final.at);
    requests.set(requestId, {
      id: requestId,
      applicationRows,
      gatewayRows,
      final,
      expected,
      inPeriod: final !== null && isInPeriod(input.period, final),
      inScope: final !== null && isInScope(input.period, final, expected),
      charges: [],
      serving: null,
      backed: new Set(),
      chargedAfterEnd: [],
    });
  }
  return requests;
}

function finalRow(rows: readonly Row[]): Row | null {
  const successful = rows.filter((row) => row.status === 'success');
  const [final] = sorted(successful.length > 0 ? successful : rows, highestAttempt, latest);
  return final ?? null;
}

export function isInPeriod({ start, end }: Scope, row: Row): boolean {
  return row.at >= start && row.at < end;
}

export function isInAccount({ accounts }: Scope, row: Row): boolean {
  const account = row.content.account_ref;
  return account === null || accounts.includes(account);
}

function isInEnvironment(scope: Scope, row: Row): boolean {
  const { environment } = row.content;
  return scope.environment === null || environment === null || environment === scope.environment;
}

function isInKeys({ keys }: Scope, row: Row): boolean {
  return keys === null || row.content.key_ref === null || keys.includes(row.content.key_ref);
}

function isInModels({ models }: Scope, model: string | null): boolean {
  return models === null || model === null || models.includes(model);
}

/** Whether a period would count a request with this final row as its own. */
function isInScope(scope: Scope, final: Row, expected: Expected | null): boolean {
  return isInAccount(scope, final) && isInEnvironment(scope, final) && isInKeys(scope, final) && isInModels(scope, expected?.model ?? null);
}

/** Why a row that no request claims lies outside of a scope; null = inside. */
export function isInScopeOf(scope: Scope, row: Row): Exclude<SetAside['reason'], 'period'> | null {
  if (!isInAccount(scope, row)) return 'account';
  if (!isInEnvironment(scope, row)) return 'environment';
  if (!isInKeys(scope, row)) return 'key';
  return isInModels(scope, row.content.model_billed) ? null : 'model';
}

function reasonToSetAside({ period }: ReferenceInput, row: Row, request: Request | null, corrects: boolean): SetAside['reason'] | null {
  if (!isInPeriod(period, row) && !corrects) return 'period';
  if (!isInAccount(period, row)) return 'account';
  if (!isInEnvironment(period, row)) return 'environment';
  const linksToCounted = request !== null && isCounted(request);
  if (!linksToCounted && !isInKeys(period, row)) return 'key';
  if (!linksToCounted && !isInModels(period, row.content.model_billed)) return 'model';
  return null;
}

/** By the request's own id; else by the provider's id; else by the id of the answer. An id that two requests share says nothing, and ends the search. */
function findRequest(row: Row, requests: ReadonlyMap<string, Request>): Request | null {
  const own = row.requestId === null ? undefined : requests.get(row.requestId);
  if (own !== undefined) return own;
  for (const id of ['providerRequestId', 'responseId'] as const) {
    if (row[id] === null) continue;
    for (const layer of ['gatewayRows', 'applicationRows'] as const) {
      const carriers = [...requests.values()].filter((request) => request[layer].some((logged) => logged[id] === row[id]));
      if (carriers.length > 1) return null;
      if (carriers[0] !== undefined) return carriers[0];
    }
  }
  return null;
}

/** How many attempts the application logged of a request. A final-only row stands for all attempts up to its own. */
export function applicationAttempts(input: ReferenceInput, request: Request): bigint {
  if (input.layers.application?.rowsMode !== 'final-only') return BigInt(request.applicationRows.length);
  let highest = 0n;
  for (const row of request.applicationRows) {
    const attempt = row.attempt ?? 1n;
    if (attempt > highest) highest = attempt;
  }
  return highest;
}

function loggedAttempts(input: ReferenceInput, request: Request): { number: bigint; has: (attempt: bigint | null) => boolean } {
  const rows = request.gatewayRows.length > 0 ? request.gatewayRows : request.applicationRows;
  if (request.gatewayRows.length === 0 && input.layers.application?.rowsMode === 'final-only') {
    const number = applicationAttempts(input, request);
    return { number, has: (attempt) => attempt !== null && attempt >= 1n && attempt <= number };
  }
  return {
    number: BigInt(rows.length),
    has: (attempt) => attempt !== null && rows.some((row) => row.attempt === attempt),
  };
}

function chooseServing(input: ReferenceInput, request: Request): void {
  const { final, charges } = request;
  if (final === null) return;
  const logged = loggedAttempts(input, request);
  const named = charges.filter((charge) => charge.providerRequestId !== null && charge.providerRequestId === final.providerRequestId);
  const answered = charges.filter((charge) => charge.responseId !== null && charge.responseId === final.responseId);
  const successful = charges.filter((charge) => charge.status === 'success' || charge.status === null);
  const candidates = [named, answered, successful].find((some) => some.length > 0) ?? charges;
  const loggedFirst = (a: Row, b: Row): number => Number(logged.has(b.attempt)) - Number(logged.has(a.attempt));
  const [serving] = sorted(candidates, loggedFirst, highestAttempt, latest);
  if (serving === undefined) return;
  request.serving = serving;

  const backed = new Set([serving]);
  const backing = new Set([serving.attempt]);
  for (const charge of sorted(charges, earliest)) {
    if (backed.size >= logged.number || !logged.has(charge.attempt) || backing.has(charge.attempt)) continue;
    backed.add(charge);
    backing.add(charge.attempt);
  }
  for (const charge of sorted(charges, earliest)) {
    if (backed.size >= logged.number || charge.attempt !== null) continue;
    backed.add(charge);
  }
  request.backed = backed;
}

/** By the id of its request; else, where no layer knows the charge, by the provider's id, if one item alone has it. */
function findItems(items: readonly OpenItem[], charges: readonly Row[], requestOf: ReadonlyMap<Row, Request>): Map<Row, OpenItem> {
  const found = new Map<Row, OpenItem>();
  for (const charge of charges) {
    const request = requestOf.get(charge);
    const item = request !== undefined && isCounted(request) ? undefined : itemNamedBy(items, charge, request);
    if (item !== undefined) found.set(charge, item);
  }
  return found;
}

function itemNamedBy(items: readonly OpenItem[], charge: Row, request: Request | undefined): OpenItem | undefined {
  const id = request?.id ?? charge.requestId;
  const named = items.find(({ requestId }) => requestId === id);
  const carriers = items.filter(({ providerRequestId }) => providerRequestId !== null && providerRequestId === charge.providerRequestId);
  return named ?? (request === undefined && carriers.length === 1 ? carriers[0] : undefined);
}

/** The time by which a charge is priced: its own, or that of its request's final row where the contract says so; a charge without request has its own. */
export function pricedAt(
  { contract, carried }: Pick<ReferenceInput, 'contract' | 'carried'>,
  { requestOf }: Pick<Matching, 'requestOf'>,
  charge: Row,
): Instant {
  if (contract.pricedAt === 'charge') return charge.at;
  const request = requestOf.get(charge);
  return (request?.final ?? itemNamedBy(carried, charge, request))?.at ?? charge.at;
}

/** The serving charge as the logs of this period tell it; else the one that the final row named, then a success, the highest attempt, the latest. */
function chooseSettling(itemOf: ReadonlyMap<Row, OpenItem>, requestOf: ReadonlyMap<Row, Request>): Map<OpenItem, Row> {
  const settling = new Map<OpenItem, Row>();
  for (const item of new Set(itemOf.values())) {
    const own = [...itemOf].filter(([charge, other]) => other === item && charge.whole === null).map(([charge]) => charge);
    const logged = own.filter((charge) => requestOf.get(charge)?.serving === charge);
    const named = own.filter((charge) => charge.providerRequestId !== null && charge.providerRequestId === item.providerRequestId);
    const successful = own.filter((charge) => charge.status === 'success' || charge.status === null);
    const [chosen] = sorted([logged, named, successful, own].find((some) => some.length > 0) ?? [], highestAttempt, latest);
    if (chosen !== undefined) settling.set(item, chosen);
  }
  return settling;
}
