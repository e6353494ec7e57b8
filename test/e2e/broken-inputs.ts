/** Inputs that are broken on purpose: what is done to the ledger of the scenarios, the command, and how it must end. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './git-repository.ts';

export interface BrokenInput {
  readonly what: string;
  readonly break?: (ledger: Repository) => void;
  /** Arguments; `--ledger` and `--as-of` are added where the command takes them. */
  readonly command: readonly string[];
  /** 1 failed, 2 could not be judged or read, 64 wrong arguments; 0 is no outcome of a broken input. */
  readonly exit: 1 | 2 | 64;
  /** A code of a finding, or words, that must be said. */
  readonly says: string;
}

const period = 'periods/2026-05/period.yaml';
const invoice = 'periods/2026-05/invoice.yaml';
const exceptions = 'periods/2026-05/exceptions.yaml';
const snapshot = 'prices/cometapi/2026-05-01.yaml';
const application = 'periods/2026-05/evidence/application.csv';
const provider = 'periods/2026-05/evidence/provider.csv';

type Break = NonNullable<BrokenInput['break']>;
const edit =
  (path: string, find: string, put: string): Break =>
  (ledger) =>
    ledger.edit(path, find, put);
const write =
  (path: string, text: string | Buffer): Break =>
  (ledger) =>
    writeFileSync(join(ledger.root, path), text);
const append =
  (path: string, text: string): Break =>
  (ledger) =>
    ledger.append(path, text);
const remove =
  (path: string): Break =>
  (ledger) =>
    ledger.remove(path);

const validate =
  (exit: 1 | 2, says: string) =>
  (what: string, breakIt: Break): BrokenInput => ({ what, break: breakIt, command: ['validate'], exit, says });
const reconcile =
  (exit: 1 | 2, says: string) =>
  (what: string, breakIt: Break): BrokenInput => ({ what, break: breakIt, command: ['reconcile', '2026-05', '--verbose'], exit, says });
const call =
  (exit: 1 | 2 | 64, says: string) =>
  (what: string, ...command: readonly string[]): BrokenInput => ({ what, command, exit, says });

const exception = (more: string): string => `exceptions:
  - { id: exc-1, category: retry, reason: known, ticket: OPS-1, owner: platform, approved_by: jane, ${more} }
`;

