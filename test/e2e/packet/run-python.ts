/** The Python of this machine, and a script run with it. */
import { spawnSync } from 'node:child_process';

/** null where there is none; tests that need it count as skipped then. */
export const python: string | null = spawnSync('python3', ['--version']).status === 0 ? 'python3' : null;

/** Away from everybody's settings and packages. */
export function runPython(script: string): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('python3', ['-I', script], { encoding: 'utf8', maxBuffer: 50_000_000 });
  return { code: status, output: stdout + stderr };
}
