/** To which cluster a run goes, and with what key: who may say so, in which order, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClusterFlags, clusterOf } from '../../../src/cli/cluster-flags.ts';
import { clusterWords } from '../../../src/model/cluster-settings.ts';
import { UserError } from '../../../src/model/user-error.ts';
import type { WidePlace } from '../../../src/model/wide-engine.ts';

const root = mkdtempSync(join(tmpdir(), 'trueup-cluster-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = join(root, 'shared');
mkdirSync(folder);

const settings = 'version: 1\nid: acme\nprovider: cometapi\ncurrency: USD\npolicy: {}\n';
let ledgers = 0;
function ledgerSaying(text: string): string {
  const ledger = join(root, `ledger-${ledgers++}`);
  mkdirSync(ledger);
  writeFileSync(join(ledger, 'trueup.yaml'), settings + text);
  return ledger;
}

const engine = `engine:\n  trino:\n    url: https://trino.example.com\n    user: finance\n    folder: ${folder}\n    location: s3://bucket/trueup\n`;
const clock = { now: () => 0, wait: async () => undefined };
interface Asked {
  readonly says?: string;
  readonly flags?: Partial<ClusterFlags>;
  readonly environment?: Readonly<Record<string, string>>;
}

async function placeOf({ says = '', flags = {}, environment = {} }: Asked): Promise<WidePlace | undefined> {
  return (await clusterOf({ engine: 'trino', ledger: ledgerSaying(says), ...flags }, { environment }, clock))?.place;
}

async function refusalOf(asked: Asked): Promise<string> {
  const error: unknown = await placeOf(asked).then(
    (place) => new Error(`no error but ${JSON.stringify(place)}`),
    (thrown: unknown) => thrown,
  );
  return error instanceof UserError ? `${error.message} ${error.remedy}` : String(error);
}

describe('the place', () => {
  it('is said on the command line before the environment, and in both before the ledger', async () => {
    expect(
      await placeOf({
        says: engine,
        flags: { trinoUrl: 'http://127.0.0.1:1' },
        environment: { TRUEUP_TRINO_URL: 'http://127.0.0.1:2', TRUEUP_TRINO_USER: 'ci', TRUEUP_TRINO_FOLDER: '' },
      }),
    ).toEqual({ url: 'http://127.0.0.1:1', user: 'ci', catalog: 'hive', folder, location: 's3://bucket/trueup' });
  });

  it('is said by a ledger alone where no key is sent', async () => {
    expect(await placeOf({ says: engine })).toEqual({
      url: 'https://trino.example.com',
      user: 'finance',
      catalog: 'hive',
      folder,
      location: 's3://bucket/trueup',
    });
  });

  it('has a user and a catalog where nobody names them', async () => {
    const says = `engine: { trino: { url: "https://[2001:db8::1]:8443", folder: "${folder}", location: "local:///trueup" } }\n`;
    expect(await placeOf({ says })).toMatchObject({ user: 'trueup', catalog: 'hive' });
  });

  it('is none without --engine trino, whatever the ledger says', async () => {
    expect(await placeOf({ says: engine, flags: { engine: 'duckdb' } })).toBeUndefined();
    expect(await refusalOf({ flags: { engine: 'duckdb', trinoUrl: 'http://127.0.0.1:1' } })).toBe(
      '--trino-url says nothing of DuckDB. Add --engine trino, or leave it out.',
    );
  });

  it('is left to the run where trueup.yaml cannot be read: it says why', async () => {
    expect(await placeOf({ says: 'engine: { trino: { url: here } }\n' })).toBeUndefined();
  });

  it('is not taken from a ledger whose change is judged', async () => {
    expect(await refusalOf({ says: engine, flags: { base: 'main' } })).toMatch(
      /^--engine trino has no url\. Say it with --trino-url or TRUEUP_TRINO_URL: .*with --base the ledger is not asked, since a change must not say where it is judged\.$/,
    );
    const said = { TRUEUP_TRINO_URL: 'http://127.0.0.1:2', TRUEUP_TRINO_FOLDER: folder, TRUEUP_TRINO_LOCATION: 'local:///t' };
    expect(await placeOf({ says: engine, flags: { base: 'main' }, environment: said })).toMatchObject({ url: 'http://127.0.0.1:2', user: 'trueup' });
  });
});

describe('what is missing or wrong is named with its place and a remedy', () => {
  it.each<[string, Asked, string]>([
    ['nothing at all', {}, '--engine trino has no url. Say it with --trino-url, TRUEUP_TRINO_URL or engine.trino.url in trueup.yaml: https://<host>'],
    [
      'a ledger that says half',
      { says: engine.replace(/ {4}location.*\n/, '') },
      'trueup.yaml:7:3: engine.trino has no location. Say it with --trino-location',
    ],
    [
      'a folder that is not there',
      { says: engine.replace(folder, '/nowhere') },
      'trueup.yaml:10:13: engine.trino.folder: /nowhere is no folder on this machine. Mount there',
    ],
    ['a file for a folder', { says: engine, flags: { trinoFolder: '/etc/hostname' } }, '--trino-folder: /etc/hostname is no folder on this machine.'],
    [
      'a variable that is no URL',
      { says: engine, environment: { TRUEUP_TRINO_URL: 'trino:8080' } },
      'TRUEUP_TRINO_URL is not https://<host>[:<port>] and nothing more',
    ],
    ['a port that is none', { says: engine, flags: { trinoUrl: 'https://trino:99999' } }, 'The URL of the cluster is not the origin of a Trino coordinator.'],
  ])('%s', async (_, asked, words) => {
    expect(await refusalOf(asked)).toContain(words);
  });
});

describe('a key', () => {
  it.each(['TRUEUP_TRINO_PASSWORD', 'TRUEUP_TRINO_TOKEN'])('goes to no host that the ledger alone names: %s', async (variable) => {
    expect(await refusalOf({ says: engine, environment: { [variable]: 'word' } })).toBe(
      `trueup.yaml:8:10: engine.trino.url alone names the cluster, and ${variable} goes to no host that a pull request could write there. Say the URL with --trino-url or TRUEUP_TRINO_URL, or unset ${variable}.`,
    );
    for (const named of [{ flags: { trinoUrl: 'https://trino.example.com' } }, { environment: { TRUEUP_TRINO_URL: 'https://trino.example.com' } }])
      expect(await placeOf({ says: engine, ...named, environment: { ...named.environment, [variable]: 'word' } })).toMatchObject({ user: 'finance' });
  });

  it('is one, over https', async () => {
    expect(await refusalOf({ says: engine, environment: { TRUEUP_TRINO_PASSWORD: 'a', TRUEUP_TRINO_TOKEN: 'b' } })).toBe(
      'TRUEUP_TRINO_PASSWORD and TRUEUP_TRINO_TOKEN are both set. Unset the one that is not meant.',
    );
    expect(await refusalOf({ says: engine, flags: { trinoUrl: 'http://127.0.0.1:1' }, environment: { TRUEUP_TRINO_PASSWORD: 'a' } })).toContain(
      'goes over https alone',
    );
  });
});

describe('what may stand there', () => {
  it.each<[keyof WidePlace, readonly string[], readonly string[]]>([
    [
      'url',
      ['https://trino.example.com', 'https://trino:8443', 'http://localhost:8080', 'http://[::1]:8080'],
      [
        'http://trino.example.com',
        'http://127.0.0.1.example.com',
        'https://user:word@host',
        'https://host/path',
        'https://host?',
        'https://host\n',
        'file:///etc',
        '',
      ],
    ],
    ['user', ['trueup', 'jane.doe@example.com'], ['a:b', 'a b', 'é', '']],
    ['catalog', ['hive', 'glue_2'], ['Hive', 'a-b', 'a.b', '"', '']],
    ['folder', ['/shared', '/mnt/a b/ü'], ['shared', '/', '/a/../b', '/a//b', '/a/', '/a*', '/a[1]', "/a'b", '/a\nb']],
    [
      'location',
      ['local:///trueup', 's3://bucket/a/b', 'abfss://c@account.example.net/x'],
      ['s3://bucket', 's3://bucket/', 'local:///', 's3://bucket/../x', '/shared', "s3://bucket/a'b", 's3://bucket/a b', 's3://bucket/a?b'],
    ],
  ])('as %s', (key, good, bad) => {
    const { pattern } = clusterWords[key];
    expect(good.filter((word) => !pattern.test(word))).toEqual([]);
    expect(bad.filter((word) => pattern.test(word))).toEqual([]);
  });
});