const settings: readonly BrokenInput[] = [
  validate(2, 'file-missing')('no trueup.yaml', remove('trueup.yaml')),
  validate(2, 'invalid-value')('an empty trueup.yaml', write('trueup.yaml', '')),
  validate(2, 'yaml-syntax')('a list that is not closed', write('trueup.yaml', 'version: [1\n')),
  validate(2, 'yaml-syntax')('a tab for indentation', write('trueup.yaml', 'policy:\n\ttotal: 1\n')),
  validate(2, 'yaml-syntax')('a key that stands twice', append('trueup.yaml', 'currency: EUR\n')),
  validate(2, 'yaml-syntax')('two documents', append('trueup.yaml', '---\nversion: 1\n')),
  validate(2, 'yaml-syntax')('bytes that are no text', write('trueup.yaml', Buffer.from([0xff, 0xfe, 0x00, 0x80]))),
  validate(2, 'yaml-syntax')('an alias of nothing', append('trueup.yaml', 'publish: *nobody\n')),
  validate(2, 'yaml-limit')('lists within lists', append('trueup.yaml', `deep: ${'['.repeat(60)}${']'.repeat(60)}\n`)),
  validate(2, 'yaml-limit')('a value that is repeated too often', append('trueup.yaml', `a: &a [1]\nb: [${Array<string>(40).fill('*a').join(', ')}]\n`)),
  validate(2, 'invalid-value')(
    'a cluster named by more than its host',
    append('trueup.yaml', 'engine:\n  trino:\n    url: https://user:word@trino.example.com\n'),
  ),
  validate(2, 'invalid-value')('a folder of a cluster that is no path of its own', append('trueup.yaml', 'engine: { trino: { folder: ../shared } }\n')),
  validate(2, 'unknown-key')('an engine that nobody has', append('trueup.yaml', 'engine: { spark: {}, trino: {} }\n')),
  validate(2, 'file-too-large')('a file of five megabytes', append('trueup.yaml', `# ${'x'.repeat(5_000_000)}\n`)),
  validate(2, 'file-missing')('a folder in place of a file', (ledger) => {
    rmSync(join(ledger.root, 'trueup.yaml'));
    mkdirSync(join(ledger.root, 'trueup.yaml'));
  }),
  validate(2, 'path-escape')('a link out of the ledger', (ledger) => {
    rmSync(join(ledger.root, 'models.yaml'));
    symlinkSync('/etc/hostname', join(ledger.root, 'models.yaml'));
  }),
  validate(2, 'unknown-key')('a key that is misspelt', append('trueup.yaml', 'publsh: public\n')),
  validate(2, 'invalid-value')('another version', edit('trueup.yaml', 'version: 1', 'version: 2')),
  validate(2, 'invalid-value')('a currency in small letters', edit('trueup.yaml', 'currency: USD', 'currency: usd')),
  validate(2, 'invalid-value')('a percentage with a comma', edit('trueup.yaml', 'warn: { percent: "0.1" }', 'warn: { percent: "0,1" }')),
  validate(2, 'invalid-value')('a negative percentage', edit('trueup.yaml', 'warn: { percent: "0.1" }', 'warn: { percent: "-0.1" }')),
  validate(2, 'invalid-value')('an amount that is a word', edit('trueup.yaml', 'ignore_below: "0.0001"', 'ignore_below: little')),
  validate(1, 'policy-incomplete')('a policy under which no total can fail', edit('trueup.yaml', ', fail: { percent: "1", amount: "50" } }', ' }')),
  validate(1, 'policy-incomplete')('a policy under which no count can fail', edit('trueup.yaml', '  counts: { fail: { percent: "0.5" } }\n', '')),
  validate(2, 'unknown-key')('a category that is no step', edit('trueup.yaml', 'duplicate: {', 'dublicate: {')),
  validate(2, 'invalid-value')('a rule that turns a closed finding off', append('trueup.yaml', '  rules: { unpriced: ignore }\n')),
  validate(2, 'invalid-value')('a drill that nobody knows', append('trueup.yaml', '  drills: { required: [earthquake] }\n')),
  validate(2, 'missing-key')('no currency', edit('trueup.yaml', 'currency: USD\n', '')),
  validate(2, 'invalid-value')('a format whose rules on what counts include are none', (ledger) => {
    mkdirSync(join(ledger.root, 'formats'), { recursive: true });
    writeFileSync(join(ledger.root, 'formats/theirs.yaml'), 'name: theirs\ncolumns: { request_id: id }\ninclusion: []\n');
  }),
];

const mappings: readonly BrokenInput[] = [
  validate(2, 'file-missing')('no models.yaml', remove('models.yaml')),
  validate(2, 'invalid-value')('models that are no list', write('models.yaml', 'models: all\n')),
  validate(2, 'missing-key')('a mapping without an owner', edit('models.yaml', 'role: primary, owner: research', 'role: primary')),
  validate(2, 'invalid-value')('a role that nobody knows', edit('models.yaml', 'role: primary, owner: research', 'role: tertiary, owner: research')),
  validate(1, 'mapping-fallback-unknown')('a fallback for nothing', edit('models.yaml', 'fallback_for: support-chat-primary', 'fallback_for: nobody')),
  validate(1, 'mapping-conflict')(
    'two mappings that disagree',
    append(
      'models.yaml',
      '  - { internal_name: batch-primary, requested_model: claude-haiku-4-5, billable_model: other, role: primary, owner: x, valid_from: 2026-01-01 }\n',
    ),
  ),
  validate(2, 'invalid-value')(
    'a day that no calendar has',
    edit('models.yaml', 'owner: research, price_snapshot: cometapi/2026-05-01, valid_from: 2026-01-01', 'owner: research, valid_from: 2026-02-30'),
  ),
  validate(1, 'placeholder')('a placeholder', edit('models.yaml', 'internal_name: batch-primary', 'internal_name: REPLACE_ME')),
  validate(2, 'file-missing')('no contract.yaml', remove('contract.yaml')),
  validate(2, 'invalid-value')('a status that is billed sometimes', edit('contract.yaml', 'error: not-billable', 'error: sometimes')),
];

