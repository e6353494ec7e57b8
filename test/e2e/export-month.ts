/** Exports a month as the command does, beside the result that `reconcile` writes for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../src/model/result.ts';
import { exportPeriod } from '../../src/period/export-period.ts';
import { exporters } from '../../src/report/exports/exporters.ts';
import { callCli } from './call-cli.ts';
import { settingsFor } from './controls/three-months.ts';

const exampleLedger = join(import.meta.dirname, '../../examples/cometapi');

export interface Month {
  readonly ledger: string;
  readonly period: string;
  readonly asOf: string;
}

export const exampleMonth = (period: string): Month => ({ ledger: exampleLedger, period, asOf: '2026-06-15' });

/** Bytes of what the kind writes, by path below the output folder. */
export async function exportMonth(workspace: string, { ledger, period, asOf }: Month, kind: string, out = 'out'): Promise<Map<string, Buffer>> {
  const { code, stdout, stderr } = await callCli(workspace, ['export', period, kind, '--ledger', ledger, '--as-of', asOf, '--out', out]);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  const paths = [...stdout.matchAll(/^Wrote (.+)$/gm)].map(([, path]) => path ?? '');
  return new Map(paths.map((path) => [path.replaceAll('\\', '/').slice(out.length + 1), readFileSync(join(workspace, path))]));
}

/** What every kind writes, of one run: the command, which takes one kind, would judge the month anew for each. */
export async function exportEveryKind(workspace: string, { ledger, period, asOf }: Month, out: string): Promise<Map<string, Buffer>> {
  const options = { ...settingsFor(workspace, { asOf }), ledgerRoot: ledger, out: join(workspace, out), periods: [period] };
  const { files, findings } = await exportPeriod(options, { kind: 'every', description: '', files: exporters.flatMap((exporter) => exporter.files) });
  if (files.length === 0) throw new Error(JSON.stringify(findings));
  return new Map(files.map((path) => [path.replaceAll('\\', '/').slice(options.out.length + 1), readFileSync(path)]));
}

export async function resultOfMonth(workspace: string, { ledger, period, asOf }: Month): Promise<Result> {
  const { code, stdout, stderr } = await callCli(workspace, [
    'reconcile',
    period,
    '--ledger',
    ledger,
    '--as-of',
    asOf,
    '--out',
    'reconciled',
    '--fail-on',
    'never',
  ]);
  // A month that cannot be judged has a result too, and exits with 2.
  if (code !== 0 && code !== 2) throw new Error(`${stdout}${stderr}`);
  return JSON.parse(readFileSync(join(workspace, 'reconciled', period, 'result.json'), 'utf8')) as Result;
}

export function textOf(files: ReadonlyMap<string, Buffer>, name: string): string {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`${name} is not among ${[...files.keys()].join(', ')}`);
  return bytes.toString('utf8');
}
