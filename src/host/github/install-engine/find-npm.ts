/** Finds npm: its script beside the running Node, else on the PATH; never in the workspace, where a pull request could have put one. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { liesIn } from '../workspace-path.ts';

/** To be started without a shell; npm's own arguments follow. */
export interface NpmCommand {
  readonly program: string;
  readonly before: readonly string[];
}

export interface NpmSearch {
  /** The running Node, absolute. */
  readonly execPath: string;
  /** PATH as the platform writes it. */
  readonly path: string;
  readonly workspace: string;
}

const script = join('node_modules', 'npm', 'bin', 'npm-cli.js');

export function findNpm({ execPath, path, workspace }: NpmSearch): NpmCommand | null {
  // Where Node's own distributions keep it: beside the program on Windows, below lib/ elsewhere.
  const folder = dirname(execPath);
  const beside = [join(folder, script), join(folder, '..', 'lib', script)].find((name) => existsSync(name));
  if (beside !== undefined) return { program: execPath, before: [beside] };
  const folders = path.split(delimiter).filter((entry) => isAbsolute(entry) && !liesIn(workspace, entry));
  for (const entry of folders) {
    const found = npmIn(entry, execPath, workspace);
    if (found !== null) return found;
  }
  return null;
}

function npmIn(folder: string, execPath: string, workspace: string): NpmCommand | null {
  // npm.cmd needs a shell; the script that it starts lies beside it.
  const windows = join(folder, script);
  if (existsSync(windows)) return { program: execPath, before: [windows] };
  const file = join(folder, 'npm');
  if (process.platform === 'win32' || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const target = realpathSync(file);
  if (liesIn(workspace, target)) return null;
  return target.endsWith('npm-cli.js') ? { program: execPath, before: [target] } : { program: file, before: [] };
}