const prices: readonly BrokenInput[] = [
  validate(1, 'snapshot-unknown')('a snapshot that is not there', edit(period, 'cometapi/2026-05-01', 'cometapi/2026-04-01')),
  validate(2, 'invalid-value')('a snapshot id without a date', edit(period, 'cometapi/2026-05-01', 'cometapi')),
  validate(2, 'invalid-value')('a negative price', edit(snapshot, 'input_price: "0.10"', 'input_price: "-0.10"')),
  validate(2, 'invalid-value')('a price with a comma', edit(snapshot, 'input_price: "0.10"', 'input_price: "0,10"')),
  validate(2, 'invalid-value')('a price in words', edit(snapshot, 'input_price: "0.10"', 'input_price: free')),
  validate(2, 'invalid-value')('a unit that nobody knows', edit(snapshot, 'per-1M-tokens', 'per-hour')),
  validate(2, 'invalid-value')('a day in words', edit(snapshot, 'accessed_at: 2026-05-01', 'accessed_at: yesterday')),
  validate(2, 'missing-key')('verified by nobody', edit(snapshot, ', by: jane', '')),
  validate(1, 'unverified-pricing')(
    'prices that nobody verified',
    edit(snapshot, '{ status: verified, against: contract, on: 2026-05-02, by: jane }', '{ status: unverified }'),
  ),
  validate(1, 'placeholder')('a price that somebody still has to look up', edit(snapshot, 'input_price: "0.10"', 'input_price: VERIFY_FROM_SOURCE')),
  validate(1, 'price-sample')('a sample that does not come out', edit(snapshot, '"0.00024"', '"0.00025"')),
  validate(1, 'price-not-terminating')('a price of twenty-five decimals', edit(snapshot, 'input_price: "0.10"', 'input_price: "0.1000000000000000000000001"')),
  validate(1, 'tier-incomplete')(
    'a tier that leaves a class out',
    edit(
      snapshot,
      'cached_input_price: "0.025"\n',
      'cached_input_price: "0.025"\n    tiers: [ { input_tokens_above: 200000, input_price: "0.20", output_price: "0.60" } ]\n',
    ),
  ),
  validate(1, 'snapshot-id-path')('a snapshot under another name', (ledger) => {
    ledger.write('prices/cometapi/2026-05-02.yaml', ledger.read(snapshot));
    ledger.remove(snapshot);
  }),
  validate(1, 'duplicate-id')('two snapshots of one id', (ledger) => ledger.write('prices/cometapi/2026-05-02.yaml', ledger.read(snapshot))),
  validate(1, 'hash-mismatch')('a price page that is another one', append('prices/cometapi/2026-05-01.html', 'x')),
  validate(2, 'file-missing')('a price page that is not there', remove('prices/cometapi/2026-05-01.html')),
  validate(1, 'currency-mismatch')('prices in another currency', edit(snapshot, 'currency: USD', 'currency: EUR')),
];

