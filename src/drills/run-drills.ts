/** Runs drills: each one's small evidence goes through the pipeline of every period, and what comes out is held against its expectations. */
import { readResponse } from './read-response.ts';
import { readFirstLines } from '../engine/write-lines.ts';
import type { DrillOutcome } from '../model/drill.ts';
import type { Finding } from '../model/finding.ts';
import type { Drill, Ledger } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { layOutLines, type PeriodTask, type RunSettings, withFacts } from '../period/period-facts.ts';
import { type JudgedPeriod, judgePeriod, validateLedger } from '../period/reconcile.ts';
import { contractSays, judgeDrill, notJudged } from '../policy/judge-drill.ts';
import { settledFindings } from '../policy/weigh-ledger.ts';
import { drillFolder, drillsFolder } from '../model/layout.ts';

/** A drill is a handful of calls. */
const maxLines = 10_000;

export interface DrillsRun {
  readonly outcomes: readonly DrillOutcome[];
  /** Of the ledger where it could not be read; else of its drills, as the policy judges them: their files, their age, their results. */
  readonly findings: readonly Finding[];
}

/** `ids`: empty = every drill. */
export async function runDrills(root: string, ids: readonly string[], settings: RunSettings): Promise<DrillsRun> {
  const { ledger, findings } = await validateLedger(root, settings.asOf);
  if (ledger === null) return { outcomes: [], findings };
  const chosen = chooseDrills(ledger, ids);
  const about = findings.filter((found) => speaksOf(found, ids));
  const outcomes: DrillOutcome[] = [];
  const results: Finding[] = [];
  for (const drill of chosen) {
    const { outcome, found } = await runDrill(ledger, drill, settings);
    outcomes.push(outcome);
    results.push(...found);
  }
  return { outcomes, findings: settledFindings([...about, ...results], ledger.settings.policy.rules) };
}

function chooseDrills(ledger: Ledger, ids: readonly string[]): readonly Drill[] {
  const unknown = ids.find((id) => ledger.drills.every((drill) => drill.id !== id));
  if (unknown !== undefined) {
    const known = ledger.drills.map(({ id }) => id).join(', ') || 'none';
    throw new UserError(
      `There is no drill ${JSON.stringify(unknown)} that can be run.`,
      `Those that can are: ${known}. \`trueup validate\` says what is wrong with others.`,
    );
  }
  return ids.length === 0 ? ledger.drills : ledger.drills.filter(({ id }) => ids.includes(id));
}

/** Of a run of single drills, the others are no subject. */
function speaksOf(found: Finding, ids: readonly string[]): boolean {
  const file = found.source?.file ?? '';
  if (ids.length > 0) return ids.some((id) => file.startsWith(`${drillFolder(id)}/`));
  return file.startsWith(`${drillsFolder}/`) || found.code === 'drill-missing';
}

async function runDrill(ledger: Ledger, drill: Drill, settings: RunSettings): Promise<{ outcome: DrillOutcome; found: readonly Finding[] }> {
  const task: PeriodTask = { ledger, findings: [], period: drill.period, settings: { ...settings, evidenceRoot: null, through: null } };
  const { judged, lines } = await withFacts(task, null, async (facts, database) => {
    const judged = judgePeriod(task, facts);
    if (facts.outcome === null || facts.outcome.reconciliation === null) return { judged, lines: [] };
    await layOutLines(database, task, facts.outcome);
    const lines = await readFirstLines(database, maxLines + 1);
    if (lines.length > maxLines) throw tooLarge(drill);
    return { judged, lines };
  });
  const known = { drill, verdict: judged.result.verdict, contractSays: drill.concludes === null ? null : contractSays(ledger.contract, drill.concludes) };
  if (judged.result.counts === null) {
    const why = judged.judgement.findings.filter(({ severity }) => severity === 'inconclusive');
    return { outcome: { ...known, state: 'not-judged', compared: 0 }, found: [notJudged(drill), ...why] };
  }
  const { findings, compared } = judgeDrill({
    drill,
    contract: ledger.contract,
    result: judged.result,
    codes: codesOf(judged),
    lines,
    response: await responseOf(ledger, drill),
  });
  return { outcome: { ...known, state: findings.length === 0 ? 'held' : 'differs', compared }, found: findings };
}

function tooLarge({ id }: Drill): UserError {
  return new UserError(`The drill ${id} has more than ${maxLines} charges and requests.`, 'Export only the rows of its own calls.');
}

/** What policy ignores was found all the same. */
function codesOf({ judgement }: JudgedPeriod): string[] {
  return [...judgement.findings.map(({ code }) => code), ...judgement.ignored.map(({ code }) => code)];
}

async function responseOf(ledger: Ledger, drill: Drill) {
  if (drill.response === null) return null;
  return (await readResponse(ledger.root, `${drill.period.folder}/${drill.response.file}`)) ?? 'unreadable';
}
