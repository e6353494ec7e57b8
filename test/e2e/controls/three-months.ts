/** Three months of a small ledger in a git repository of its own: a request of March is charged in April, another one never. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closePeriod, type ClosedPeriod } from '../../../src/period/close-period.ts';
import { freezePeriod } from '../../../src/period/freeze-period.ts';
import { openHistory } from '../../../src/host/git/history.ts';
import { readBlob } from '../../../src/host/git/git-tree.ts';
import type { RunSettings } from '../../../src/period/period-facts.ts';
import { verifyLedger, type Verification } from '../../../src/period/verify-ledger.ts';
import { scenarios } from '../../scenarios/expected.ts';

export const months = ['2026-03', '2026-04', '2026-05'] as const;
const next: Readonly<Record<string, string>> = { '2026-03': '2026-04', '2026-04': '2026-05', '2026-05': '2026-06' };

export function settingsFor(workspace: string, more: Partial<RunSettings> = {}): RunSettings {
  return {
    evidenceRoot: null,
    asOf: '2026-06-15',
    through: null,
    lineFiles: [],
    toolVersion: '1.0.0',
    temporaryRoot: workspace,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
    ...more,
  };
}

/** A folder for a test file, and how to remove it. */
export function workspaceFor(name: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), `trueup-${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writes `<workspace>/<name>` and commits it. */
export function threeMonths(workspace: string, name: string): string {
  const root = join(workspace, name);
  cpSync(join(scenarios, '_base'), root, { recursive: true });
  cpSync(join(root, 'periods/2026-05'), join(root, 'periods/2026-03'), { recursive: true });
  cpSync(join(root, 'periods/2026-05'), join(root, 'periods/2026-04'), { recursive: true });
  appendFileSync(join(root, 'prices/cometapi/2026-05-01.yaml'), 'notes: these prices held since January\n');
  for (const month of months) moveTo(root, month);
  const application = 'acct_redacted,production,chat,support,support-chat-primary,gpt-4.1-nano,success,1,60000,0,0,0,3000,0\n';
  const march = join(root, 'periods/2026-03/evidence/application.csv');
  appendFileSync(march, `req-2026-03-late,comet-late,2026-03-31T23:50:00Z,${application}`);
  appendFileSync(march, `=req-lost,,2026-03-31T23:55:00Z,${application}`);
  // Complete up to the end of March alone: what is younger than a day may still come.
  replace(root, 'periods/2026-03/period.yaml', '2026-04-02T00:00:00Z', '2026-04-01T00:00:00Z');
  appendFileSync(
    join(root, 'periods/2026-04/evidence/provider.csv'),
    ',comet-late,2026-04-01T00:05:00Z,acct_redacted,production,gpt-4.1-nano-2025-04-14,charge,success,1,60000,0,0,0,3000,0,0.00576,USD\n',
  );
  // 0.12636 + 0.00576, and the total with it.
  replace(root, 'periods/2026-04/invoice.yaml', 'amount: "0.12636", requests: 8', 'amount: "0.13212", requests: 9');
  replace(root, 'periods/2026-04/invoice.yaml', 'total: "0.47076"', 'total: "0.47652"');
  git(root, 'init', '-q', '--template=');
  commit(root, 'Three months');
  return root;
}

/** The base's May as another month. */
function moveTo(root: string, month: string): void {
  const folder = join(root, 'periods', month);
  for (const file of ['period.yaml', 'invoice.yaml', 'invoice.txt', 'evidence/application.csv', 'evidence/provider.csv']) {
    const text = readFileSync(join(folder, file), 'utf8')
      .replaceAll('2026-06', 'NEXT')
      .replaceAll('2026-05', month)
      .replaceAll('NEXT', next[month] ?? '');
    // The prices are those of May in every month.
    writeFileSync(join(folder, file), text.replaceAll(`cometapi/${month}-01`, 'cometapi/2026-05-01').replaceAll('req-0', `req-${month}-0`));
  }
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, 'invoice.txt')))
    .digest('hex');
  const invoice = readFileSync(join(folder, 'invoice.yaml'), 'utf8').replace(/sha256: [0-9a-f]{64}/, `sha256: ${sha256}`);
  writeFileSync(join(folder, 'invoice.yaml'), invoice);
}

export function replace(root: string, name: string, find: string, put: string): void {
  const text = readFileSync(join(root, name), 'utf8');
  if (!text.includes(find)) throw new Error(`${find} is not in ${name}`);
  writeFileSync(join(root, name), text.replace(find, put));
}

export function git(root: string, ...arguments_: readonly string[]): string {
  const env = { PATH: '/usr/bin:/bin', HOME: root, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', ['-c', 'user.name=tester', '-c', 'user.email=tester@example.com', ...arguments_], { cwd: root, env, encoding: 'utf8' });
}

export function commit(root: string, message: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', message);
}

/** Freezes and closes; throws what the close was refused for. */
export async function freezeAndClose(root: string, month: string, settings: RunSettings): Promise<ClosedPeriod> {
  const frozen = await freezePeriod(root, month, settings);
  if (frozen.written === null) throw new Error(JSON.stringify(frozen.findings));
  const closed = await closePeriod(root, month, { approvedBy: 'jane', note: 'looked at it' }, settings);
  if (closed.written === null)
    throw new Error(`${closed.refusals.join('; ')}: ${closed.findings.map(({ code, severity }) => `${severity} ${code}`).join(', ')}`);
  return closed;
}

export async function verify(root: string): Promise<Verification> {
  return verifyLedger({ ledgerRoot: root, evidenceRoot: null, asOf: '2026-06-15', rerun: null });
}

export async function verifyByRerun(root: string, settings: RunSettings): Promise<Verification> {
  const history = await openHistory(root, process.env);
  const read = async (id: string) => (history === null ? null : readBlob(history.root, process.env, id));
  return verifyLedger({ ledgerRoot: root, evidenceRoot: null, asOf: '2026-06-15', rerun: { settings, readBlob: read } });
}

/** Code, severity and place of each finding. */
export function said({ findings }: Pick<Verification, 'findings'>): string[] {
  return findings.map(({ code, severity, source, args }) => `${severity} ${code} ${args['problem'] ?? ''} ${source?.file ?? ''}:${source?.line ?? 0}`);
}

/** POSIX names of every file below a folder, without git's own. */
export function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((name) => !name.startsWith('.git/'))
    .sort();
}
