/** What freeze pins, what it refuses, and that the checksum of the set can be made again by hand. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { freezePeriod, type Frozen } from '../../../src/period/freeze-period.ts';
import { validateLedger } from '../../../src/period/reconcile.ts';
import { verifyLedger } from '../../../src/period/verify-ledger.ts';
import { scenarios } from '../../scenarios/expected.ts';
import { filesBelow, replace, said, settingsFor, verify, workspaceFor } from './three-months.ts';

const workspace = workspaceFor('freeze');
afterAll(() => workspace.remove());
const settings = settingsFor(workspace.folder);
const period = 'periods/2026-05';

let ledgers = 0;
function base(): string {
  const root = join(workspace.folder, `ledger-${(ledgers += 1)}`);
  cpSync(join(scenarios, '_base'), root, { recursive: true });
  return root;
}

function ignore(root: string, file: string): void {
  appendFileSync(join(root, period, 'period.yaml'), `ignored_files: [ { file: ${JSON.stringify(file)}, reason: how it was exported } ]\n`);
}

async function freeze(root: string): Promise<Frozen> {
  return freezePeriod(root, '2026-05', settings);
}

/** `sha256sum <files> | LC_ALL=C sort | sha256sum`, each started by argv. */
function setChecksumByHand(folder: string, files: readonly string[]): string {
  const run = (command: string, arguments_: readonly string[], input: string): string => {
    const { stdout, status } = spawnSync(command, arguments_, { cwd: folder, input, encoding: 'utf8', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
    expect(status).toBe(0);
    return stdout;
  };
  return run('sha256sum', [], run('sort', [], run('sha256sum', files, ''))).slice(0, 64);
}

describe('a lock', () => {
  it('holds every file with its hash, rows, bounds and sums; sha256sum makes the same checksum of the set', async () => {
    const root = base();
    writeFileSync(join(root, period, 'evidence', 'a note (ü).txt'), 'exported on a Monday\n');
    ignore(root, 'evidence/a note (ü).txt');
    expect(await freeze(root)).toEqual({ written: `${period}/evidence.lock`, files: 4, findings: [] });
    const { ledger } = await validateLedger(root, '2026-06-15');
    const lock = ledger?.periods[0]?.controls.lock;
    expect(lock?.files.map(({ file, role }) => [file, role])).toEqual([
      ['evidence/a note (ü).txt', 'other'],
      ['evidence/application.csv', 'application'],
      ['evidence/provider.csv', 'provider'],
      ['invoice.txt', 'invoice'],
    ]);
    const provider = lock?.files[2]?.sums;
    expect(provider?.rows).toBe('12');
    // 0.12636 and 0.2944 of the invoice.
    expect(provider?.amounts).toEqual([{ currency: 'USD', sum: '0.42076' }]);
    expect(provider?.tokens['output_tokens']).toBe('99000');
    expect(lock?.setSha256).toBe(
      setChecksumByHand(
        join(root, period),
        (lock?.files ?? []).map(({ file }) => file),
      ),
    );
    const text = readFileSync(join(root, period, 'evidence.lock'), 'utf8');
    const above = text.split('\n').slice(0, -2).join('\n');
    const byHand = spawnSync('sha256sum', [], { input: `${above}\n`, encoding: 'utf8' }).stdout.slice(0, 64);
    expect(text).toContain(`\nseal: "${byHand}"\n`);
  });

  it('is the same twice', async () => {
    const [one, other] = [base(), base()];
    await freeze(one);
    await freeze(other);
    const read = (root: string): string => readFileSync(join(root, period, 'evidence.lock'), 'utf8');
    expect(read(one)).toBe(read(other));
  });

  it('covers evidence that lies under a root of its own', async () => {
    const root = base();
    const elsewhere = join(workspace.folder, 'elsewhere');
    mkdirSync(join(elsewhere, '2026-05'), { recursive: true });
    renameSync(join(root, period, 'evidence'), join(elsewhere, '2026-05/evidence'));
    const own = { ...settings, evidenceRoot: elsewhere };
    expect((await freezePeriod(root, '2026-05', own)).files).toBe(3);
    const check = { ledgerRoot: root, evidenceRoot: elsewhere, asOf: '2026-06-15', rerun: null };
    expect(said(await verifyLedger(check))).toEqual([]);
    appendFileSync(join(elsewhere, '2026-05/evidence/provider.csv'), '\n');
    expect(said(await verifyLedger(check))).toEqual([`inconclusive evidence-changed since-freeze-changed ${period}/evidence.lock:10`]);
  });

  it('is written once', async () => {
    const root = base();
    await freeze(root);
    await expect(freeze(root)).rejects.toThrow('frozen already');
  });
});

describe('a lock that cannot be trusted', () => {
  it.each([
    ['edited', (text: string) => text.replace('rows: "12"', 'rows: "13"')],
    ['cut', (text: string) => text.slice(0, -200)],
    ['emptied', () => ''],
    ['without a file', (text: string) => text.replace(/ {2}- \{ file: invoice.*\n/, '')],
  ])('is inconclusive: %s', async (_, edit) => {
    const root = base();
    await freeze(root);
    const path = join(root, period, 'evidence.lock');
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    const { findings } = await verify(root);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual(expect.arrayContaining([['lock-broken', 'inconclusive']]));
    const refused = await freeze(root);
    expect([refused.written, refused.findings.map(({ code }) => code)]).toEqual([null, expect.arrayContaining(['lock-broken'])]);
  });
});

describe('freeze refuses', () => {
  const secrets: readonly (readonly [string, string, string])[] = [
    ['api-key', 'sk-proj-', 'A1b2C3d4E5f6G7h8I9j0K1'],
    ['github-token', 'ghp_', 'A1b2C3d4E5f6G7h8I9j0K1L2m3N4o5P6q7R8'],
    ['cloud-key', 'AKIA', 'ABCDEFGHIJKLMNOP'],
    ['chat-token', 'xoxb-', '123456789012-abcdefghij'],
    ['bearer-token', 'Bearer ', 'abcdefghijklmnopqrstuvwxyz'],
    ['private-key', '-----BEGIN RSA ', 'PRIVATE KEY-----'],
  ];
  const application = (row: string): string =>
    `req-099,,2026-05-20T10:00:00Z,acct_redacted,production,chat,${row},support-chat-primary,gpt-4.1-nano,success,1,1000,0,0,0,100,0\n`;

  it.each(secrets)('%s: says file and row, never the value, and writes nothing', async (kind, start, rest) => {
    const root = base();
    const value = `${start}${rest}`;
    appendFileSync(join(root, period, 'evidence/application.csv'), application(`"a ""quoted"" ${value}"`));
    const before = filesBelow(root);
    const { written, findings } = await freeze(root);
    expect(written).toBeNull();
    expect(findings.map(({ code, source, count, args }) => [code, source?.file, source?.line, count, args['problem']])).toEqual([
      ['evidence-contains-secret', `${period}/evidence/application.csv`, 13, 1, kind],
    ]);
    expect(JSON.stringify(findings)).not.toContain(rest);
    expect(filesBelow(root)).toEqual(before);
  });

  it('a key in a note beside the evidence', async () => {
    const root = base();
    writeFileSync(join(root, period, 'evidence/how.txt'), `exported with\ncurl -H "Authorization: Bearer ${'x'.repeat(30)}"\n`);
    ignore(root, 'evidence/how.txt');
    const { findings } = await freeze(root);
    expect(findings.map(({ code, source }) => [code, source?.file, source?.line])).toEqual([['evidence-contains-secret', 'evidence/how.txt', 2]]);
  });

  it.each(['prompt', 'Messages', 'response', 'input-text', 'completion', 'content'])('a column %s that is not empty', async (column) => {
    const root = base();
    const path = join(root, period, 'evidence/provider.csv');
    const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, [`${header},${column}`, ...rows.map((row, index) => `${row},${index < 3 ? '' : 'How do I …'}`), ''].join('\n'));
    const { findings } = await freeze(root);
    expect(findings.map(({ code, source, count, args }) => [code, source?.line, count, args['problem'], args['key']])).toEqual([
      ['evidence-contains-secret', 4, 9, 'prompt-column', column],
    ]);
  });

  it('prompts inside the JSON of a row, plain and packed', async () => {
    const root = base();
    const path = join(root, period, 'evidence/provider.csv');
    const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
    const names = header.split(',');
    const lines = rows.map((row, index) => {
      const members = Object.fromEntries(row.split(',').map((cell, at) => [names[at] ?? '', cell]));
      return JSON.stringify({ ...members, input: 12, messages: index === 4 ? [{ role: 'user', content: 'Hello' }] : [] });
    });
    rmSync(path);
    writeFileSync(join(root, period, 'evidence/provider.jsonl.gz'), gzipSync(`${lines.join('\n')}\n`));
    replace(root, `${period}/period.yaml`, 'provider.csv', 'provider.jsonl.gz');
    const { findings } = await freeze(root);
    expect(findings.map(({ code, source, count, args }) => [code, source?.line, count, args['problem']])).toEqual([
      ['evidence-contains-secret', 5, 1, 'prompt-text'],
    ]);
  });

  it.each([
    ['gen_ai.input.messages', { stringValue: '[{"role":"user"}]' }, 1],
    ['gen_ai.prompt.0.content', { stringValue: 'Hello' }, 1],
    ['gen_ai.system_instructions', { arrayValue: { values: [{ stringValue: 'Be brief' }] } }, 1],
    ['gen_ai.input.messages', { stringValue: '' }, 0],
    ['gen_ai.usage.input', { intValue: '12' }, 0],
    ['gen_ai.request.model', { stringValue: 'gpt-4.1-nano' }, 0],
  ])('what people wrote in an attribute of a span: %s %j', async (key, value, count) => {
    const root = base();
    const path = join(root, period, 'evidence/application.csv');
    const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
    const lines = rows.map((row) => JSON.stringify(Object.fromEntries(row.split(',').map((cell, at) => [header.split(',')[at] ?? '', cell]))));
    lines[3] = lines[3]?.replace('{', `{"attributes":[${JSON.stringify({ key, value })}],`) ?? '';
    rmSync(path);
    writeFileSync(join(root, period, 'evidence/application.jsonl'), `${lines.join('\n')}\n`);
    replace(root, `${period}/period.yaml`, 'application.csv', 'application.jsonl');
    const found = (await freeze(root)).findings.filter(({ code }) => code === 'evidence-contains-secret');
    expect(found.map(({ source, args }) => [source?.line, args['problem']])).toEqual(count === 0 ? [] : [[4, 'prompt-text']]);
  });

  it('a column of a Parquet file', async () => {
    const root = base();
    const path = join(root, period, 'evidence/provider.csv');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select *, 'Hello' as prompt from read_csv('${path}', all_varchar = true)) to '${path.replace('.csv', '.parquet')}' (format parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    rmSync(path);
    replace(root, `${period}/period.yaml`, 'provider.csv', 'provider.parquet');
    const { findings } = await freeze(root);
    expect(findings.map(({ code, count, args }) => [code, count, args['problem'], args['key']])).toEqual([
      ['evidence-contains-secret', 12, 'prompt-column', 'prompt'],
    ]);
  });

  it.each([
    ['evidence that cannot be read', 'evidence-row', (root: string) => replace(root, `${period}/evidence/provider.csv`, '120000', 'many')],
    ['an export that no layer reads', 'evidence-unread', (root: string) => writeFileSync(join(root, period, 'evidence/provider-2.csv'), 'x')],
    [
      'a name that no list of checksums can hold',
      'evidence-corrupt',
      (root: string) => {
        writeFileSync(join(root, period, 'evidence/provider\\n.csv'), readFileSync(join(root, period, 'evidence/provider.csv')));
        rmSync(join(root, period, 'evidence/provider.csv'));
        replace(root, `${period}/period.yaml`, 'evidence/provider.csv', 'evidence/provider?n.csv');
      },
    ],
    ['evidence that is not there', 'evidence-missing', (root: string) => rmSync(join(root, period, 'evidence/provider.csv'))],
    ['another invoice than was recorded', 'hash-mismatch', (root: string) => appendFileSync(join(root, period, 'invoice.txt'), 'x')],
  ])('%s', async (_, code, spoil) => {
    const root = base();
    if (code === 'evidence-row') replace(root, `${period}/evidence/provider.csv`, '2026-05-02T08:15:02Z', 'yesterday');
    else spoil(root);
    const before = filesBelow(root);
    const { written, findings } = await freeze(root);
    expect([written, findings.map((found) => found.code)]).toEqual([null, [code]]);
    expect(filesBelow(root)).toEqual(before);
  });
});

it('ids and masked keys are no secrets, and neither is an empty column', async () => {
  const root = base();
  const path = join(root, period, 'evidence/application.csv');
  const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const harmless = ['sk-****abcd', 'chatcmpl-A1b2C3d4E5f6G7h8I9j0K1L2', 'task-a1b2c3d4e5f6g7h8i9j0k1l2', 'req_0123456789abcdef0123456789'];
  writeFileSync(path, [`${header},label,prompt`, ...rows.map((row, index) => `${row},${harmless[index % harmless.length]},`), ''].join('\n'));
  expect(await freeze(root)).toMatchObject({ files: 3, findings: [] });
});
