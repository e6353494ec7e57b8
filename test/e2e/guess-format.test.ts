/** `trueup format guess`: exports as people have them become formats that read them unedited, and whatever a file does not say keeps the ledger from being judged. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DuckDBInstance } from '@duckdb/node-api';
import { callCli } from './call-cli.ts';
import { formatOf } from '../unit/engine/read-export.ts';

const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-guess-')));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const root = join(import.meta.dirname, '../..');
const time = '2026-05-04T12:00:00Z';

/** A folder with a ledger without formats, and the export beside it. */
function ledgerWith(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(workspace, 'l-'));
  cpSync(join(root, 'test/scenarios/_base'), join(folder, 'ledger'), { recursive: true });
  writeFileSync(join(folder, name), content);
  return folder;
}
const guess = (folder: string, name: string, ...more: readonly string[]) => callCli(folder, ['format', 'guess', name, '--ledger', 'ledger', ...more]);
const formatsIn = (folder: string): string[] => (existsSync(join(folder, 'ledger/formats')) ? readdirSync(join(folder, 'ledger/formats')) : []);
const formatText = (folder: string, name = 'usage'): string => readFileSync(join(folder, `ledger/formats/${name}.yaml`), 'utf8');

const cases = join(root, '../shared/cases');
/** What a human knows of each case and the file does not say: the lines with VERIFY, and what is charged. */
const known = { 'money.divisor': '"1"', 'constants.charged_currency': 'USD' };
const cached = { ...known, input_includes: '[ cached_input ]' };
const reported: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['08-semicolon-decimal-comma', cached, '1.35593'],
  ['08c-utf16-tab', cached, '1.35593'],
  ['08d-latin1-tab', cached, '1.35593'],
  ['09-exponent-amounts', cached, '1.35593'],
  ['22-trailing-total-row', cached, '1.35593'],
  ['31-timestamps-as-databases-write', known, '0.028'],
  ['32-one-row-per-token-class', known, '33.9'],
  ['34-nano-usd-integers', { ...known, 'money.divisor': '"1000000000"' }, '92.0511'],
  ['44-negative-row-without-kind', known, '9.155839'],
  ['47-naive-utc-space', { ...known, 'timestamp.zone': 'UTC' }, '0.0035'],
];

// The reports lie beside a clone of the project, and not in it.
describe.skipIf(!existsSync(cases))('exports that people reported, unedited', () => {
  it.each(reported)('%s', async (name, answers, charged) => {
    const folder = mkdtempSync(join(workspace, 'c-'));
    cpSync(join(cases, name, 'ledger'), join(folder, 'ledger'), { recursive: true, mode: 0 });
    const [format = ''] = formatsIn(folder);
    const own = format.replace('.yaml', '');
    rmSync(join(folder, 'ledger/formats'), { recursive: true });
    const evidence = readdirSync(join(folder, 'ledger/periods/2026-05/evidence')).find((file) => file !== 'application.csv') ?? '';
    const said = await guess(folder, `ledger/periods/2026-05/evidence/${evidence}`, '--name', own, '--json');
    const { lines } = JSON.parse(said.stdout) as { readonly lines: readonly { readonly key: readonly string[]; readonly open: boolean }[] };
    expect([said.code, said.stderr]).toEqual([0, '']);
    const open = lines.filter((line) => line.open).map(({ key }) => key.join('.'));
    expect(open.toSorted()).toEqual(Object.keys(answers).toSorted());
    const before = await callCli(folder, ['reconcile', '--ledger', 'ledger', '--as-of', '2026-06-05', '--out', 'out']);
    expect(before.code).toBe(2);
    writeFileSync(join(folder, `ledger/formats/${own}.yaml`), answered(formatText(folder, own), answers));
    await callCli(folder, ['reconcile', '--ledger', 'ledger', '--as-of', '2026-06-05', '--out', 'out']);
    const result = JSON.parse(readFileSync(join(folder, 'out/2026-05/result.json'), 'utf8')) as { readonly totals: { readonly provider_charged: string } };
    expect(result.totals.provider_charged).toBe(charged);
  });
});

