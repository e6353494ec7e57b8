/** The other channels: summary, annotations, outputs, check run, tracking issue, artifact, each on its own. */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import { outputNames } from '../../action-metadata.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { startResultsService, type ResultsService } from '../github-server/results-service.ts';
import { scenarios } from '../../scenarios/expected.ts';
import { gateReport, headSha, untouchedReport } from './gate-report.ts';
import { announce, pullEvent } from './run-announcement.ts';
import { zipContent } from './zip-content.ts';

let github: GitHubServer;

beforeEach(async () => {
  github = await startGitHub();
  github.state.pulls.push({ number: 7, state: 'open', head: { sha: headSha, label: 'acme:topic' }, base: { sha: 'b'.repeat(40), ref: 'main' } });
});
afterEach(() => github.close());

const failed = { report: gateReport({ verdict: 'fail' }), outcome: 'fails' } as const;

describe('outputs', () => {
  it('are all there, with exact amounts', async () => {
    const { outputs } = await announce(github);
    expect(Object.keys(outputs)).toEqual(outputNames);
    expect(outputs).toMatchObject({
      verdict: 'pass',
      periods: '1',
      findings: '0',
      currency: 'USD',
      expected: '120',
      charged: '123.45',
      invoice: '123.45',
      unexplained: '3.45',
      digest: gateReport().digest,
      'head-sha': headSha,
    });
  });

  it('withhold amounts in a public repository', async () => {
    const { outputs, summary } = await announce(github, { visibility: 'public' });
    expect([outputs['currency'], outputs['expected'], outputs['charged'], outputs['invoice'], outputs['unexplained']]).toEqual(['', '', '', '', '']);
    expect(summary).not.toContain('123.45');
    expect(github.state.comments[0]?.body).not.toContain('123.45');
  });

  it('state amounts in a public repository whose ledger publishes', async () => {
    const { outputs } = await announce(github, { visibility: 'public', report: gateReport({ publish: 'public' }) });
    expect(outputs['charged']).toBe('123.45');
  });
});

describe('check run', () => {
  it.each([
    ['pass', 'passes', 'success'],
    ['warn', 'passes', 'neutral'],
    ['warn', 'fails', 'failure'],
    ['fail', 'fails', 'failure'],
    ['fail', 'passes', 'neutral'],
  ] as const)('%s that %s is %s, on the head of the pull request', async (verdict, outcome, conclusion) => {
    await announce(github, { report: gateReport({ verdict }), outcome, inputs: { 'INPUT_CHECK-RUN': 'true' } });
    expect(github.state.checkRuns).toEqual([{ name: 'Trueup', head_sha: headSha, conclusion }]);
  });

  it('is not made unless asked for', async () => {
    await announce(github);
    expect(github.state.checkRuns).toEqual([]);
  });
});

