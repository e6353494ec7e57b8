/** The shape of `drills/<id>/drill.yaml`: a validation test with its small evidence and what it should come to. */
import type { z } from 'zod';
import { parsePeriod, periodSchema, ratesApart } from './period.ts';
import { choice, count, day, decimal, insidePath, list, name, record, requireKeys, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf, type YamlPath } from '../yaml-document.ts';
import { rowSteps } from '../../model/bridge.ts';
import { noControls } from '../../model/close.ts';
import { contractAreas } from '../../model/contract-area.ts';
import { layers, tokenColumns } from '../../model/evidence.ts';
import { findingCodes } from '../../model/finding.ts';
import { endOfDay, startOfDay } from '../../model/instant.ts';
import type { Drill, DrillExpectation } from '../../model/ledger.ts';
import { formatMoney, Money } from '../../model/money.ts';
import { drillKinds } from '../../model/policy.ts';
import { recordOf } from '../../model/record-of.ts';

const tokens = record(recordOf(tokenColumns, () => count.optional()));
const amounts = record(recordOf(rowSteps, () => decimal.optional()));

const expectation = record({
  requests: count.optional(),
  provider_records: count.optional(),
  layers: list(choice(...layers)).optional(),
  billable_model: text.optional(),
  tokens: tokens.optional(),
  cost: decimal.optional(),
  expected_cost: decimal.optional(),
  steps: list(choice('serving', ...rowSteps)).optional(),
  amounts: amounts.optional(),
  findings: list(choice(...findingCodes)).optional(),
}).refine((value) => Object.keys(value).length > 0, { error: 'at least one thing that the rows should show' });

const { account_ref, environment, currency, fx, models, prices, evidence, layers: absences } = periodSchema.shape;

/** What rows can prove: whether something was charged. */
const provable = contractAreas.map(({ area }) => area).filter((area) => area.startsWith('error-behavior.'));

export const drillSchema = record({
  id: name,
  kind: choice(...drillKinds),
  run_on: day,
  by: text,
  ticket: text.optional(),
  notes: text.optional(),
  start_utc: utc.optional(),
  end_utc: utc.optional(),
  account_ref,
  environment,
  currency,
  fx,
  models,
  prices,
  evidence,
  layers: absences,
  response: insidePath.optional(),
  expect: expectation,
  concludes: record({ item: choice(...provable), status: choice('billable', 'not-billable') }).optional(),
})
  .superRefine((value, context) => {
    ratesApart(value, context);
    if (value.start_utc !== undefined || value.end_utc !== undefined) requireKeys(value, ['start_utc', 'end_utc'], context);
    if (value.start_utc !== undefined && value.end_utc !== undefined && value.end_utc <= value.start_utc) {
      context.addIssue({ code: 'custom', path: ['end_utc'], message: 'a time after start_utc' });
    }
    for (const layer of ['application', 'provider'] as const) {
      if (value.evidence[layer] === undefined)
        context.addIssue({ code: 'custom', path: ['evidence', layer], message: 'the rows of the layer', params: { finding: 'missing-key' } });
    }
  })
  .describe('drills/<id>/drill.yaml: a validation test, its small evidence and what it should come to');
type DrillFile = z.output<typeof drillSchema>;

export function parseDrill(file: DrillFile, document: LedgerDocument): Drill {
  const { id, kind, by, run_on: runOn, response, concludes } = file;
  return {
    id,
    kind,
    runOn,
    by,
    period: periodOf(file, document),
    expectations: expectationsOf(file, document),
    findings: (file.expect.findings ?? []).map((code, index) => ({ code, source: placeOf(document, ['expect', 'findings', index]) })),
    response: response === undefined ? null : { file: response, source: placeOf(document, ['response']) },
    concludes: concludes === undefined ? null : { ...concludes, source: placeOf(document, ['concludes']) },
    source: placeOf(document, ['id']),
  };
}

/** Without bounds of its own, a drill is the UTC day on which it was run. */
function periodOf(file: DrillFile, document: LedgerDocument): Drill['period'] {
  const { id, run_on: runOn, account_ref, environment, currency, fx, models, prices, evidence, layers } = file;
  const bounds = { start_utc: file.start_utc ?? startOfDay(runOn), end_utc: file.end_utc ?? endOfDay(runOn) };
  const period = { id, ...bounds, account_ref, environment, currency, fx, models, stage: 'usage' as const, prices, evidence, layers };
  return parsePeriod(period, document, {
    folder: document.name.replace(/\/drill\.yaml$/, ''),
    invoices: [],
    statement: null,
    exceptions: [],
    closed: false,
    controls: noControls,
  });
}

function expectationsOf({ expect }: DrillFile, document: LedgerDocument): DrillExpectation[] {
  const { findings: _, tokens = {}, amounts = {}, ...plain } = expect;
  const entries: (readonly [YamlPath, unknown])[] = [
    ...Object.entries(plain).map(([key, value]) => [[key], value] as const),
    ...Object.entries(tokens).map(([column, value]) => [['tokens', column], value] as const),
    ...Object.entries(amounts).map(([step, value]) => [['amounts', step], value] as const),
  ];
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([path, value]) => ({ key: path.join('.'), expected: writtenForm(value), source: placeOf(document, ['expect', ...path]) }));
}

function writtenForm(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).toSorted().join(', ');
  return value instanceof Money ? formatMoney(value) : String(value);
}