const periods: readonly BrokenInput[] = [
  validate(2, 'file-missing')('no period.yaml', remove(period)),
  reconcile(2, 'file-missing')('no period.yaml, and the period is asked for', remove(period)),
  validate(2, 'invalid-value')('an id that is not the folder', edit(period, 'id: 2026-05', 'id: 2026-06')),
  validate(1, 'period-bounds')('an end before the start', edit(period, 'end_utc: 2026-06-01', 'end_utc: 2026-04-01')),
  validate(2, 'invalid-value')('a start without a zone', edit(period, 'start_utc: 2026-05-01T00:00:00Z', 'start_utc: 2026-05-01T00:00:00')),
  validate(2, 'invalid-value')('a stage that nobody knows', edit(period, 'stage: final', 'stage: draft')),
  validate(2, 'layer-missing')('no provider', (ledger) => ledger.write(period, ledger.read(period).replace(/^ {2}provider: .*\n/m, ''))),
  validate(2, 'layer-missing')('a provider that is said not to exist, and an invoice that names no models', (ledger) => {
    ledger.write('periods/2026-05/invoice.yaml', ledger.read('periods/2026-05/invoice.yaml').replaceAll(/billable_model: [^,]+, /g, ''));
    ledger.write(
      period,
      ledger
        .read(period)
        .replace(/^ {2}provider: .*\n/m, '')
        .replace('layers: {', 'layers: { provider: { none: no export },'),
    );
  }),
  validate(2, 'format-unknown')('a format that nobody defines', edit(period, 'provider.csv], format: trueup', 'provider.csv], format: excel')),
  validate(2, 'invalid-value')('no files', edit(period, '[evidence/provider.csv]', '[]')),
  validate(2, 'path-escape')('a file above the folder', edit(period, 'evidence/provider.csv', '../../../etc/passwd')),
  validate(2, 'path-escape')('a file at the root of the machine', edit(period, 'evidence/provider.csv', '/etc/passwd')),
  validate(2, 'invalid-value')('a delay in words', edit(period, 'delay: 24h', 'delay: soon')),
  validate(2, 'invalid-value')('a finality in words', edit(period, 'finalized_through_utc: 2026-06-02T00:00:00Z', 'finalized_through_utc: tomorrow')),
  validate(2, 'invalid-value')('rows that nobody knows', edit(period, 'rows: attempts', 'rows: some')),
  validate(2, 'invalid-value')('no prices', edit(period, 'prices:\n  - { snapshot: cometapi/2026-05-01 }', 'prices: []')),
  validate(2, 'missing-key')(
    'a second snapshot without a start',
    edit(period, '  - { snapshot: cometapi/2026-05-01 }\n', '  - { snapshot: cometapi/2026-05-01 }\n  - { snapshot: cometapi/2026-05-01 }\n'),
  ),
  validate(2, 'invalid-value')(
    'a gateway that exists and does not',
    edit(period, 'evidence:\n', 'evidence:\n  gateway: { files: [evidence/g.csv], format: trueup }\n'),
  ),
  validate(2, 'missing-key')('a reference without its hash', append(period, '  - { kind: screenshot, file: invoice.txt }\n')),
  validate(2, 'invalid-value')(
    'an incident that ends before it begins',
    append(period, 'incidents: [{ id: a, from_utc: 2026-05-03T00:00:00Z, to_utc: 2026-05-02T00:00:00Z }]\n'),
  ),
  validate(1, 'period-overlap')('two periods of one time', (ledger) =>
    ledger.write(
      'periods/2026-05-b/period.yaml',
      ledger.read(period).replace('id: 2026-05\n', 'id: 2026-05-b\n').replace('stage: final\ninvoice_id: INV-2026-05', 'stage: usage'),
    ),
  ),
  { what: 'a period that has not begun', command: ['validate', '--as-of', '2026-04-01'], exit: 1, says: 'period-future' },
  { what: 'a period that has not begun, and is asked for', command: ['reconcile', '2026-05', '--as-of', '2026-04-01'], exit: 2, says: 'period-future' },
];