describe('tracking issue', () => {
  const event = { ...pullEvent, name: 'schedule', mode: 'open' as const, pullNumber: null };
  const scheduled = (verdict: 'pass' | 'warn' | 'fail', runId: number) =>
    announce(github, { event, report: gateReport({ verdict, mode: 'open' }), outcome: verdict === 'fail' ? 'fails' : 'passes', runId });
  const only = () => github.state.issues[0];

  it('is opened on trouble, edited in place, closed with a note when green, and reopened', async () => {
    await scheduled('pass', 1);
    expect(github.state.issues).toEqual([]);
    await scheduled('warn', 2);
    expect(only()?.title).toBe('Trueup: ledger needs attention');
    await scheduled('fail', 3);
    expect(github.state.issues).toHaveLength(1);
    expect(only()?.body).toContain('Do not approve');
    await scheduled('pass', 4);
    expect(only()?.state).toBe('closed');
    expect(only()?.body).not.toContain('Do not approve');
    expect(github.state.comments.map(({ body }) => body)).toEqual(['All is well again, as of [this run](https://github.com/acme/ledger/actions/runs/4).']);
    await scheduled('fail', 5);
    expect(github.state.issues).toHaveLength(1);
    expect(only()?.state).toBe('open');
  });

  it('is written only when something changed, and never by an older run', async () => {
    await scheduled('fail', 5);
    const before = github.writes().length;
    await scheduled('fail', 6);
    await scheduled('pass', 4);
    expect(github.writes()).toHaveLength(before);
    expect(only()?.state).toBe('open');
  });

  it.each(['bad-gateway', 'done-but-dropped'] as const)('%s when it is opened: one issue, not two', async (kind) => {
    github.fail(/^POST \/repos\/.*\/issues$/, kind);
    await scheduled('fail', 1);
    expect(github.state.issues).toHaveLength(1);
  });

  it('is one for a ledger, whatever workflow and job write it', async () => {
    await scheduled('fail', 1);
    await announce(github, { event, report: gateReport({ verdict: 'fail', mode: 'open' }), outcome: 'fails', runId: 2, workflow: 'weekly', job: 'weekly' });
    await announce(github, {
      event,
      report: gateReport({ verdict: 'pass', mode: 'open' }),
      runId: 3,
      workflow: 'daily',
      job: 'daily',
      inputs: { INPUT_LEDGER: 'ledger' },
    });
    expect(github.state.issues.map(({ state }) => state)).toEqual(['closed']);
  });

  describe('what it has reported stays open until it was judged again', () => {
    /** A run over these periods, each with its verdict. */
    const judged = (runId: number, verdicts: Readonly<Record<string, 'pass' | 'fail'>>, prepare?: (workspace: string) => void) => {
      const whole = gateReport({ verdict: Object.values(verdicts).includes('fail') ? 'fail' : 'pass', mode: 'named' });
      const [ledger] = whole.ledgers;
      const [period] = ledger!.periods;
      const periods = Object.entries(verdicts).map(([id, verdict]) => ({
        ...period!,
        result: { ...period!.result, verdict, period: { ...period!.result.period, id } },
      }));
      return announce(github, {
        event,
        report: { ...whole, ledgers: [{ ...ledger!, periods }] },
        inputs: { 'INPUT_TRACKING-ISSUE': 'true' },
        runId,
        ...(prepare && { prepare }),
      });
    };
    const ledgerWith = (closed: boolean) => (workspace: string) => {
      cpSync(join(scenarios, '_base'), join(workspace, 'ledger'), { recursive: true });
      if (closed) rmSync(join(workspace, 'ledger/periods/2026-05'), { recursive: true });
    };

    it('a green run of another month does not close it, and says what it has not judged', async () => {
      await judged(1, { '2026-04': 'pass', '2026-05': 'fail' }, ledgerWith(false));
      await judged(2, { '2026-06': 'pass' }, ledgerWith(false));
      expect(only()?.state).toBe('open');
      expect(only()?.body).toContain('not judged by this one:** <code>2026-05</code>');
      await judged(3, { '2026-06': 'fail' }, ledgerWith(false));
      await judged(4, { '2026-06': 'pass' }, ledgerWith(false));
      expect(only()?.state).toBe('open');
      await judged(5, { '2026-05': 'pass' }, ledgerWith(false));
      expect([only()?.state, only()?.body?.includes('not judged')]).toEqual(['closed', false]);
      expect(github.state.issues).toHaveLength(1);
    });

    it('a period that is gone or closed keeps nothing open', async () => {
      await judged(1, { '2026-05': 'fail' }, ledgerWith(false));
      await judged(2, { '2026-06': 'pass' }, ledgerWith(true));
      expect(only()?.state).toBe('closed');
    });

    it('where the ledger cannot be read, nothing is taken for closed', async () => {
      await judged(1, { '2026-05': 'fail' });
      await judged(2, { '2026-06': 'pass' });
      expect(only()?.state).toBe('open');
    });

    it('more periods than a marker can hold are closed by a run over all of them', async () => {
      const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`m-${index}`, 'fail' as const]));
      await judged(1, many);
      await judged(2, { '2026-06': 'pass' });
      expect(only()?.state).toBe('open');
      await scheduled('pass', 3);
      expect(only()?.state).toBe('closed');
    });
  });

  it("somebody else's issue with the marker is left alone", async () => {
    await scheduled('fail', 5);
    const copied = { ...only()!, number: 9, user: { login: 'mallory' } };
    github.state.issues.splice(0, 1, copied);
    await scheduled('warn', 6);
    expect(github.state.issues).toHaveLength(2);
    expect(github.state.issues[0]).toEqual(copied);
  });

  it('is not kept for pull requests and pushes', async () => {
    await announce(github, failed);
    await announce(github, { ...failed, event: { ...event, name: 'push' }, report: gateReport({ verdict: 'fail', mode: 'open' }) });
    expect(github.state.issues).toEqual([]);
  });
});

