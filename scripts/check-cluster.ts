/**
 * Holds the second engine to the first on a real Trino: the one that TRUEUP_TRINO_URL names, else one with a worker that is started from TRINO_HOME and
 * JAVA_HOME and stopped again. Where neither is at hand it says so, and is no failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const tests = ['test/e2e/cluster.test.ts', 'test/properties/cluster-random.test.ts', 'test/unit/host/trino'];
const port = '8791';

const isNamed = (name: string): boolean => (process.env[name] ?? '') !== '';
if (isNamed('TRUEUP_TRINO_URL')) process.exitCode = run({});
else if (isNamed('TRINO_HOME') && isNamed('JAVA_HOME')) process.exitCode = await onOwnCluster();
else console.log('not checked: the second engine, for there is no Trino at hand (TRUEUP_TRINO_URL, or TRINO_HOME and JAVA_HOME)');

async function onOwnCluster(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'trueup-cluster-'));
  try {
    const started = trino('start', ['--workers', '1'], home);
    if (started.status !== 0) {
      console.error(started.stderr);
      return 1;
    }
    const named = started.stdout.split('\n').flatMap((line) => (line.startsWith('TRUEUP_TRINO_') ? [line.split('=', 2) as [string, string]] : []));
    return run(Object.fromEntries(named));
  } finally {
    trino('stop', [], home);
    rmSync(home, { recursive: true, force: true });
  }
}

function trino(command: string, more: readonly string[], home: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync('npx', ['tsx', 'scripts/trino.ts', command, '--home', home, '--port', port, ...more], { encoding: 'utf8' });
}

function run(place: Readonly<Record<string, string>>): number {
  return spawnSync('npx', ['vitest', 'run', ...tests], { stdio: 'inherit', env: { ...process.env, ...place } }).status ?? 1;
}