const invoices: readonly BrokenInput[] = [
  validate(1, 'invoice-missing')('no invoice of a final period', (ledger) => {
    ledger.remove(invoice);
    ledger.remove('periods/2026-05/invoice.txt');
  }),
  validate(1, 'invoice-missing')('an invoice without its document', (ledger) =>
    ledger.write(invoice, ledger.read(invoice).replace(/document:\n(?: {2}.*\n)+/, '')),
  ),
  validate(1, 'hash-mismatch')('a document that is another one', append('periods/2026-05/invoice.txt', 'x')),
  validate(2, 'file-missing')('a document that is not there', remove('periods/2026-05/invoice.txt')),
  validate(2, 'invalid-value')('a total with a point for thousands', edit(invoice, 'total: "0.47076"', 'total: "1.234,56"')),
  validate(2, 'invalid-value')('a line of a kind that nobody knows', edit(invoice, 'kind: tax', 'kind: bonus')),
  validate(1, 'invoice-top-up')('a prepaid top-up among the lines', edit(invoice, 'kind: tax', 'kind: top-up')),
  validate(1, 'invoice-mismatch')('the invoice of another month', edit(invoice, 'invoice_id: INV-2026-05', 'invoice_id: INV-2026-04')),
  validate(1, 'invoice-mismatch')('an invoice over another interval', edit(invoice, 'statement_to_utc: 2026-06-01', 'statement_to_utc: 2026-05-31')),
  validate(2, 'invalid-value')('a negative number of requests', edit(invoice, 'requests: 8', 'requests: -8')),
  validate(2, 'missing-key')('a line without an amount', edit(invoice, ', amount: "0.05"', '')),
  reconcile(1, 'residual')('a total that is not the sum of its lines', edit(invoice, 'total: "0.47076"', 'total: "0.57076"')),
];

const exceptionFiles: readonly BrokenInput[] = [
  validate(2, 'missing-key')('an exception without a cap', write(exceptions, exception('expires_on: 2026-09-30'))),
  validate(2, 'invalid-value')('a cap below zero', write(exceptions, exception('max_amount: "-1", expires_on: 2026-09-30'))),
  validate(2, 'missing-key')('an exception without an end', write(exceptions, exception('max_amount: "1"'))),
  validate(2, 'invalid-value')(
    'an exception for a residual',
    write(exceptions, exception('max_amount: "1", expires_on: 2026-09-30').replace('category: retry', 'category: residual')),
  ),
  validate(2, 'invalid-value')(
    'an exception that ends before it begins',
    write(exceptions, exception('max_amount: "1", expires_on: 2026-09-30, from_utc: 2026-05-03T00:00:00Z, to_utc: 2026-05-02T00:00:00Z')),
  ),
  validate(2, 'invalid-value')('exceptions that are no list', write(exceptions, 'exceptions: none\n')),
];

const locks: readonly BrokenInput[] = [
  validate(2, 'lock-broken')('a lock that is no lock', write('periods/2026-05/evidence.lock', 'sealed\n')),
  validate(2, 'lock-broken')('a lock that is empty', write('periods/2026-05/evidence.lock', '')),
  validate(2, 'close-broken')('a close that is no close', write('periods/2026-05/close-1.yaml', 'period: 2026-05\n')),
  validate(2, 'close-broken')('a close under a name that nobody reads', write('periods/2026-05/close-one.yaml', 'period: 2026-05\n')),
  {
    what: 'a close that is no close, verified',
    break: write('periods/2026-05/close-1.yaml', 'period: 2026-05\n'),
    command: ['verify'],
    exit: 2,
    says: 'close-broken',
  },
];