describe('artifact', () => {
  let results: ResultsService;

  beforeEach(async () => {
    results = await startResultsService();
    // The client of GitHub reads the environment itself.
    for (const [name, value] of Object.entries(results.variables)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await results.close();
  });

  const files: Readonly<Record<string, string>> = {
    '.trueup/2026-05/result.json': '{"digest":"of the result"}',
    '.trueup/2026-05/report.md': `Report with ${['sk', 'proj', 'a'.repeat(40)].join('-')}`,
    '.trueup/2026-05/noted-lines.parquet': 'PAR1',
    '.trueup/2026-05/manifest.json': JSON.stringify({
      inputs: [
        { name: 'contract.yaml', role: 'ledger' },
        { name: 'periods/2026-05/period.yaml', role: 'ledger' },
        { name: 'periods/2026-05/evidence/provider.csv', role: 'provider' },
        { name: '../../secret', role: 'ledger' },
        { name: 'link.yaml', role: 'ledger' },
      ],
    }),
    'ledger/contract.yaml': 'contract',
    'ledger/periods/2026-05/period.yaml': 'period',
    'ledger/periods/2026-05/evidence/provider.csv': 'raw rows',
  };
  const prepare = (workspace: string): void => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(workspace, name, '..'), { recursive: true });
      writeFileSync(join(workspace, name), content);
    }
    writeFileSync(join(workspace, '../secret'), 'outside');
    symlinkSync(join(workspace, '../secret'), join(workspace, 'ledger/link.yaml'));
  };
  const report = gateReport({ folder: '.trueup/2026-05' });
  const upload = { report, prepare, inputs: { INPUT_ARTIFACT: '' } };
  const stored = (): Record<string, Buffer> => zipContent([...results.artifacts.values()][0]?.content ?? Buffer.alloc(0));

  it('holds the evidence packet, without raw evidence, without files from outside', async () => {
    const { outputs, log } = await announce(github, upload);
    expect(outputs['artifact-name']).toBe('trueup-gate-1-01234567');
    expect([...results.artifacts.keys()]).toEqual(['trueup-gate-1-01234567']);
    expect(Object.keys(stored()).sort()).toEqual([
      'gate.json',
      'ledger/2026-05/manifest.json',
      'ledger/2026-05/noted-lines.parquet',
      'ledger/2026-05/report.md',
      'ledger/2026-05/result.json',
      'ledger/ledger/contract.yaml',
      'ledger/ledger/periods/2026-05/period.yaml',
    ]);
    expect(log).toContain('lacks 2 files');
  });

  it('is not uploaded where there was nothing to judge, but for the publisher of a fork', async () => {
    const nothing = await announce(github, { ...upload, report: untouchedReport() });
    expect([nothing.outputs['artifact-name'], results.artifacts.size]).toEqual(['', 0]);
    await announce(github, { ...upload, report: untouchedReport(), event: { ...pullEvent, origin: 'fork' } });
    expect(results.artifacts.size).toBe(1);
  });

  it('planted secrets of eight kinds appear on no channel', async () => {
    const secrets = [
      ['sk', 'proj', 'a'.repeat(40)].join('-'),
      ['ghp', 'b'.repeat(36)].join('_'),
      ['ghs', `c.${'d-'.repeat(250)}`].join('_'),
      ['github', 'pat', 'e'.repeat(40)].join('_'),
      ['AKIA', 'F'.repeat(16)].join(''),
      ['Bearer', 'g'.repeat(30)].join(' '),
      ['xoxb', '1'.repeat(12), 'h'.repeat(12)].join('-'),
      [Buffer.from('{"alg":"none"}').toString('base64url'), 'i'.repeat(20), 'j'.repeat(20)].join('.'),
    ];
    const [ledger] = report.ledgers;
    const [period] = ledger!.periods;
    const findings = secrets.map((secret) =>
      finding('unknown-model', 'fail', { args: { model: secret, problem: secret }, samples: [secret], source: { file: secret, line: 1, column: 0 } }),
    );
    const notes = secrets.map((secret) => `note ${secret}`);
    const planted = { ...report, ledgers: [{ ...ledger!, id: secrets[0]!, notes, periods: [{ ...period!, findings }] }] };
    const { log, summary, outputs } = await announce(github, { ...upload, report: planted, inputs: { INPUT_ARTIFACT: 'true', 'INPUT_CHECK-RUN': 'true' } });
    const packet = Object.values(stored()).map((content) => content.toString('utf8'));
    const said = [log, summary, JSON.stringify(outputs), ...github.state.comments.map(({ body }) => body), ...packet].join('\n');
    expect(said.length).toBeGreaterThan(5000);
    expect(secrets.filter((secret) => said.includes(secret.slice(0, 25)))).toEqual([]);
  });

  it('holds raw evidence when asked', async () => {
    await announce(github, { ...upload, inputs: { INPUT_ARTIFACT: 'true', 'INPUT_INCLUDE-EVIDENCE': 'true' } });
    expect(stored()['ledger/evidence/periods/2026-05/evidence/provider.csv']?.toString('utf8')).toBe('raw rows');
  });

  it('is not made in a public repository', async () => {
    const { log } = await announce(github, { ...upload, visibility: 'public' });
    expect(results.artifacts.size).toBe(0);
    expect(log).toContain('does not say publish: public');
  });

  it('its failure is a warning, and everything else is said', async () => {
    results.refuse();
    const { log, outputs } = await announce(github, { ...upload, ...failed });
    expect(log).toMatch(/::warning title=Trueup::There is no artifact: /);
    expect(outputs).toMatchObject({ verdict: 'fail', 'artifact-name': '' });
    expect(github.state.comments).toHaveLength(1);
  });

  it('GitHub Enterprise Server is told apart and said', async () => {
    const { log } = await announce(github, { ...upload, serverUrl: 'https://github.acme.example' });
    expect(log).toContain('GitHub Enterprise Server takes no artifacts');
    expect(results.artifacts.size).toBe(0);
  });
});
