/** Whatever a ledger holds, every request of it can be explained: no sentence is missing, no formula disagrees, and all explanations add up to the bridge. */
import { noCopies } from '../unit/evidence/evidence-folder.ts';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase, type Database } from '../../src/engine/database.ts';
import { readTraces } from '../../src/engine/read-traces.ts';
import { reconcileRows } from '../../src/engine/reconcile-rows.ts';
import { createLineRows, createRates } from '../../src/engine/line-rows.ts';
import { joinSql, sql } from '../../src/engine/sql.ts';
import { collectEvidence } from '../../src/evidence/collect-evidence.ts';
import { builtInFormats } from '../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import type { Ledger, Period } from '../../src/model/ledger.ts';
import { formatMoney, sumMoney } from '../../src/model/money.ts';
import { openPriceBook } from '../../src/model/price-book.ts';
import type { StepAmount } from '../../src/model/reconciliation.ts';
import type { RequestTrace } from '../../src/model/trace.ts';
import { bridgeOf, type StepMoney } from '../../src/report/explanation/bridge-section.ts';
import { openCase } from '../../src/report/explanation/case.ts';
import { renderExplanation } from '../../src/report/render-explanation.ts';
import { seedsPer } from './drawn-seeds.ts';
import { randomLedger } from './random-ledger.ts';
import { writeLedger } from './write-ledger.ts';
import { plainScreen } from '../plain-screen.ts';

const seeds = Array.from({ length: seedsPer(5) }, (_, index) => 7000 + index);

test.each(seeds)('seed %i', { timeout: 60_000 }, async (seed) => {
  const input = randomLedger(seed);
  const root = await mkdtemp(join(tmpdir(), 'trueup-explain-'));
  try {
    await writeLedger(input, root);
    expect(await complaintsOf(root, input.period.end)).toEqual([]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

async function complaintsOf(root: string, judgedEnd: bigint): Promise<string[]> {
  const { ledger, findings } = await readLedger(root, { asOf: '2026-07-01', builtInFormats });
  const period = ledger?.periods[0];
  if (ledger === null || period === undefined) throw new Error(JSON.stringify(findings));
  const { traces, steps } = await tracesOf(root, ledger, period, judgedEnd);
  const priceBook = openPriceBook(period, ledger.snapshots);
  const complaints: string[] = [];
  const parts: StepMoney[] = [];
  for (const trace of traces) {
    const explanation = { requestId: trace.requestId, ledger, period, judgedEnd, providerCounted: [], trace, priceBook, originals: [], findings: [] };
    if (trace.rows.length > 0) complaints.push(...wrongWords(renderExplanation(explanation, plainScreen)));
    const given = openCase(explanation);
    if (given === null) throw new Error('nothing to explain');
    const { expected, values, charges } = bridgeOf(given);
    parts.push({ step: 'expected', amount: expected }, ...values, ...charges);
  }
  return [...complaints, ...steps.flatMap((step) => wrongSum(step, parts))];
}

function wrongSum({ step, amount }: StepAmount, parts: readonly StepMoney[]): string[] {
  const sum = formatMoney(sumMoney(parts.filter((part) => part.step === step).map((part) => part.amount)));
  return sum === amount ? [] : [`${step} is ${amount}, the explanations say ${sum}`];
}

/** The traces of every request, with the steps of the whole. */
async function tracesOf(
  root: string,
  ledger: Ledger,
  period: Period,
  judgedEnd: bigint,
): Promise<{ traces: readonly RequestTrace[]; steps: readonly StepAmount[] }> {
  const { files } = await collectEvidence({ root, evidenceRoot: null, period, formats: ledger.formats, copyFolder: noCopies });
  const database = await openIn(
    root,
    files.map(({ path }) => path),
  );
  try {
    const { snapshots, mappings, contract } = ledger;
    const formats = Object.fromEntries(period.evidence.map(({ layer, format }) => [layer, ledger.formats.find(({ name }) => name === format)]));
    const job = {
      period,
      judgedEnd,
      files,
      formats,
      snapshots,
      mappings,
      contract,
      asOf: '2026-07-01',
      gross: 'parts' as const,
      delay: period.evidence.find(({ layer }) => layer === 'provider')?.delay ?? 0n,
      providerCounted: [],
      otherScopes: [],
      neighbours: [],
      chargedIn: () => Promise.resolve(null),
      checkNames: () => [],
      onProgress: () => undefined,
    };
    const { terms, loaded, reconciliation } = await reconcileRows(database, job);
    if (terms === null || reconciliation === null) throw new Error('the rows could not be read');
    await createRates(database, openPriceBook(period, snapshots), new Map(snapshots.map(({ id, unitDivisor }) => [id, unitDivisor])));
    await createLineRows(database, terms, { loaded, uncharged: 'some' });
    const ids = await idsOf(
      database,
      period.evidence.some(({ layer }) => layer === 'gateway'),
    );
    return { traces: [...(await readTraces(database, terms, loaded, ids)), await nameless(database)], steps: reconciliation.steps };
  } finally {
    database.close();
  }
}

/** What an explanation must never say. */
function wrongWords(text: string): string[] {
  return text.split('\n').filter((line) => /error of the tool|No sentence|undefined|NaN|\bnull\b|another snapshot/.test(line));
}

async function openIn(root: string, readable: readonly string[]): Promise<Database> {
  const temporaryFolder = join(root, 'tmp');
  await mkdir(temporaryFolder);
  return openDatabase({
    file: ':memory:',
    temporaryFolder,
    readable,
    folders: [temporaryFolder],
    memoryLimit: '256MB',
    maxTemporaryBytes: 100_000_000n,
    threads: 1,
    onPlan: null,
  });
}

async function idsOf(database: Database, withGateway: boolean): Promise<string[]> {
  const logs = (withGateway ? (['application', 'gateway'] as const) : (['application'] as const)).map((layer) => sql`select request_id as id from ${layer}`);
  const rows = await database.rows(
    sql`select distinct id from (${joinSql([...logs, 'select coalesce(request_id, provider_request_id) as id from linked'], ' union all ')}) where id is not null order by id`,
  );
  return rows.map((row) => String(row['id']));
}

/** Charges without any id cannot be asked for; their money counts all the same. */
async function nameless(database: Database): Promise<RequestTrace> {
  const lines = await database.rows(sql`select columns(*)::varchar from line_rows where coalesce(request_id, provider_request_id) is null`);
  return { requestId: '', rows: [], lines: lines as unknown as RequestTrace['lines'] };
}
