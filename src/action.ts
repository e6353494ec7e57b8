/** The GitHub Action: event in, verdict out. The job's end is settled before anything is said, and by nothing else. */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announceGate } from './action/announce-gate.ts';
import { checkoutOf, judgeEvent, resultsFolderOf } from './action/judge-event.ts';
import { publishGate } from './action/publish-gate.ts';
import { openStepLog } from './action/step-log.ts';
import { defaultMemory } from './host/default-memory.ts';
import { type ApiClient, createApiClient } from './host/github/api-client.ts';
import { type Environment, readEnvironment } from './host/github/environment.ts';
import { readEvent } from './host/github/event.ts';
import { type Inputs, readInputs } from './host/github/inputs.ts';
import { defaultPatience } from './host/github/patience.ts';
import { readVisibility } from './host/github/repository-facts.ts';
import { appendSummary, mask, remark, say, setOutputs } from './host/github/runner-log.ts';
import { stopCleanly } from './host/stop-cleanly.ts';
import type { GateReport } from './model/gate.ts';
import { systemFailure } from './model/system-failure.ts';
import { toolVersion } from './model/tool-version.ts';
import { UserError } from './model/user-error.ts';
import { exitCodeOf } from './model/verdict.ts';
import { scrubSecrets } from './report/scrub-secrets.ts';

const variables: Readonly<Record<string, string | undefined>> = process.env;
const nonce = randomBytes(16).toString('hex');

async function run(environment: Environment): Promise<number> {
  const inputs = readInputs();
  for (const secret of [inputs.token, inputs.alertWebhook]) if (secret !== null) mask(secret);
  const event = await readEvent(environment, inputs.periods);
  const api = openApi(environment, inputs);
  // A re-run replays the payload of the first run: the repository may have become public since.
  const visibility = await readVisibility(api, environment.repository, environment.runAttempt > 1 ? null : event.visibility);
  const log = openStepLog(visibility);
  const shared = { environment, inputs, event, visibility, retryMilliseconds: 2000 };
  if (inputs.mode === 'publish') {
    await log.group('Publishing', async () => publishGate({ ...shared, api }));
    return 0;
  }
  const programFolder = dirname(fileURLToPath(import.meta.url));
  const today = new Date().toISOString().slice(0, 10);
  const checkout = await checkoutOf(environment.workspace, inputs.path);
  const judging = { ...shared, checkout, api, variables, programFolder, today, memoryBytes: defaultMemory(), log };
  const report = await log.group('Judging', async () => judgeEvent(judging));
  const code = exitCodeOf(report.verdict, inputs.failOn);
  const announcement = {
    ...shared,
    checkout,
    report,
    nonce,
    outcome: code === 0 ? ('passes' as const) : ('fails' as const),
    // A client of its own: judging may have taken longer than talking may.
    api: openApi(environment, inputs),
    folder: resultsFolderOf(environment.workspace, checkout),
    artifactMilliseconds: 300_000,
  };
  for (const line of verdictLines(report)) log.line(line);
  await log.group('Reporting', async () => announceGate(announcement));
  return code;
}

/** What the log says outside of every group; amounts are for the places that ask who may read them. */
function verdictLines({ verdict, ledgers }: GateReport): string[] {
  const periods = ledgers.flatMap(({ path, periods }) => periods.map(({ result }) => `  ${path} ${result.period.id}: ${result.verdict}`));
  return [`Verdict: ${verdict}`, ...periods];
}

function openApi({ apiUrl }: Environment, { token }: Inputs): ApiClient | null {
  return token === null ? null : createApiClient({ apiUrl, token, userAgent: `trueup/${toolVersion}`, patience: defaultPatience(Date.now) });
}

/** What stopped the run before there was a verdict: a failure, said in one sentence with its remedy. */
async function sayFailure(error: unknown, environment: Environment | null): Promise<number> {
  const known = error instanceof UserError ? error : systemFailure(error);
  const words = known === null ? 'A bug in Trueup, please report it.' : `${known.message} ${known.remedy}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (known === null) for (const line of scrubSecrets(stack).split('\n')) say(`| ${line}`);
  remark('error', scrubSecrets(words));
  if (environment !== null) await leaveInconclusive(environment);
  return known === null ? 70 : 2;
}

/** Each as far as it goes: there is nobody left to tell. */
async function leaveInconclusive(environment: Environment): Promise<void> {
  const words = '❌ **Inconclusive**: the run stopped before there was a verdict. The log says why.\n';
  await Promise.allSettled([appendSummary(environment, () => words), (async () => setOutputs(environment, { verdict: 'inconclusive' }))()]);
}

async function main(): Promise<number> {
  let environment: Environment | null = null;
  try {
    environment = readEnvironment(variables);
    return await run(environment);
  } catch (error) {
    return sayFailure(error, environment);
  }
}

stopCleanly((sentence, remedy) => remark('error', `${sentence} ${remedy}`));
// The one way out. An upload that was given up may still hold a connection, and a job must not wait for it.
const code = await main();
process.stdout.write('', () => process.exit(code));
