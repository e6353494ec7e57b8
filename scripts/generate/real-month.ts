/** Writes a ledger of one month from the public traces: real calls, seeded anomalies of every kind, and the books on what was injected. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CallKind, callKinds, writePlain } from './anomalies.ts';
import { applicationHeader, applicationLine, gatewayHeader, gatewayLine, providerHeader, providerLine } from './evidence-text.ts';
import type { Call, Month, RowSink } from './month.ts';
import { seededRandom } from './random.ts';
import { callsOfDay } from './real-calls.ts';
import { realShop } from './real-shop.ts';
import { realFiles } from './real-yaml.ts';
import { openRowLog, type RowLog } from './row-log.ts';
import { openTally, type Tally } from './tally.ts';
import { readTrace } from './traces.ts';

export const realPeriod = { id: '2025-06', start: Date.UTC(2025, 5, 1), end: Date.UTC(2025, 6, 1) } as const;

/** Calls of each kind in 100,000; all others go well. */
const ratesPer100000: Readonly<Record<string, number>> = {
  error: 600,
  retry: 1200,
  fallback: 400,
  'fallback-after-timeout': 60,
  'price-timing': 20,
  'duplicate-charge': 12,
  'conflicting-duplicate': 2,
  'export-duplicate': 20,
  unlinked: 25,
  'not-charged': 15,
  'not-forwarded': 12,
  'gateway-only': 15,
  unbacked: 40,
  'model-drift': 120,
  'wrong-price': 150,
  'cached-twice': 80,
  'missing-usage': 30,
  'client-stopped': 200,
  'timeout-charged': 20,
  'status-difference': 25,
  'billed-error': 30,
  unpriced: 20,
  unmapped: 10,
  'out-of-scope': 10,
  'out-of-period': 3,
  'in-transit': 6,
  refund: 10,
  'other-account': 5,
};

export interface RealMonth {
  readonly calls: number;
  readonly tally: Tally;
}

/** Writes the ledger into `folder`; `days` of the month carry traffic, from the first on. Throws when a data file is missing. */
export async function writeRealMonth(data: string, folder: string, days: number): Promise<RealMonth> {
  const traces = { azure: await readTrace(data, 'azure'), mooncake: await readTrace(data, 'mooncake') };
  const evidence = path.join(folder, `periods/${realPeriod.id}/evidence`);
  await mkdir(evidence, { recursive: true });
  const logs = {
    application: await openRowLog(path.join(evidence, 'application.csv'), applicationHeader),
    gateway: await openRowLog(path.join(evidence, 'gateway.csv'), gatewayHeader),
    provider: await openRowLog(path.join(evidence, 'provider.csv'), providerHeader),
  };
  const month = await openMonth(data, sinkInto(logs));
  await writeFiles(folder, realFiles(month, realPeriod.id));
  let calls = 0;
  for (let index = 0; index < days; index += 1) {
    const day = { start: realPeriod.start + index * 86_400_000, index };
    for (const call of callsOfDay(traces, month.shop, month.random, day)) {
      writeCall(month, call);
      calls += 1;
      if (calls % 1024 === 0) for (const log of Object.values(logs)) await log.release(call.at);
    }
  }
  for (const log of Object.values(logs)) await log.close();
  return { calls, tally: month.tally };
}

async function openMonth(data: string, sink: RowSink): Promise<Month> {
  return {
    shop: await realShop(data),
    start: realPeriod.start,
    end: realPeriod.end,
    settledUntil: realPeriod.end - 12 * 3_600_000,
    carriesOurIds: true,
    incident: null,
    random: seededRandom('real 1'),
    sink,
    tally: openTally(),
    invoiced: new Map(),
  };
}

function sinkInto(logs: Readonly<Record<'application' | 'gateway' | 'provider', RowLog>>): RowSink {
  return {
    application: (row) => logs.application.add(row.at, applicationLine(row)),
    gateway: (row) => logs.gateway.add(row.at, gatewayLine(row)),
    provider: (row) => logs.provider.add(row.at, providerLine(row)),
  };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

function writeCall(month: Month, call: Call): void {
  const kind = drawKind(month.random.below(100_000));
  const service = kind?.service?.(month.shop) ?? call.service;
  // A kind that needs another service of the traffic lets this call go well; the services outside the traffic take it over.
  if (kind === null || (service !== call.service && month.shop.services.includes(service))) {
    writePlain(month, call);
    return;
  }
  const own = { ...call, service };
  kind.write(month, kind.place?.(month, own) ?? own);
}

function drawKind(place: number): CallKind | null {
  let left = place;
  for (const kind of callKinds) {
    left -= ratesPer100000[kind.kind] ?? 0;
    if (left < 0) return kind;
  }
  return null;
}