const evidence: readonly BrokenInput[] = [
  reconcile(2, 'evidence-missing')('no export', remove(provider)),
  reconcile(2, 'evidence-empty')('an empty export', write(provider, '')),
  reconcile(2, 'inconclusive')('an export with nothing but its header', (ledger) => ledger.write(provider, `${ledger.read(provider).split('\n')[0]}\n`)),
  reconcile(2, 'evidence-header')('an export of another format', write(provider, 'a,b,c\n1,2,3\n')),
  reconcile(2, 'evidence-header')('a column that stands twice', edit(application, 'request_id,provider_request_id', 'request_id,request_id')),
  reconcile(2, 'evidence-header')('semicolons for commas', (ledger) => ledger.write(provider, ledger.read(provider).replaceAll(',', ';'))),
  reconcile(2, 'evidence-syntax')('a row that is too short', append(provider, 'req-1\n')),
  reconcile(2, 'evidence-syntax')('a quote that is not closed', append(provider, '"req-1\n')),
  reconcile(2, 'evidence-encoding')('an export in UTF-16 without a mark', (ledger) =>
    writeFileSync(join(ledger.root, provider), Buffer.from(ledger.read(provider), 'utf16le')),
  ),
  reconcile(2, 'evidence-pointer')(
    'a pointer of Git LFS',
    write(provider, `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`),
  ),
  reconcile(2, 'evidence-corrupt')('a name that says gzip', (ledger) => {
    ledger.write('periods/2026-05/evidence/provider.csv.gz', ledger.read(provider));
    ledger.remove(provider);
    ledger.edit(period, 'evidence/provider.csv', 'evidence/provider.csv.gz');
  }),
  reconcile(2, 'evidence-corrupt')('a file that is no Parquet', (ledger) => {
    ledger.write('periods/2026-05/evidence/provider.parquet', 'PAR1 and no more');
    ledger.remove(provider);
    ledger.edit(period, 'evidence/provider.csv', 'evidence/provider.parquet');
  }),
  reconcile(1, 'token-data-error')('a token count in words', edit(application, ',120000,0,0,0,8000,', ',many,0,0,0,8000,')),
  reconcile(2, 'evidence-row')('a time without a zone', edit(application, '2026-05-02T08:15:00Z', '2026-05-02 08:15:00')),
  reconcile(2, 'evidence-row')('a day that no calendar has', edit(application, '2026-05-02T08:15:00Z', '2026-05-32T08:15:00Z')),
  reconcile(2, 'evidence-row')(
    'a status that nobody knows',
    edit(
      application,
      'req-001,comet-001,2026-05-02T08:15:00Z,acct_redacted,production,chat,support,support-chat-primary,gpt-4.1-nano,success',
      'req-001,comet-001,2026-05-02T08:15:00Z,acct_redacted,production,chat,support,support-chat-primary,gpt-4.1-nano,fine',
    ),
  ),
  reconcile(1, 'unknown-model')(
    'a model that no mapping names',
    edit(
      application,
      'req-001,comet-001,2026-05-02T08:15:00Z,acct_redacted,production,chat,support,support-chat-primary,gpt-4.1-nano',
      'req-001,comet-001,2026-05-02T08:15:00Z,acct_redacted,production,chat,support,,gpt-9',
    ),
  ),
  reconcile(1, 'missing-token-usage')('a row without token counts', edit(application, ',120000,0,0,0,8000,0', ',,,,,,')),
  reconcile(2, 'linkage-low')('ids that nobody else knows', (ledger) =>
    ledger.write(provider, ledger.read(provider).replaceAll('req-', 'x-').replaceAll('comet-', 'y-')),
  ),
  {
    what: 'a key in the evidence, frozen',
    break: edit(application, '08:15:00Z,acct_redacted,production,chat,support,', `08:15:00Z,acct_redacted,production,chat,sk-${'a1B2c3D4'.repeat(6)},`),
    command: ['freeze', '2026-05'],
    exit: 1,
    says: 'evidence-contains-secret',
  },
];

