/** Real repositories in temporary folders, with the ledger of the scenarios in them. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { scenarios } from '../scenarios/expected.ts';

/** What git gets of the environment: nothing of the machine's own configuration. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'jane',
  GIT_AUTHOR_EMAIL: 'jane@example.org',
  GIT_COMMITTER_NAME: 'jane',
  GIT_COMMITTER_EMAIL: 'jane@example.org',
};

export class Repository {
  readonly root: string;

  /** The folder is there; `git init` is up to the caller, or to `created`. */
  constructor(root: string) {
    this.root = root;
  }

  static created(workspace: string): Repository {
    const repository = new Repository(mkdtempSync(join(workspace, 'repository-')));
    // Without a template, whose sample hooks would be copied with every repository.
    repository.git('init', '--quiet', '--initial-branch=main', '--template=');
    return repository;
  }

  /** What git says, without the line break at the end. */
  git(...arguments_: readonly string[]): string {
    return execFileSync('git', arguments_, { cwd: this.root, env: gitEnvironment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
  }

  /** Commits everything there is and returns the commit. */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Replaces a text that occurs exactly once. */
  edit(path: string, find: string, put: string): void {
    const parts = this.read(path).split(find);
    if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} occurs ${parts.length - 1} times in ${path}`);
    this.write(path, parts.join(put));
  }

  append(path: string, text: string): void {
    this.write(path, this.read(path) + text);
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /** The ledger of May 2026 that every scenario starts from. */
  addLedger(folder: string): void {
    cpSync(join(scenarios, '_base'), join(this.root, folder), { recursive: true });
  }

  /** June in a ledger that has May: the same requests a month later, without an invoice yet. */
  addJune(folder: string): void {
    const later = (text: string): string =>
      text
        .replaceAll('2026-06-02', '2026-07-02')
        .replaceAll('2026-06-01T', '2026-07-01T')
        .replace(/(?<!cometapi\/)2026-05/g, '2026-06');
    const period = this.read(`${folder}/periods/2026-05/period.yaml`);
    this.write(`${folder}/periods/2026-06/period.yaml`, later(period).replace('stage: final\n', 'stage: usage\n').replace('invoice_id: INV-2026-06\n', ''));
    for (const name of ['application.csv', 'provider.csv']) {
      this.write(`${folder}/periods/2026-06/evidence/${name}`, later(this.read(`${folder}/periods/2026-05/evidence/${name}`)));
    }
  }
}

/** A folder for one test file; the caller removes it. */
export function temporaryWorkspace(): string {
  return mkdtempSync(join(tmpdir(), 'trueup-git-'));
}
