/** Real provider `usage` bodies through format files and the real engine, against what an independent library counts and prices. */
import { noCopies } from '../evidence/evidence-folder.ts';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/engine/database.ts';
import { reconcileRows } from '../../../src/engine/reconcile-rows.ts';
import { createLineRows, createRates } from '../../../src/engine/line-rows.ts';
import { readLines } from '../../../src/engine/write-lines.ts';
import { collectEvidence } from '../../../src/evidence/collect-evidence.ts';
import { tokenClasses } from '../../../src/model/evidence.ts';
import type { Ledger, Period, Snapshot } from '../../../src/model/ledger.ts';
import type { Line } from '../../../src/model/line.ts';
import { Money, formatMoney } from '../../../src/model/money.ts';
import { openPriceBook } from '../../../src/model/price-book.ts';
import { loadUsageBodies, usageLine, type UsageBody } from '../evidence/usage-bodies.ts';
import { usageFamilies, usageFormats, type UsageFamily } from '../evidence/usage-formats.ts';
import { oracleInstant, pricedReadings, publicSnapshot, unknownForUs, unreproducible, type PricedReading } from '../evidence/usage-prices.ts';
import { pricedProviders } from '../evidence/genai-prices.ts';
import { LedgerFolder } from '../ledger/ledger-folder.ts';
import { formatFile } from './format-file.ts';

const bodies = loadUsageBodies();
const folder = new LedgerFolder();
let ledger: Ledger;

/** Bodies of Bedrock and Cohere name no model; a charge has to. */
const unnamed = { model_billed: 'unnamed' };

beforeAll(async () => {
  for (const format of Object.values(usageFormats))
    folder.write(`formats/${format.name}.yaml`, formatFile({ ...format, constants: { ...format.constants, ...unnamed } }));
  const reading = await folder.read();
  if (reading.ledger === null) throw new Error(JSON.stringify(reading.findings));
  ledger = reading.ledger;
  mkdirSync(join(folder.root, 'tmp'));
});
afterAll(() => folder.remove());

test('a format file can say all that these formats say', () => {
  for (const format of Object.values(usageFormats)) {
    expect(ledger.formats.find(({ name }) => name === format.name)).toEqual({ ...format, constants: { ...format.constants, ...unnamed } });
  }
});

test.runIf(bodies === null)('the public usage bodies are not beside this checkout, so the engine is not held against them', () => {
  expect(bodies).toBeNull();
});

describe.runIf(bodies !== null)('real usage bodies in the engine', () => {
  const all = bodies ?? [];

  test.each(usageFamilies)('%s: every token is in the class that the oracle puts it in', async (family) => {
    const ours = all.filter((body) => body.family === family);
    const lines = await linesOf(family, ours, null);
    expect(lines.size).toBe(ours.length);
    const differences = ours.flatMap((body) =>
      tokenClasses.filter((name) => quantityOf(lines, body, name) !== String(body.oracle.tokens[name])).map((name) => `${body.index} ${name}`),
    );
    expect(differences).toEqual([]);
    const unknown = ours.filter((body) => lineOf(lines, body).input_quantity === null || lineOf(lines, body).output_quantity === null);
    expect(unknown.map(({ index }) => index)).toEqual(ours.map(({ index }) => index).filter((index) => index in unknownForUs));
  });

  test('priced by the public rows of that day, every body costs what the oracle says, but for the explained ones', async () => {
    const readings = pricedReadings(all, oracleInstant);
    const counts = { equal: 0, modality: 0, 'no output count': 0 };
    const unexplained: string[] = [];
    for (const provider of pricedProviders) {
      for (const family of usageFamilies) {
        const group = readings.filter((one) => one.provider === provider && one.body.family === family);
        const lines = await linesOf(
          family,
          group.map(({ body }) => body),
          publicSnapshot(provider, group),
        );
        for (const reading of group) {
          const outcome = outcomeOf(reading, lineOf(lines, reading.body));
          if (outcome in counts) counts[outcome as keyof typeof counts] += 1;
          else unexplained.push(`${reading.body.index} ${provider}: ${outcome}`);
        }
      }
    }
    process.stdout.write(
      `${readings.length} priced readings: ${Object.entries(counts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}\n`,
    );
    expect(unexplained).toEqual([]);
    // Nothing is excused that was not found: every explained body is there, and the rest is equal.
    const excused = (list: Readonly<Record<number, string>>): number => readings.filter(({ body }) => body.index in list).length;
    expect(counts).toEqual({
      equal: readings.length - excused(unreproducible) - excused(unknownForUs),
      modality: excused(unreproducible),
      'no output count': excused(unknownForUs),
    });
    expect(counts.equal).toBeGreaterThan(600);
  });
});