const calls: readonly BrokenInput[] = [
  call(64, 'Usage: trueup')('no command'),
  call(64, "unknown command 'reconcil'")('a command that is misspelt', 'reconcil'),
  call(64, "unknown option '--fast'")('an option that there is not', 'reconcile', '--fast'),
  call(64, 'YYYY-MM-DD')('a day that no calendar has', 'validate', '--as-of', '2026-13-01'),
  call(64, 'YYYY-MM-DD')('a day in words', 'reconcile', '--as-of', 'yesterday'),
  call(64, 'size such as')('a memory in words', 'reconcile', '--memory', 'much'),
  call(64, 'at least 64MB')('a memory that is too small', 'reconcile', '--memory', '1MB'),
  call(64, 'Allowed choices')('an engine that there is not', 'reconcile', '--engine', 'spark'),
  call(64, 'http:// for this machine alone')('a cluster elsewhere without https', 'reconcile', '--engine', 'trino', '--trino-url', 'http://trino.example.com'),
  call(2, 'has no url')('a cluster that nobody names', 'reconcile', '--engine', 'trino'),
  call(2, 'says nothing of DuckDB')('a cluster that is named and not meant', 'reconcile', '--trino-url', 'https://trino.example.com'),
  call(64, 'Allowed choices')('a view that there is not', 'reconcile', '--render', 'pdf'),
  call(64, 'Allowed choices')('a format of lines that there is not', 'reconcile', '--lines', 'json'),
  call(64, 'Allowed choices')('a verdict that there is not', 'reconcile', '--fail-on', 'maybe'),
  call(64, 'missing required argument')('explain without a request', 'explain', '2026-05'),
  call(64, 'required option')('close without a name', 'close', '2026-05'),
  call(64, 'required option')('reopen without a reason', 'reopen', '2026-05'),
  call(64, 'Allowed choices')('a drill that nobody knows', 'drill', 'new', 'earthquake', '--id', 'x'),
  call(2, 'There is no period "2026-07"')('a period that there is not', 'reconcile', '2026-07'),
  call(2, 'There is no period "2026-07"')('a frozen period that there is not', 'freeze', '2026-07'),
  call(2, 'There is no folder')('a ledger that there is not', 'validate', '--ledger', 'nowhere'),
  call(2, 'nobody')('a request that nobody knows', 'explain', '2026-05', 'req-nobody'),
  call(2, 'is not frozen')('a close of what is not frozen', 'close', '2026-05', '--approved-by', 'jane'),
  call(2, 'is no login')('an approval by nobody', 'close', '2026-05', '--approved-by', 'jane doe'),
  call(2, 'neither closed nor frozen')('a reopening of what is open', 'reopen', '2026-05', '--reason', 'a look'),
  call(2, 'There is no drill "x"')('a drill that there is not', 'drill', 'run', 'x'),
  call(2, 'earthquake')('a fault that nobody knows', 'drill', 'faults', '2026-05', '--kind', 'earthquake'),
  call(2, 'git')('a base without a repository', 'reconcile', '--base', 'main'),
  call(2, 'git')('an audit without a repository', 'audit'),
  call(2, 'nowhere.json')('a runbook that is not there', 'import', 'nowhere.json'),
  { what: 'a runbook that is no JSON', break: write('runbook.json', '{"a": }'), command: ['import', 'ledger/runbook.json'], exit: 2, says: 'yaml-syntax' },
  { what: 'a runbook of another shape', break: write('runbook.json', '[1]'), command: ['import', 'ledger/runbook.json'], exit: 2, says: 'invalid-value' },
  call(2, 'is there already')('a new ledger over one that is there', 'init', 'ledger'),
  call(2, 'after the day of the run')('a period of the future', 'period', 'new', '2027-01'),
  call(2, 'There is a folder')('a period that is there', 'period', 'new', '2026-05'),
  call(2, 'cannot name a period')('a period with a name that leads away', 'period', 'new', '../../x'),
  call(2, 'Nothing can be written into')('outputs into a file', 'reconcile', '2026-05', '--out', 'ledger/trueup.yaml'),
  call(2, 'period-future')('a last day before the first', 'reconcile', '2026-05', '--through', '2026-04-30'),
];

/** By part of a ledger, in the order of the table. */
export const brokenInputs: readonly (readonly [part: string, inputs: readonly BrokenInput[]])[] = [
  ['settings', settings],
  ['models and contract', mappings],
  ['prices', prices],
  ['periods', periods],
  ['invoices', invoices],
  ['exceptions', exceptionFiles],
  ['locks', locks],
  ['evidence', evidence],
  ['arguments', calls],
];
