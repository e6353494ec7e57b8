/** The workflows that users copy, those that README.md shows and our own: pinned, least privilege, and in the action's own words. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowsOf } from '../../../scripts/workflows-of.ts';
import { inputNames, outputNames } from '../../action-metadata.ts';
import { artifactName } from '../../../src/host/github/upload-artifact.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly name: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': unknown };
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = join(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => [`${folder}/${name}`, read(`${folder}/${name}`)] as const);

const examples = inFolder('examples/workflows');
const shown = workflowsOf(read('README.md')).map(({ line, yaml }) => [`README.md:${line}`, yaml] as const);
const own = inFolder('.github/workflows');
const workflowOf = (text: string): Workflow => parse(text) as Workflow;
const example = (name: string): Workflow => workflowOf(examples.find(([path]) => path.endsWith(`/${name}.yml`))?.[1] ?? '');
const stepsOf = (workflow: Workflow): Step[] => Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const isTrueup = ({ uses }: Step): boolean => uses === './' || /^[\w.-]+\/trueup@/.test(uses ?? '');

it('are those that the documents promise', () => {
  const names = examples.map(([path]) => path.split('/').at(-1));
  expect(names).toEqual(['daily.yml', 'fork-publish.yml', 'monthly.yml', 'price-change.yml', 'pull-request.yml', 'usage-pull.yml', 'weekly.yml']);
  expect(own.map(([path]) => path.split('/').at(-1))).toEqual(expect.arrayContaining(['check-dist.yml', 'ci.yml', 'codeql.yml', 'self-test.yml']));
});

describe.each([...examples, ...shown, ...own])('%s', (_, text) => {
  const workflow = workflowOf(text);
  const steps = stepsOf(workflow);

  it('never runs with the rights of the base on files of the head', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(steps.filter((step) => step.run?.includes('${{')).map(({ run }) => run)).toEqual([]);
  });

  it('pins every action to a commit', () => {
    const used = steps.flatMap(({ uses }) => (uses === undefined || uses === './' ? [] : [uses]));
    expect(used.filter((uses) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it('says what it may do, and no more than a job needs', () => {
    const jobs = Object.values(workflow.jobs);
    expect(workflow.permissions ?? jobs[0]?.permissions).toBeDefined();
    expect(jobs.filter(({ permissions }) => permissions === undefined && workflow.permissions === undefined)).toEqual([]);
    expect(text).not.toMatch(/permissions:\s*(?:write-all|read-all)/);
  });

  it('leaves no token behind on disk', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  it('calls the action by inputs that it has, and asks for outputs that it gives', () => {
    const trueup = steps.filter(isTrueup);
    expect(trueup.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !inputNames.includes(name))).toEqual([]);
    const asked = trueup.flatMap(({ id }) => [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))].map((match) => match[1] ?? ''));
    expect(asked.filter((name) => !outputNames.includes(name))).toEqual([]);
  });
});

describe.each([...examples, ...own])('%s', (_, text) => {
  const workflow = workflowOf(text);

  it('starts from no rights, says who waits for whom, and ends', () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency?.group).toBeTruthy();
    expect(Object.values(workflow.jobs).filter((job) => job.permissions === undefined || job['timeout-minutes'] === undefined)).toEqual([]);
  });

  it('does not start when everybody does', () => {
    const schedule = (workflow.on['schedule'] ?? []) as readonly { readonly cron: string }[];
    expect(schedule.filter(({ cron }) => Number(cron.split(' ')[0]) % 15 === 0)).toEqual([]);
  });

  it('says the version of each pin', () => {
    const pins = text.split('\n').filter((line) => /uses: .*@[0-9a-f]{40}/.test(line));
    expect(pins.filter((line) => !/@[0-9a-f]{40} # (?:v\d+\.\d+\.\d+|replace by a release)$/.test(line))).toEqual([]);
  });
});

it('one version of an action everywhere', () => {
  const pins = [...examples, ...own].flatMap(([, text]) => [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+)(?:\/[\w.-]+)?@([0-9a-f]{40}) # (.*)$/gm)]);
  const versions = new Map<string, Set<string>>();
  for (const [, action = '', commit = '', version = ''] of pins) versions.set(action, new Set([...(versions.get(action) ?? []), `${commit} ${version}`]));
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([]);
});

describe('the examples fit together', () => {
  it('the gate answers pull requests and merge groups, whatever they touch', () => {
    const gate = example('pull-request');
    expect(Object.keys(gate.on).sort()).toEqual(['merge_group', 'pull_request']);
    expect(JSON.stringify(gate.on)).not.toContain('paths');
    expect(Object.values(gate.jobs).filter((job) => 'if' in job)).toEqual([]);
    expect(gate.jobs['trueup']?.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
  });

  it('the fork publisher follows the gate, finds its artifact, and runs nothing of the fork', () => {
    const publisher = example('fork-publish');
    expect(publisher.on['workflow_run']).toEqual({ workflows: [example('pull-request').name], types: ['completed'] });
    const [download, publish, ...more] = stepsOf(publisher);
    expect(more).toEqual([]);
    const [start] = String(download?.with?.['pattern']).split('${{');
    expect(artifactName(Object.keys(example('pull-request').jobs)[0] ?? '', 1, 'abcdefgh')).toMatch(new RegExp(`^${start}1-`));
    expect(publish?.with).toEqual({ mode: 'publish', report: `${String(download?.with?.['path'])}/gate.json` });
  });

  it('scheduled runs share one tracking issue, so they wait for each other', () => {
    expect(example('daily').concurrency).toEqual(example('weekly').concurrency);
    for (const name of ['daily', 'weekly']) {
      expect(stepsOf(example(name)).find(isTrueup)?.with?.['tracking-issue']).toBe(true);
      expect(Object.values(example(name).jobs).map(({ permissions }) => permissions)).toEqual([{ contents: 'read', issues: 'write' }]);
    }
  });

  it('what may write the release checks nothing out', () => {
    const { judge, release } = example('monthly').jobs;
    expect(judge?.permissions).toEqual({ contents: 'read' });
    expect(release?.permissions).toEqual({ contents: 'write' });
    expect(release?.steps.filter(({ uses }) => uses?.includes('checkout'))).toEqual([]);
  });
});

describe('workflows of a page', () => {
  it('are its YAML blocks with jobs, at any indentation', () => {
    const page = 'a\n\n  ```yaml\n  on: push\n  jobs:\n    a: 1\n  ```\n\n```yaml\nversion: 1\n```\n\n```yml\njobs: {}\n```\n';
    expect(workflowsOf(page)).toEqual([
      { line: 3, yaml: 'on: push\njobs:\n  a: 1\n' },
      { line: 13, yaml: 'jobs: {}\n' },
    ]);
  });
});