/** `equal`, or the explanation of the difference, or what differs. */
function outcomeOf({ body, reading }: PricedReading, line: Line): string {
  const { inputPrice, outputPrice } = reading;
  if (inputPrice === null || outputPrice === null) return 'the oracle states half a price';
  const theirs = formatMoney(new Money(inputPrice).plus(outputPrice));
  const ours = formatMoney(new Money(line.subtotal ?? '0'));
  if (body.index in unknownForUs)
    return line.step === 'missing_usage' && ours === '0' ? 'no output count' : `${line.step} ${ours} of a body without output count`;
  if (line.step !== 'unlinked') return `step ${line.step}`;
  if (ours === theirs) return body.index in unreproducible ? 'equal, though explained as different' : 'equal';
  return body.index in unreproducible ? 'modality' : `${ours} is not ${theirs}`;
}

function lineOf(lines: ReadonlyMap<string, Line>, { index }: UsageBody): Line {
  const line = lines.get(`body-${index}`);
  if (line === undefined) throw new Error(`body ${index} has no line`);
  return line;
}

/** Null reads as 0, as the oracle has it. */
function quantityOf(lines: ReadonlyMap<string, Line>, body: UsageBody, name: (typeof tokenClasses)[number]): string {
  return lineOf(lines, body)[`${name}_quantity`] ?? '0';
}

/** The lines of the engine by id: the bodies as a JSONL export in the format of their family, priced by one snapshot or by none. */
async function linesOf(family: UsageFamily, ours: readonly UsageBody[], snapshot: Snapshot | null): Promise<ReadonlyMap<string, Line>> {
  if (ours.length === 0) return new Map();
  rmSync(join(folder.root, 'periods/2026-05/evidence/provider.csv'), { force: true });
  folder.write('periods/2026-05/evidence/usage.jsonl', ours.map((body) => `${usageLine(body, '2026-05-20T12:00:00Z')}\n`).join(''));
  const period = periodFor(family, snapshot);
  const evidence = await collectEvidence({ root: folder.root, evidenceRoot: null, period, formats: ledger.formats, copyFolder: noCopies });
  expect(evidence.findings).toEqual([]);
  const temporaryFolder = join(folder.root, 'tmp');
  const database = await openDatabase({
    file: ':memory:',
    temporaryFolder,
    readable: evidence.files.map(({ path }) => path),
    folders: [temporaryFolder],
    memoryLimit: '256MB',
    maxTemporaryBytes: 100_000_000n,
    threads: 1,
    onPlan: null,
  });
  try {
    const snapshots = snapshot === null ? [] : [snapshot];
    const { terms, loaded, findings } = await reconcileRows(database, {
      period,
      judgedEnd: period.end,
      files: evidence.files,
      snapshots,
      mappings: [],
      contract: { ...ledger.contract, rounding: null },
      asOf: '2026-07-01',
      gross: 'parts',
      delay: period.evidence.find(({ layer }) => layer === 'provider')?.delay ?? 0n,
      providerCounted: [],
      otherScopes: [],
      neighbours: [],
      chargedIn: () => Promise.resolve(null),
      checkNames: () => [],
      onProgress: () => undefined,
    });
    if (terms === null) throw new Error(JSON.stringify(findings));
    await createRates(database, openPriceBook(period, snapshots), new Map(snapshots.map(({ id, unitDivisor }) => [id, unitDivisor])));
    await createLineRows(database, terms, { loaded, uncharged: 'some' });
    const lines = await readLines(
      database,
      ours.map(({ index }) => `body-${index}`),
    );
    return new Map(lines.map((line) => [line.provider_request_id ?? '', line]));
  } finally {
    database.close();
  }
}

function periodFor(family: UsageFamily, snapshot: Snapshot | null): Period {
  const [period] = ledger.periods;
  if (period === undefined) throw new Error('the base ledger has a period');
  return {
    ...period,
    prices: [{ snapshot: snapshot?.id ?? 'none', from: null, source: period.source }],
    evidence: period.evidence.map((one) => (one.layer === 'provider' ? { ...one, files: ['evidence/usage.jsonl'], format: family } : one)),
  };
}