/** Writes what a human knows in the place of each VERIFY. */
function answered(text: string, answers: Readonly<Record<string, string>>): string {
  let filled = text;
  for (const [key, value] of Object.entries(answers)) filled = filled.replace(new RegExp(`^( *${key.split('.').at(-1)}: )VERIFY`, 'm'), `$1${value}`);
  expect(filled).not.toMatch(/: VERIFY/);
  return filled;
}

const usage = `id,time,model,prompt_tokens,completion_tokens,cost_usd\np-1,${time},gpt-4o,10,2,0.5\n`;

describe('what is written', () => {
  it('is a format with the ground of each line, and a preview of what a run reads', async () => {
    const folder = ledgerWith('usage.csv', usage.replaceAll(',', ';').replace('0.5', '0,5').replace(time, '2026-05-04 12:00:00'));
    const { code, stdout } = await guess(folder, 'usage.csv');
    expect(code).toBe(0);
    expect(formatText(folder)).toBe(`# Guessed by trueup format guess; behind each line stands its ground.
# VERIFY is what the file does not say: until somebody has replaced it, the ledger is inconclusive.

name: usage
file:
  delimiter: ; # it splits the header into 6 names, and the rows alike
numbers:
  decimal: "," # values such as 0,5
columns:
  provider_request_id: id # header says id; another value in each row
  timestamp_utc: time # header says time; another value in each row
  model_billed: model # header says model; values gpt-4o
  input_tokens: prompt_tokens # header says prompt_tokens; the one value is a whole number
  output_tokens: completion_tokens # header says completion_tokens; the one value is a whole number
  charged_amount: cost_usd # header says cost_usd; the one value is a number
constants:
  charged_currency: USD # header says cost_usd
timestamp:
  kind: naive # values such as 2026-05-04 12:00:00 say no offset
  zone: VERIFY # the times name no zone: say that of the source, such as UTC, +08:00 or Asia/Shanghai
input_includes: [] # no column counts the cache apart, so that nothing is to be taken apart
output_includes: [ reasoning ] # no column counts reasoning apart: whatever was thought is output
money:
  divisor: "1" # header says cost_usd
`);
    expect(stdout).toContain('  timestamp.zone: the times name no zone');
    expect(stdout).toMatch(/provider_request_id +timestamp_utc +model_billed .*\np-1 +\? +gpt-4o +10 +2 +0\.5 +USD\n/);
  });

  it('keeps the ledger from being judged until every placeholder is replaced', async () => {
    const folder = ledgerWith('usage.csv', usage.replace('cost_usd', 'cost'));
    await guess(folder, 'usage.csv');
    const validate = () => callCli(folder, ['validate', '--ledger', 'ledger', '--as-of', '2026-06-15']);
    const reconcile = () => callCli(folder, ['reconcile', '--ledger', 'ledger', '--as-of', '2026-06-15', '--out', 'out']);
    expect((await validate()).stdout).toContain('The placeholder VERIFY stands in money.divisor');
    expect((await reconcile()).code).toBe(2);
    const path = join(folder, 'ledger/formats/usage.yaml');
    writeFileSync(path, formatText(folder).replace('divisor: VERIFY', 'divisor: "1"'));
    // A currency is any text, and a placeholder is none.
    expect((await reconcile()).code).toBe(2);
    writeFileSync(path, formatText(folder).replace('charged_currency: VERIFY', 'charged_currency: USD'));
    expect([(await validate()).code, (await reconcile()).code]).toEqual([0, 0]);
  });

  it.each([
    [
      'the built-in format of its rows',
      'usage.csv',
      readFileSync(join(root, 'test/scenarios/_base/periods/2026-05/evidence/provider.csv')),
      'trueup',
      'provider',
    ],
    ['that of another layer', 'usage.csv', readFileSync(join(root, 'test/scenarios/_base/periods/2026-05/evidence/application.csv')), 'trueup', 'application'],
  ])('is nothing where the file fits %s', async (_, name, content, format, layer) => {
    const folder = ledgerWith(name, content);
    const { code, stdout } = await guess(folder, name, ...(layer === 'application' ? ['--layer', layer] : []));
    expect([code, formatsIn(folder)]).toEqual([0, []]);
    expect(stdout).toContain(`The file fits the format ${format} as rows of the layer ${layer}; nothing was written.`);
  });

  it('is nothing where the file fits a format of the ledger, and something where only its names do', async () => {
    const folder = ledgerWith('usage.csv', usage);
    await guess(folder, 'usage.csv', '--name', 'own');
    expect((await guess(folder, 'usage.csv')).stdout).toContain('The file fits the format own');
    writeFileSync(join(folder, 'other.csv'), usage.replace(time, '1777896000'));
    expect((await guess(folder, 'other.csv')).stdout).toContain('Wrote formats/other.yaml');
    expect(formatsIn(folder)).toEqual(['other.yaml', 'own.yaml']);
  });

  it('is something where a format reads all but a name that it does not know', async () => {
    const folder = ledgerWith('usage.csv', `provider_request_id,timestamp_utc,model_billed,cost\np-1,${time},m,1\n`);
    expect((await guess(folder, 'usage.csv')).stdout).toContain('Wrote formats/usage.yaml');
  });

  it('never stands in the place of anything', async () => {
    const folder = ledgerWith('usage.csv', usage);
    mkdirSync(join(folder, 'ledger/formats'));
    writeFileSync(join(folder, 'ledger/formats/usage.yaml'), 'broken: [');
    const taken = await guess(folder, 'usage.csv');
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('There is a format usage already; nothing is overwritten.')]);
    expect(formatText(folder)).toBe('broken: [');
    expect((await guess(folder, 'usage.csv', '--name', 'trueup')).stderr).toContain('There is a format trueup already');
    expect((await guess(folder, 'usage.csv', '--name', '../x')).stderr).toContain('That is no name of a format.');
  });

  it.each([
    ['no file', ['none.csv', '--ledger', 'ledger'], 'There is no file'],
    ['another ending', ['ledger/trueup.yaml', '--ledger', 'ledger'], 'ends in nothing that is read'],
    ['no ledger', ['usage.csv', '--ledger', '.'], 'There is no ledger here'],
  ])('is nothing where there is %s', async (_, words, sentence) => {
    const folder = ledgerWith('usage.csv', usage);
    const { code, stderr } = await callCli(folder, ['format', 'guess', ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('holds names that are hostile to YAML, comments and terminals', async () => {
    const names = [
      'id',
      'time',
      'model',
      'status # x: y',
      '"cost_usd',
      'prompt_tokens: [&a *b]',
      '\u001b[31mcompletion_tokens',
      '\u202eevil',
      '::error::x',
      'a\nb: c',
    ];
    const cells = [names, ['p-1', time, '- m', 'x # y: "z"', '0.5', '7', '2', 'e', 'f', 'g']].map((row) =>
      row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','),
    );
    const folder = ledgerWith('usage.csv', `${cells.join('\n')}\n`);
    const { code, stdout } = await guess(folder, 'usage.csv');
    const text = formatText(folder);
    expect(code).toBe(0);
    for (const acting of ['\u001b', '\u202e', '::error']) expect(stdout).not.toContain(acting);
    for (const acting of ['\u001b', '\u202e']) expect(text).not.toContain(acting);
    expect(text.split('\n').filter((line) => /^\s*(?:b|evil|x): /.test(line))).toEqual([]);
    const format = formatOf(text.replaceAll(': VERIFY', ': success'));
    expect('columns' in format ? format.columns : format).toMatchObject({ charged_amount: [{ column: '"cost_usd' }] });
  });

  it('is read from Parquet too', async () => {
    const folder = ledgerWith('note.txt', '');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select 'p-1' as id, timestamptz '2026-05-04 12:00:00+00' as time, 'm' as model, 7 as prompt_tokens, 2 as completion_tokens, 0.25::double as cost_usd) to '${join(folder, 'usage.parquet')}' (format parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { code, stdout } = await guess(folder, 'usage.parquet');
    expect([code, formatText(folder)]).toEqual([0, expect.stringContaining('source: float # cost_usd is a column of binary floating point')]);
    expect(stdout).toMatch(/p-1 +2026-05-04T12:00:00Z +m +7 +2 +0\.25 +USD/);
  });

  it('says what the whole file holds that the guess does not read', async () => {
    const folder = ledgerWith('usage.csv', `${usage}p-2,${time},m,1,1,n/a\n`);
    const { code, stdout } = await guess(folder, 'usage.csv');
    expect([code, stdout]).toEqual([1, expect.stringContaining('inconclusive evidence-row')]);
  });
});
