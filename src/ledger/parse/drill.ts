/** A drill file as model: a small period, and each expectation as text with its place. */
import { parsePeriod } from './period.ts';
import type { DrillFile } from '../schemas/drill.ts';
import { type LedgerDocument, placeOf, type YamlPath } from '../yaml-document.ts';
import { noControls } from '../../model/close.ts';
import { endOfDay, startOfDay } from '../../model/instant.ts';
import type { Drill, DrillExpectation } from '../../model/ledger.ts';
import { formatMoney, Money } from '../../model/money.ts';

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
  const { id, run_on: runOn, account_ref, environment, currency, models, prices, evidence, layers } = file;
  const bounds = { start_utc: file.start_utc ?? startOfDay(runOn), end_utc: file.end_utc ?? endOfDay(runOn) };
  const period = { id, ...bounds, account_ref, environment, currency, models, stage: 'usage' as const, prices, evidence, layers };
  return parsePeriod(period, document, {
    folder: document.name.replace(/\/drill\.yaml$/, ''),
    invoice: null,
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
