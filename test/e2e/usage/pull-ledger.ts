/** A ledger whose period June is pulled from a host on this machine, in the days after it began. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePull, pullRecord, type PullRecord } from '../../../src/model/pull.ts';
import { callCli } from '../call-cli.ts';
import { Repository } from '../git-repository.ts';
import { accessToken, type UsageHost } from '../usage-host/usage-host.ts';

/** Four days of June are over, and the fifth has just begun. */
export const now = Date.parse('2026-06-05T00:00:00Z');

export interface PullLedger {
  readonly root: string;
  /** The period's folder. */
  readonly folder: string;
  /** June's own exports beside what is pulled, so that the period can be read. */
  readonly addExports: () => void;
  readonly pull: (host: UsageHost, words?: readonly string[], at?: number) => ReturnType<typeof callCli>;
  /** Names below `evidence/`, sorted. */
  readonly files: () => string[];
  readonly read: (file: string) => string;
  readonly record: () => PullRecord | null;
}

export function pullLedger(): PullLedger {
  const repository = new Repository(mkdtempSync(join(tmpdir(), 'trueup-pull-')));
  repository.addLedger('.');
  repository.addJune('.');
  const folder = join(repository.root, 'periods/2026-06');
  repository.remove('periods/2026-06/evidence');
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    root: repository.root,
    folder,
    addExports: () => repository.addJune('.'),
    pull: (host, words = [], at = now) =>
      callCli(repository.root, ['usage', 'pull', 'cometapi', '--base-url', host.url, ...words], {
        now: at,
        environment: { COMETAPI_ACCESS_TOKEN: accessToken },
      }),
    files: () => (existsSync(join(folder, 'evidence')) ? readdirSync(join(folder, 'evidence')).toSorted() : []),
    read,
    record: () => (existsSync(join(folder, pullRecord)) ? parsePull(read(pullRecord)) : null),
  };
}

/** The rows of a file of pages, in their order. */
export function rowsIn(text: string): Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as { readonly data: { readonly items: Readonly<Record<string, unknown>>[] } }).data.items);
}
