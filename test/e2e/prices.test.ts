/** `trueup prices capture` and `prices diff` from their arguments to their files: a real server, a ledger on disk, and what the open period should have cost. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256Of } from '../../src/model/sha256.ts';
import { LedgerFolder } from '../unit/ledger/ledger-folder.ts';
import { callCli } from './call-cli.ts';

const folders: LedgerFolder[] = [];
const servers: Server[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function ledger(): LedgerFolder {
  const folder = new LedgerFolder();
  folders.push(folder);
  return folder;
}

async function serve(body: string, status = 200): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'no key'}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const nano = { id: 'gpt-4.1-nano-2025-04-14', code: 'gpt-4-1-nano-2025-04-14', pricing: { input: 0.1, output: 0.4, ratio: 0.8 } };
const haiku = { id: 'claude-haiku-4-5-20251001', pricing: { input: 1, output: 5, ratio: 0.8 } };
const feed = JSON.stringify({ success: true, data: [nano, haiku, { id: 'acme-film', pricing: { per_second: 0.1, ratio: 1 } }] });
const day = ['--as-of', '2026-06-15'] as const;

const capture = (folder: LedgerFolder, ...words: string[]) => callCli(folder.root, ['prices', 'capture', ...words, ...day]);
const read = (folder: LedgerFolder, name: string): string => readFileSync(join(folder.root, name), 'utf8');
const pricesOf = (folder: LedgerFolder, provider = 'cometapi'): string[] =>
  existsSync(join(folder.root, 'prices', provider)) ? readdirSync(join(folder.root, 'prices', provider)).toSorted() : [];

describe('prices capture', () => {
  it('asks the host alone, without a key, and writes an unverified snapshot beside its bytes', async () => {
    const [folder, server] = [ledger(), await serve(feed)];
    const { code, stdout } = await capture(folder, 'cometapi', '--base-url', server.url);
    expect([code, server.asked]).toEqual([0, ['GET /api/models no key']]);
    expect(stdout).toContain('Wrote prices/cometapi/2026-06-15.json and prices/cometapi/2026-06-15.yaml');
    expect(read(folder, 'prices/cometapi/2026-06-15.json')).toBe(feed);
    const text = read(folder, 'prices/cometapi/2026-06-15.yaml');
    expect(text).toContain(`id: cometapi/2026-06-15
source_url: ${server.url}/api/models
accessed_at: 2026-06-15
captured_by: trueup prices capture
price_kind: public-list
currency: USD
unit_basis: per-1M-tokens
verification:
  status: unverified
evidence:
  file: 2026-06-15.json
  sha256: ${sha256Of(feed)}
`);
    expect(text).toContain(`prices:
  - billable_model: claude-haiku-4-5-20251001
    input_price: "1"
    output_price: "5"
    ratio: "0.8"
  - billable_model: gpt-4.1-nano-2025-04-14
    input_price: "0.1"
    output_price: "0.4"
    ratio: "0.8"
`);
    const { findings, ledger: reading } = await folder.read();
    expect(reading?.snapshots.map(({ id }) => id)).toContain('cometapi/2026-06-15');
    expect(findings.filter(({ severity }) => severity !== 'warn')).toEqual([]);
  });

  it('writes the same bytes for the same input, under the next name of the day, and touches nothing', async () => {
    const folder = ledger();
    folder.write('feed.json', feed);
    const before = read(folder, 'prices/cometapi/2026-05-01.yaml');
    for (const file of ['2026-06-15', '2026-06-15-2']) expect((await capture(folder, 'cometapi', '--from', 'feed.json')).stdout).toContain(`${file}.yaml`);
    expect(pricesOf(folder)).toEqual(['2026-05-01.html', '2026-05-01.yaml', '2026-06-15-2.json', '2026-06-15-2.yaml', '2026-06-15.json', '2026-06-15.yaml']);
    const renamed = read(folder, 'prices/cometapi/2026-06-15-2.yaml').replaceAll('2026-06-15-2', '2026-06-15');
    expect(renamed).toBe(read(folder, 'prices/cometapi/2026-06-15.yaml'));
    expect(read(folder, 'prices/cometapi/2026-05-01.yaml')).toBe(before);
  });

  it('writes nothing new with --if-changed, whatever people wrote into the snapshot, until the source says something else', async () => {
    const folder = ledger().write('feed.json', feed);
    await capture(folder, 'cometapi', '--from', 'feed.json');
    folder.edit('prices/cometapi/2026-06-15.yaml', 'status: unverified', 'status: verified\n  against: contract\n  on: 2026-06-16\n  by: jane');
    folder.write('feed.json', `${feed} `);
    const same = await capture(folder, 'cometapi', '--from', 'feed.json', '--if-changed');
    expect([same.code, same.stdout]).toEqual([0, 'Nothing new: the source says what cometapi/2026-06-15 was read from.\n']);
    folder.write('feed.json', feed.replace('"output":0.4', '"output":0.5'));
    const other = await capture(folder, 'cometapi', '--from', 'feed.json', '--if-changed', '--json');
    expect(JSON.parse(other.stdout)).toMatchObject({
      schema: 'trueup.prices-capture/1',
      id: 'cometapi/2026-06-15-2',
      before: 'cometapi/2026-06-15',
      missing: [],
    });
    folder.edit('models.yaml', 'gpt-4.1-nano-2025-04-14', 'acme-film');
    const needed = await capture(folder, 'cometapi', '--from', 'feed.json', '--if-changed');
    expect(needed.stdout).toContain('Wrote prices/cometapi/2026-06-15-3.json');
  });

  it('leaves a model that the source lacks to a human, says its nearest names and exits 1; the period that takes it fails closed', async () => {
    const folder = ledger().write('feed.json', feed.replace('claude-haiku-4-5-20251001', 'claude-haiku-4-5'));
    const { code, stdout } = await capture(folder, 'cometapi', '--from', 'feed.json');
    expect(code).toBe(1);
    expect(stdout).toContain('Missing: claude-haiku-4-5-20251001: the source has no such name: claude-haiku-4-5.');
    expect(read(folder, 'prices/cometapi/2026-06-15.yaml')).toContain('input_price: VERIFY\n    output_price: VERIFY\n    ratio: VERIFY\n');
    const { findings } = await folder.read();
    expect(findings.filter(({ code: found }) => found === 'placeholder').map(({ args }) => args['key'])).toEqual([
      'prices.0.input_price',
      'prices.0.output_price',
      'prices.0.ratio',
    ]);
    const named = await capture(folder, 'cometapi', '--from', 'feed.json', '--name', 'claude-haiku-4-5-20251001=claude-haiku-4-5', '--provider', 'named');
    expect([named.code, pricesOf(folder, 'named')]).toEqual([0, ['2026-06-15.json', '2026-06-15.yaml']]);
    expect(named.stdout).toContain('Known: claude-haiku-4-5: the undated id is answered with');
  });

  it('takes every model with --all, however it is called, and the ledger still reads', async () => {
    const names = [
      '__proto__',
      '- { a: b }',
      '"quoted": #x',
      '=cmd()',
      '| <b>`x`</b> @all ::error::',
      'tab\there',
      'line\nend',
      'bidi\u202e',
      'y'.repeat(5000),
    ];
    const folder = ledger().write(
      'feed.json',
      JSON.stringify({ data: [nano, haiku, ...names.map((id) => ({ id, pricing: { input: 1, output: 2, ratio: 1 } }))] }),
    );
    const { code, stdout } = await capture(folder, 'cometapi', '--from', 'feed.json', '--all');
    expect(code).toBe(0);
    expect(stdout).toContain('Left out: 4 names that no ledger file can hold');
    expect(stdout).not.toMatch(/::error::|\u202e|\t/);
    const { ledger: reading, findings } = await folder.read();
    const own = reading?.snapshots.find(({ id }) => id === 'cometapi/2026-06-15');
    expect(own?.prices.map(({ billableModel }) => billableModel)).toEqual([...names.slice(0, 5), nano.id, haiku.id].toSorted());
    expect(findings.filter(({ severity }) => severity !== 'warn')).toEqual([]);
  });

  it('writes foreign words about a model on one line of the notes', async () => {
    const odd = { id: nano.id, expiration_date: 'soon\n\u0007id: x', pricing: { prompt: '0.0000001', completion: '0.0000004', 'new\u0000key': '1' } };
    const folder = ledger().write('list.json', JSON.stringify({ data: [odd, { id: haiku.id, pricing: { prompt: '0.000001', completion: '0.000005' } }] }));
    expect((await capture(folder, 'openrouter', '--from', 'list.json')).code).toBe(0);
    const { ledger: reading, findings } = await folder.read();
    expect(findings.filter(({ severity }) => severity !== 'warn')).toEqual([]);
    expect(reading?.snapshots.find(({ id }) => id === 'openrouter/2026-06-15')?.notes).toContain('the source takes it away on soon id: x.');
  });

  it('keeps a page, and asks for every price', async () => {
    const folder = ledger().write('page.html', '<table><tr><td>gpt-4.1-nano-2025-04-14</td><td>$0.10</td></tr></table>');
    const { code } = await capture(folder, 'page', '--from', 'page.html', '--base-url', 'https://apidoc.cometapi.com/about-pricing', '--provider', 'cometapi');
    expect([code, pricesOf(folder)]).toEqual([1, ['2026-05-01.html', '2026-05-01.yaml', '2026-06-15.html', '2026-06-15.yaml']]);
    expect(read(folder, 'prices/cometapi/2026-06-15.yaml')).toContain('source_url: https://apidoc.cometapi.com/about-pricing\n');
  });

  it.each([
    ['an answer that fails', ['cometapi'], '{"success":false,"message":"no"}', 'it says that it did not succeed'],
    ['an answer that breaks off', ['cometapi'], feed.slice(0, -5), 'it is no whole JSON'],
    ['an answer of another source', ['openrouter'], '[]', 'it holds no list of models under data'],
    ['a list without an address', ['new-api'], feed, 'The source new-api has no address of its own.'],
    ['an address with a password', ['new-api', '--base-url', 'https://jane:secret@example.com'], feed, 'The base URL holds a user or a password.'],
    ['an address that is none', ['new-api', '--base-url', 'https://a b\u001b['], feed, 'The base URL is no address.'],
  ])('refuses %s, and writes nothing', async (_, words, text, says) => {
    const folder = ledger().write('feed.json', text);
    const { code, stderr } = await capture(folder, ...words, '--from', 'feed.json');
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(pricesOf(folder)).toEqual(['2026-05-01.html', '2026-05-01.yaml']);
  });

  it('refuses a file that no price list is as large as, one that is not there, and a host that does not answer', async () => {
    const folder = ledger().write('huge.json', '');
    truncateSync(join(folder.root, 'huge.json'), 65 * 1024 * 1024);
    expect(statSync(join(folder.root, 'huge.json')).size).toBeGreaterThan(64 * 1024 * 1024);
    expect((await capture(folder, 'cometapi', '--from', 'huge.json')).stderr).toContain('larger than any price list');
    expect((await capture(folder, 'cometapi', '--from', 'absent.json')).stderr).toContain('There is no file to read prices from.');
    const server = await serve('{}', 404);
    expect((await capture(folder, 'cometapi', '--base-url', server.url)).stderr).toContain('/api/models gave no answer: HTTP status 404.');
    expect(pricesOf(folder)).toEqual(['2026-05-01.html', '2026-05-01.yaml']);
  });

  it('captures no placeholder of a ledger that is new', async () => {
    const folder = ledger().write('feed.json', feed);
    const text = read(folder, 'models.yaml').replace(/billable_model: [\w.-]+/g, 'billable_model: REPLACE_ME');
    folder.write('models.yaml', text);
    expect((await capture(folder, 'cometapi', '--from', 'feed.json')).stderr).toContain('models.yaml names no billable model whose price could be captured.');
    expect((await capture(folder, 'cometapi', '--from', 'feed.json', '--all')).code).toBe(0);
  });

  it('writes nothing through a link out of the ledger', async () => {
    const [folder, outside] = [ledger().write('feed.json', feed), ledger()];
    mkdirSync(join(outside.root, 'empty'));
    symlinkSync(join(outside.root, 'empty'), join(folder.root, 'prices/away'));
    expect((await capture(folder, 'cometapi', '--from', 'feed.json', '--provider', 'away')).stderr).toContain('a link out of the ledger');
    expect(readdirSync(join(outside.root, 'empty'))).toEqual([]);
  });

  it('keeps other words of the command line out', async () => {
    const folder = ledger();
    for (const words of [['somewhere'], ['cometapi', '--provider', '../up'], ['cometapi', '--name', 'a'], ['cometapi', '--by', 'a\nb'], []]) {
      expect((await capture(folder, ...words)).code).toBe(64);
    }
  });
});

describe('prices diff', () => {
  /** The snapshot of May under another id, with some of its text changed. */
  function withSnapshot(folder: LedgerFolder, id: string, ...edits: (readonly [string, string])[]): LedgerFolder {
    const text = edits.reduce(
      (done, [from, to]) => done.replaceAll(from, to),
      read(folder, 'prices/cometapi/2026-05-01.yaml').replace('cometapi/2026-05-01', id),
    );
    return folder.write(`prices/${id}.yaml`, text.replace(/^evidence:.*\n/m, '').replace(/^samples:[^]*/m, ''));
  }
  const diff = (folder: LedgerFolder, ...words: string[]) => callCli(folder.root, ['prices', 'diff', ...words, ...day]);

  it('says old and new per class, ratios apart, and what the open period should have cost by each', async () => {
    const folder = withSnapshot(
      ledger(),
      'cometapi/2026-05-20',
      ['ratio: "0.8"', 'ratio: "0.6"'],
      ['output_price: "5"', 'output_price: "6"'],
      ['"0.025"', '"0.02"'],
    );
    const { code, stdout } = await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-05-20', '--json');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(code).toBe(0);
    expect(document).toMatchObject({
      schema: 'trueup.prices-diff/1',
      between: 'times',
      rates: [
        { model: 'claude-haiku-4-5-20251001', price: 'output', before: '5', after: '6', percent: '20' },
        { model: 'gpt-4.1-nano-2025-04-14', price: 'cached_input', before: '0.025', after: '0.02', percent: '-20' },
      ],
      ratios: [
        { model: 'claude-haiku-4-5-20251001', price: 'ratio', before: '0.8', after: '0.6', percent: '-25' },
        { model: 'gpt-4.1-nano-2025-04-14', price: 'ratio', before: '0.8', after: '0.6', percent: '-25' },
      ],
      gained: [],
      lost: [],
      same: 0,
    });
  });

  it('reads every row of the period anew: three quarters of every price are three quarters of the expected cost', async () => {
    const folder = withSnapshot(ledger(), 'cometapi/2026-05-20', ['ratio: "0.8"', 'ratio: "0.6"']);
    const { stdout } = await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-05-20', '--json');
    const { periods } = JSON.parse(stdout) as { periods: Record<string, unknown>[] };
    // The month of the base ledger costs 0.42076, as test/scenarios/unpriced has it; 0.42076 × 0.6 ÷ 0.8 = 0.31557.
    expect(periods).toMatchObject([
      {
        period: '2026-05',
        currency: 'USD',
        before: { expected: '0.42076', unpriced: 0 },
        after: { expected: '0.31557', unpriced: 0 },
        percent: '-25',
        difference: '-0.10519',
      },
    ]);
    expect(read(folder, 'periods/2026-05/period.yaml')).toContain('snapshot: cometapi/2026-05-01');
    const other = await diff(folder, 'cometapi/2026-05-20', 'cometapi/2026-05-01');
    expect(other.stdout).toMatch(/2026-05 +all +0\.31557 USD +0\.42076 USD +\+33\.33%/);
  });

  it('does not compare an amount that leaves rows out with one that has them', async () => {
    const folder = withSnapshot(ledger(), 'cometapi/2026-05-20', ['output_price: "5"', 'output_price: VERIFY']);
    const { stdout } = await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-05-20', '--json');
    const { periods } = JSON.parse(stdout) as { periods: { readonly after: { readonly unpriced: number } }[] };
    expect(periods).toMatchObject([{ percent: null, difference: null, before: { unpriced: 0 } }]);
    expect(periods[0]?.after.unpriced).toBeGreaterThan(0);
    expect((await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-05-20')).stdout).toContain('not comparable');
  });

  it('puts two sources side by side and says whose prices are taken', async () => {
    const folder = withSnapshot(ledger(), 'openrouter/2026-05-01', ['input_price: "1"', 'input_price: "1.1"'], ['gpt-4.1-nano-2025-04-14', 'gpt-4.1-nano']);
    const undeclared = await diff(folder, 'cometapi/2026-05-01', 'openrouter/2026-05-01');
    expect(undeclared.stdout).toContain('price_authority in trueup.yaml would say whose prices are taken.');
    folder.edit('trueup.yaml', 'currency: USD', 'currency: USD\nprice_authority: cometapi');
    const { stdout } = await diff(folder, 'cometapi/2026-05-01', 'openrouter/2026-05-01', '--render', 'markdown');
    expect(stdout).toContain('this ledger takes those of <code>cometapi/2026-05-01</code>.');
    expect(stdout).toContain('| <code>claude-haiku-4-5-20251001</code> | input | 1 | 1.1 | +10% |');
    expect(stdout).toContain('| <code>gpt-4.1-nano-2025-04-14</code> | <code>cometapi/2026-05-01</code> |');
    expect(stdout).toContain('| <code>gpt-4.1-nano</code> | <code>openrouter/2026-05-01</code> |');
    folder.edit('trueup.yaml', 'price_authority: cometapi', 'price_authority: litellm');
    expect((await diff(folder, 'cometapi/2026-05-01', 'openrouter/2026-05-01')).stdout).toContain('takes the prices of litellm, which is neither.');
  });

  it('compares what a placeholder ratio keeps from pricing, and meters as they are', async () => {
    const folder = ledger().write(
      'feed.json',
      JSON.stringify({
        data: [
          { ...nano, pricing: { input: 0.2, output: 0.4 } },
          { ...haiku, pricing: { per_second: 0.1, ratio: 1 } },
        ],
      }),
    );
    await capture(folder, 'cometapi', '--from', 'feed.json');
    const { stdout } = await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-06-15', '--json');
    const { rates, ratios } = JSON.parse(stdout) as { readonly rates: object[]; readonly ratios: object[] };
    expect(rates).toContainEqual({ model: nano.id, price: 'input', before: '0.1', after: '0.2', percent: '100' });
    expect(rates).toContainEqual({ model: haiku.id, price: 'second', before: null, after: '0.1', percent: null });
    expect(ratios).toContainEqual({ model: nano.id, price: 'ratio', before: '0.8', after: null, percent: null });
  });

  it('refuses what it cannot compare', async () => {
    const folder = withSnapshot(ledger(), 'cometapi/2026-05-20', ['currency: USD', 'currency: EUR']);
    expect((await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-05-20')).stderr).toContain('in different currencies');
    expect((await diff(folder, 'cometapi/2026-05-01', 'cometapi/1999-01-01')).stderr).toContain('There is no snapshot "cometapi/1999-01-01" that can be read.');
    writeFileSync(join(folder.root, 'trueup.yaml'), 'version: [');
    expect((await diff(folder, 'cometapi/2026-05-01', 'cometapi/2026-05-20')).stderr).toContain('The ledger cannot be read.');
  });
});
