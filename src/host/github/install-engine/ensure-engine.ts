/** Finds the native engine beside the action or in the runner's tool cache, and else has it installed there from the manifest in engine/. */
import { existsSync, rmSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineAbsence, EngineChoice, EngineProblem, FindEngine } from '../../../model/engine-place.ts';
import { whenStopped } from '../../../model/interruption.ts';
import { reasonOf } from '../../../model/system-failure.ts';
import { downloadEngine } from './download-engine.ts';
import { engineFolder } from './engine-folder.ts';
import { findNpm, type NpmCommand, npmEnvironment, runNpmCi } from './run-npm-ci.ts';

export interface EngineSearch {
  /** Folder of the running bundle: a node_modules there or above it comes first. */
  readonly bundleFolder: string;
  /** The engine's package.json and package-lock.json. */
  readonly manifestFolder: string;
  /** RUNNER_TOOL_CACHE; null where the runner has none. */
  readonly toolCache: string | null;
  /** Nothing in it is believed or run. */
  readonly workspace: string;
  /** The Node beside which npm may lie; left out: the running one. */
  readonly execPath?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the engine's room: does this folder see an engine that this machine can load? */
  readonly holdsEngine: (folder: string) => boolean;
  /** For the installation; left out: five minutes. */
  readonly timeoutMilliseconds?: number;
}

interface InstallFailure {
  readonly problem: EngineProblem;
  readonly detail: string;
}

const fiveMinutes = 300_000;

/** Asked by every period, looks once: an npm that failed would fail again. */
export function engineFinder(search: EngineSearch): FindEngine {
  let found: Promise<EngineChoice> | null = null;
  return () => (found ??= ensureEngine(search));
}

/** Never throws for want of an engine: the absence says why, and the run that needs rows says how to help. */
export async function ensureEngine(search: EngineSearch): Promise<EngineChoice> {
  if (search.holdsEngine(search.bundleFolder)) return { from: 'runner', folder: search.bundleFolder };
  if (search.toolCache === null) return absence('no-tool-cache', '', '');
  const folder = engineFolder(search.toolCache, search.manifestFolder);
  if (existsSync(folder)) return { from: 'runner', folder };
  const npm = findNpm({ execPath: search.execPath ?? process.execPath, path: variable(search, 'PATH') ?? '', workspace: search.workspace });
  try {
    return await install(search, npm, folder);
  } catch (error) {
    return absence('not-writable', reasonOf(error), folder);
  }
}

/** In a folder of its own under a temporary name, in the tool cache but below no other project; what is whole gets its name in one step. */
async function install(search: EngineSearch, npm: NpmCommand | null, folder: string): Promise<EngineChoice> {
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  const forget = whenStopped(() => rmSync(temporary, { recursive: true, force: true }));
  try {
    for (const name of ['package.json', 'package-lock.json']) await copyFile(join(search.manifestFolder, name), join(temporary, name));
    const failure = npm === null ? await download(search, temporary) : await npmInstall(search, npm, temporary);
    if (failure !== null) return absence(failure.problem, failure.detail, folder);
    // Temporary folders are the owner's alone; a container and its host use this one under different names.
    await chmod(temporary, 0o755);
    await giveName(temporary, folder);
    return { from: 'runner', folder };
  } finally {
    await rm(temporary, { recursive: true, force: true });
    forget();
  }
}

function npmInstall(search: EngineSearch, npm: NpmCommand, folder: string): Promise<InstallFailure | null> {
  const environment = npmEnvironment(search.environment, search.workspace);
  return runNpmCi({ npm, folder, environment, timeoutMilliseconds: search.timeoutMilliseconds ?? fiveMinutes });
}

/** The problem remains that there is no npm; why the way around it led nowhere is the detail. */
async function download(search: EngineSearch, folder: string): Promise<InstallFailure | null> {
  const registry = variable(search, 'NPM_CONFIG_REGISTRY') ?? null;
  const { manifestFolder, timeoutMilliseconds = fiveMinutes } = search;
  const detail = await downloadEngine({ manifestFolder, folder, registry, timeoutMilliseconds });
  return detail === null ? null : { problem: 'no-npm', detail };
}

/** Names of variables have no case on Windows, and npm reads its own in any. */
function variable({ environment }: EngineSearch, name: string): string | undefined {
  return Object.entries(environment).find(([key, value]) => key.toUpperCase() === name && value !== '')?.[1];
}

/** When another job was faster, its engine is as good: both come from one lock file. */
async function giveName(temporary: string, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(temporary, folder);
      break;
    } catch (error) {
      if (existsSync(folder)) return;
      // A virus scanner may still hold what was just written.
      if (attempt === 5) throw error;
      await wait(200 * attempt);
    }
  }
  // By the tool cache's convention; this action does not rely on it, it checks the content.
  await writeFile(`${folder}.complete`, '');
}

function absence(problem: EngineProblem, detail: string, folder: string): EngineAbsence {
  return { from: 'nowhere', problem, detail, folder };
}
