/** `trueup period new`: the pattern of the month before, placeholders for what must be said anew, everything or nothing, and never over what is there. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/run-flags.ts';
import { addPeriodCommand } from '../../src/cli/period.ts';
import { builtInFormats } from '../../src/evidence/formats/built-in-formats.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { Repository, temporaryWorkspace } from './git-repository.ts';
import { plainScreen } from '../plain-screen.ts';

const workspace = temporaryWorkspace();
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

async function periodNew(ledger: Repository, options: readonly string[], today = '2026-07-03'): Promise<string> {
  let text = '';
  const context: CommandContext = {
    print: (more) => void (text += more),
    finish: (code) => expect(code).toBe(0),
    today: () => today,
    screen: plainScreen,
    toolVersion: '0.0.0-test',
    programSha256: () => '0'.repeat(64),
    temporaryRoot: workspace,
    memoryBytes: () => 1_000_000_000n,
    environment: {},
  };
  const program = new Command('trueup').exitOverride().configureOutput({ writeErr: () => undefined });
  addPeriodCommand(program, context);
  await program.parseAsync(['period', 'new', ...options, '--ledger', join(ledger.root, 'ledger')], { from: 'user' });
  return text;
}

function ledgerOfMay(): Repository {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  return repository;
}
const periodsIn = (ledger: Repository): string[] => readdirSync(join(ledger.root, 'ledger/periods')).toSorted();

describe('the next period', () => {
  it('says what the one before said, but for what must be said anew', async () => {
    const ledger = ledgerOfMay();
    const text = await periodNew(ledger, []);
    expect(text).toContain('  periods/2026-06/period.yaml\n  periods/2026-06/invoice.yaml\n  periods/2026-06/evidence/.gitkeep\n');
    expect(ledger.read('ledger/periods/2026-06/period.yaml')).toBe(`id: 2026-06
start_utc: 2026-06-01T00:00:00Z
end_utc: 2026-07-01T00:00:00Z
account_ref: acct_redacted
environment: production
currency: USD
models: all
stage: final
invoice_id: REPLACE_ME
prices:
  - { snapshot: cometapi/2026-05-01 } # in force at the end of 2026-05: check that these prices still hold, and name a newer snapshot if they do not
evidence:
  application: { files: [ evidence/application.csv ], format: trueup, rows: attempts }
  provider: { files: [ evidence/provider.csv ], format: trueup, finalized_through_utc: REPLACE_ME, delay: 24h }
layers: { gateway: { none: requests go straight to the provider } }
references:
  - { kind: query, text: REPLACE_ME }
`);
    expect(ledger.read('ledger/periods/2026-06/invoice.yaml')).toBe(`invoice_id: REPLACE_ME
currency: USD
document:
  file: invoice.txt
  sha256: REPLACE_ME
  issued_on: REPLACE_ME
  statement_from_utc: REPLACE_ME
  statement_to_utc: REPLACE_ME
total: "REPLACE_ME"
lines:
  - { kind: usage, billable_model: gpt-4.1-nano-2025-04-14, amount: "REPLACE_ME", requests: REPLACE_ME }
  - { kind: usage, billable_model: claude-haiku-4-5-20251001, amount: "REPLACE_ME", requests: REPLACE_ME }
  - { kind: tax, amount: "REPLACE_ME", reference: "REPLACE_ME" }
`);
    const { findings } = await readLedger(join(ledger.root, 'ledger'), { asOf: '2026-07-03', builtInFormats });
    expect([...new Set(findings.map(({ code }) => code))]).toEqual(['placeholder']);
    const open = ['period.yaml', 'invoice.yaml'].flatMap((name) =>
      ledger
        .read(`ledger/periods/2026-06/${name}`)
        .split('\n')
        .flatMap((line, index) => line.match(/REPLACE_ME/g)?.map(() => `${name}:${index + 1}`) ?? []),
    );
    expect(findings.map(({ source }) => `${source?.file.split('/').at(-1)}:${source?.line}`).toSorted()).toEqual(open.toSorted());
  });

  it('asks for every rate of rows anew', async () => {
    const ledger = ledgerOfMay();
    const rates = `fx:
  - { from: EUR, rate: "1.25", on: 2026-05-31, source: rates-2026-05.csv, sha256: ${'0'.repeat(64)} }
  - { from: CNY, rate: "0.16", on: 2026-05-31, source: "https://rates.example" } # the site's own
`;
    ledger.edit('ledger/periods/2026-05/period.yaml', 'currency: USD\n', `currency: USD\n${rates}`);
    await periodNew(ledger, []);
    expect(ledger.read('ledger/periods/2026-06/period.yaml')).toContain(`fx:
  - { from: EUR, rate: "REPLACE_ME", on: REPLACE_ME, source: REPLACE_ME, sha256: REPLACE_ME }
  - { from: CNY, rate: "REPLACE_ME", on: REPLACE_ME, source: "REPLACE_ME" } # the site's own
`);
    const { findings } = await readLedger(join(ledger.root, 'ledger'), { asOf: '2026-07-03', builtInFormats });
    const own = findings.filter(({ source }) => source?.file.startsWith('periods/2026-06/'));
    expect([...new Set(own.map(({ code }) => code))]).toEqual(['placeholder']);
  });

  it('of a prepaid month begins with what that left, and asks for everything after it', async () => {
    const ledger = ledgerOfMay();
    ledger.remove('ledger/periods/2026-05/invoice.yaml');
    ledger.edit('ledger/periods/2026-05/period.yaml', 'stage: final\ninvoice_id: INV-2026-05\n', 'stage: prepaid\n');
    const source = (name: string): string => `source: { file: evidence/${name}-2026-05.txt, sha256: ${'0'.repeat(64)} }`;
    ledger.write(
      'ledger/periods/2026-05/statement.yaml',
      `currency: USD
opening: { at_utc: 2026-05-01T00:00:00Z, balance: "20", ${source('opening')} }
closing: { at_utc: 2026-06-01T06:00:00Z, balance: "19.57924", ${source('closing')} } # read late
movements:
  - { kind: top_up, at_utc: 2026-05-10T00:00:00Z, amount: "50", reference: receipt 4711 }
`,
    );
    await periodNew(ledger, []);
    expect(ledger.read('ledger/periods/2026-06/statement.yaml')).toBe(`currency: USD
opening: { at_utc: 2026-06-01T06:00:00Z, balance: "19.57924", source: { file: evidence/opening-2026-06.txt, sha256: REPLACE_ME } }
closing: { at_utc: 2026-07-01T00:00:00Z, balance: "REPLACE_ME", source: { file: evidence/closing-2026-06.txt, sha256: REPLACE_ME } } # read late
`);
    const { findings } = await readLedger(join(ledger.root, 'ledger'), { asOf: '2026-07-03', builtInFormats });
    const own = findings.filter(({ source }) => source?.file.startsWith('periods/2026-06/'));
    expect([...new Set(own.map(({ code }) => code))]).toEqual(['placeholder']);
  });

  it('keeps comments, zone, scope and keys, takes the snapshot that was last in force, and leaves out what happened in one month', async () => {
    const ledger = ledgerOfMay();
    ledger.remove('ledger/periods/2026-05/invoice.yaml');
    ledger.write(
      'ledger/prices/cometapi/2026-05-20.yaml',
      ledger.read('ledger/prices/cometapi/2026-05-01.yaml').replace('id: cometapi/2026-05-01', 'id: cometapi/2026-05-20'),
    );
    ledger.write(
      'ledger/periods/2026-05/period.yaml',
      `# The month of the shared account.
id: 2026-05
start_utc: 2026-05-01T00:00:00Z # inclusive
end_utc: 2026-06-01T00:00:00Z
account_ref: acct_redacted
currency: USD
models: [gpt-4.1-nano-2025-04-14]
stage: usage
prices:
  - { snapshot: cometapi/2026-05-01 }
  - { snapshot: cometapi/2026-05-20, from_utc: 2026-05-20T00:00:00Z }
evidence:
  # one file a day
  application: { files: [evidence/app-2026-05-*.csv], format: trueup, rows: final-only }
  gateway: { files: [evidence/gateway.csv], format: trueup }
  provider: { files: [evidence/2026-05/usage.csv], format: new-api, delay: 36h }
incidents: [{ id: inc-7, from_utc: 2026-05-03T00:00:00Z, to_utc: 2026-05-04T00:00:00Z }]
`,
    );
    const text = await periodNew(ledger, []);
    expect(text).toContain('The incidents of 2026-05 were not taken over.\n');
    expect(ledger.read('ledger/periods/2026-06/period.yaml')).toBe(`# The month of the shared account.
id: 2026-06
start_utc: 2026-06-01T00:00:00Z # inclusive
end_utc: 2026-07-01T00:00:00Z
account_ref: acct_redacted
currency: USD
models: [ gpt-4.1-nano-2025-04-14 ]
stage: usage
prices:
  - { snapshot: cometapi/2026-05-20 } # in force at the end of 2026-05: check that these prices still hold, and name a newer snapshot if they do not
evidence:
  # one file a day
  application: { files: [ evidence/app-2026-06-*.csv ], format: trueup, rows: final-only }
  gateway: { files: [ evidence/gateway.csv ], format: trueup }
  provider: { files: [ evidence/2026-06/usage.csv ], format: new-api, delay: 36h }
`);
    expect(readdirSync(join(ledger.root, 'ledger/periods/2026-06')).toSorted()).toEqual(['evidence', 'period.yaml']);
  });

  it('is the month that ended last, and a gap is said', async () => {
    const ledger = ledgerOfMay();
    const text = await periodNew(ledger, [], '2026-11-26');
    expect(text).toContain('No period covers the time from 2026-06-01T00:00:00Z to 2026-10-01T00:00:00Z.');
    expect(periodsIn(ledger)).toEqual(['2026-05', '2026-10']);
    await expect(periodNew(ledger, [], '2026-11-26')).rejects.toThrow('The period 2026-10 cannot be read, so that the latest is not known.');
    expect(await periodNew(ledger, ['2026-07', '--after', '2026-05'], '2026-11-26')).toContain('  periods/2026-07/period.yaml\n');
  });

  it('is the one after the latest, where the month that ended last is there', async () => {
    const ledger = ledgerOfMay();
    expect(await periodNew(ledger, [], '2026-06-05')).toContain('  periods/2026-06/period.yaml\n');
  });
});

describe('nothing is written', () => {
  const unchanged = async (ledger: Repository, options: readonly string[], says: string, today?: string): Promise<void> => {
    const before = periodsIn(ledger);
    await expect(periodNew(ledger, options, today)).rejects.toThrow(says);
    expect(periodsIn(ledger)).toEqual(before);
  };

  it('over a folder that is there, whatever is in it', async () => {
    const ledger = ledgerOfMay();
    ledger.write('ledger/periods/2026-06/evidence/application.csv', 'mine\n');
    await unchanged(ledger, ['2026-06', '--after', '2026-05'], 'There is a folder periods/2026-06 already');
    expect(ledger.read('ledger/periods/2026-06/evidence/application.csv')).toBe('mine\n');
    expect(existsSync(join(ledger.root, 'ledger/periods/2026-06/period.yaml'))).toBe(false);
  });

  it('for a month that has not begun, or that another period covers', async () => {
    expect(periodsIn(ledgerOfMay())).toEqual(['2026-05']);
    await unchanged(ledgerOfMay(), ['2026-12'], 'The period 2026-12 begins on 2026-12-01, after the day of the run, 2026-07-03.');
    await unchanged(ledgerOfMay(), ['prod-2026-05'], 'The period 2026-05 covers that time already.');
    await unchanged(ledgerOfMay(), [], 'The period 2026-06 begins on 2026-06-01, after the day of the run, 2026-05-31.', '2026-05-31');
  });

  it('where there is nothing to follow, or too much', async () => {
    const none = ledgerOfMay();
    none.remove('ledger/periods/2026-05');
    mkdirSync(join(none.root, 'ledger/periods'), { recursive: true });
    await unchanged(none, [], 'The ledger has no period whose pattern could be followed.');
    const two = ledgerOfMay();
    two.addJune('ledger');
    two.edit('ledger/periods/2026-06/period.yaml', 'account_ref: acct_redacted', 'account_ref: acct_other');
    await unchanged(two, ['2026-07'], 'The ledger has periods of several accounts, environments or keys.', '2026-08-02');
    expect(await periodNew(two, ['2026-07', '--after', '2026-06'], '2026-08-02')).toContain('It has the pattern of 2026-06.');
    expect(two.read('ledger/periods/2026-07/period.yaml')).toContain('account_ref: acct_other\n');
    await unchanged(ledgerOfMay(), ['--after', '2026-01'], 'There is no period "2026-01" in the ledger.');
  });

  it('where the folder cannot be written, or the ledger cannot be read', async () => {
    const file = ledgerOfMay();
    file.remove('ledger/contract.yaml');
    await unchanged(file, [], 'The ledger cannot be read.');
    await unchanged(ledgerOfMay(), ['a/b'], '"a/b" cannot name a period.');
    const anchored = ledgerOfMay();
    anchored.edit('ledger/periods/2026-05/period.yaml', 'invoice_id: INV-2026-05', 'invoice_id: &id INV-2026-05');
    anchored.edit('ledger/periods/2026-05/period.yaml', 'text: select * from llm_requests where day between 2026-05-01 and 2026-05-31', 'text: *id');
    expect(await periodNew(anchored, [])).toContain('periods/2026-06');
    expect(anchored.read('ledger/periods/2026-06/period.yaml')).toContain('  - { kind: query, text: REPLACE_ME }\n');
    const dangling = ledgerOfMay();
    const incident = 'incidents: [{ id: &id inc-7, from_utc: 2026-05-03T00:00:00Z, to_utc: 2026-05-04T00:00:00Z }]\nenvironment: *id\n';
    dangling.edit('ledger/periods/2026-05/period.yaml', 'environment: production\n', incident);
    await unchanged(dangling, [], 'repeats a value by an anchor');
  });
});
