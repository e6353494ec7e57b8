/** From the commits of a repository to the trail of its periods: who wrote, who reviewed, who approved, and what about a close deserves a look. */
import { type History, openHistory } from '../host/git/history.ts';
import { type Change, readChanges, readTrail, reviewTrailers, type Trail, type TrailCommit } from '../host/git/read-trail.ts';
import { type AuditHost, peopleNamed } from '../model/approval.ts';
import { type Audit, type AuditClose, type AuditCommit, type AuditFile, type AuditPeriod, auditSchemaId } from '../model/audit.ts';
import { type Close, closeInForce } from '../model/close.ts';
import type { Day } from '../model/instant.ts';
import { pathBelow, pathIn, pathsFor } from '../model/layout.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { UserError } from '../model/user-error.ts';
import { periodNamed, validateLedger } from './reconcile.ts';
import { auditRemarksOf, type ClosedChange } from '../policy/judge-approval.ts';

export interface AuditOptions {
  readonly ledgerRoot: string;
  /** null = every period. */
  readonly period: string | null;
  readonly asOf: Day;
  readonly toolVersion: string;
  /** For git, which gets the little that it needs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** null = git alone. */
  readonly host: AuditHost | null;
  /** Left out: the usual ones. */
  readonly limits?: AuditLimits;
}
export interface AuditLimits {
  /** Commits that are read per period. */
  readonly commits: number;
  /** Commits of the whole history that are looked through for merges. */
  readonly history: number;
}
const usualLimits: AuditLimits = { commits: 2000, history: 50_000 };

/** Everything about one ledger that its periods share. */
interface Place {
  readonly options: AuditOptions;
  readonly history: History;
  readonly head: string;
  /** POSIX, relative to the repository. */
  readonly folder: string;
  readonly ledger: Ledger;
  readonly changes: ReadonlyMap<string, Change>;
}

export async function auditLedger(options: AuditOptions): Promise<Audit> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) {
    throw new UserError('The ledger cannot be read.', `Correct what \`trueup validate\` says: ${[...new Set(findings.map(({ code }) => code))].join(', ')}.`);
  }
  const history = await openHistory(ledger.root, options.environment);
  const head = (await history?.resolve('HEAD')) ?? null;
  if (history === null || head === null)
    throw new UserError('The ledger is in no git repository, or nothing is committed yet.', 'Commit it; the trail is read from git.');
  const limits = options.limits ?? usualLimits;
  const changes = await readChanges(history.root, options.environment, head, limits.history);
  const folder = pathBelow(ledger.root.split('\\').join('/'), history.root.split('\\').join('/')) ?? '.';
  const place: Place = { options, history, head, folder: ledger.root === history.root ? '.' : folder, ledger, changes };
  const notes = new Set(changes.size >= limits.history ? [`of the history, the last ${limits.history} commits were looked through for merges`] : []);
  if (options.period === null) for (const { id } of ledger.unreadPeriods) notes.add(`period ${id} cannot be read and was left out`);
  const periods: AuditPeriod[] = [];
  for (const period of options.period === null ? ledger.periods : [periodNamed(ledger, options.period)])
    periods.push(await auditPeriod(place, period, limits, notes));
  const source = options.host === null ? 'git' : 'git and API';
  if (source === 'git') notes.add('reviews were not read: without GITHUB_TOKEN and GITHUB_REPOSITORY only what commits say is known');
  return { schema: auditSchemaId, tool_version: options.toolVersion, ledger: ledger.settings.id, head, source, periods, notes: [...notes] };
}

async function auditPeriod(place: Place, period: Period, limits: AuditLimits, notes: Set<string>): Promise<AuditPeriod> {
  const { history, options, head, folder } = place;
  const own = pathIn(folder, period.folder);
  const shared = pathsFor(period, (kind) => kind.judged && kind.of !== 'period').map((name) => pathIn(folder, name));
  const trail = await readTrail(history.root, options.environment, head, [own, ...shared], limits.commits);
  if (trail.end === 'limit') notes.add(`of period ${period.id}, the last ${limits.commits} commits were read; older ones are left out`);
  if (trail.end === 'shallow') notes.add('this is a shallow clone: what is older than it is not here');
  const logins = (await options.host?.readLogins(head, own)) ?? new Map<string, string>();
  if ('unreadable' in logins) notes.add('the logins of authors could not be read; their names and addresses are what git says');
  const known = 'unreadable' in logins ? new Map<string, string>() : logins;
  const commits = trail.commits.map((commit) => described(commit, place.changes.get(commit.commit) ?? null, known));
  const closes: AuditClose[] = [];
  for (const close of period.controls.closes) closes.push(await auditClose(place, { period, trail, commits }, close, notes));
  const state = period.closed ? 'closed' : period.controls.lock === null ? 'open' : 'frozen';
  return { id: period.id, state, closes, commits, files: filesOf(trail, own) };
}

function described(
  { commit, author, committer, authored, committed, message }: TrailCommit,
  change: Change | null,
  logins: ReadonlyMap<string, string>,
): AuditCommit {
  const subject = message.split('\n', 1)[0] ?? '';
  const brought = change === null || change.commit === commit ? [] : change.reviewers;
  return {
    commit,
    author: { ...author, login: logins.get(commit) ?? null },
    committer,
    authored,
    committed,
    subject,
    reviewers: [...peopleNamed(message, reviewTrailers), ...brought],
    change: change?.commit ?? commit,
    pull: pullOf(change?.subject ?? subject),
  };
}

/** As the host words its merges: `Merge pull request #12 from …`, or `Close May (#12)` for a squash. */
function pullOf(subject: string): number | null {
  const match = /^Merge pull request #(\d{1,9}) |\(#(\d{1,9})\)$/.exec(subject);
  return match === null ? null : Number(match[1] ?? match[2]);
}

function filesOf({ commits }: Trail, own: string): AuditFile[] {
  const files = new Map<string, { commit: string; how: 'added' | 'changed' | 'removed' }[]>();
  for (const { commit, touches } of commits) for (const [file, how] of touches) files.set(file, [...(files.get(file) ?? []), { commit, how }]);
  return [...files]
    .map(([file, touches]): AuditFile => ({ file, kind: file.startsWith(`${own}/`) ? 'own' : 'shared', touches }))
    .sort((a, b) => (a.kind === b.kind ? (a.file < b.file ? -1 : 1) : a.kind === 'own' ? -1 : 1));
}

interface ReadPeriod {
  readonly period: Period;
  readonly trail: Trail;
  readonly commits: readonly AuditCommit[];
}

async function auditClose({ folder, options }: Place, { period, trail, commits }: ReadPeriod, close: Close, notes: Set<string>): Promise<AuditClose> {
  const path = pathIn(folder, close.name);
  const touching = trail.commits.filter(({ touches }) => touches.has(path));
  const adding = touching.findLast(({ touches }) => touches.get(path) === 'added') ?? null;
  const known = commits.find(({ commit }) => commit === adding?.commit) ?? null;
  const asked = options.host === null || known === null || known.pull === null ? null : await options.host.readPull(known.pull);
  if (asked !== null && 'unreadable' in asked) notes.add(`the reviews of pull request ${known?.pull} could not be read`);
  const pull = asked === null || 'unreadable' in asked ? null : asked;
  const facts: ClosedChange = {
    close,
    added: known,
    changedLater: touching.filter(({ commit }) => commit !== adding?.commit).length,
    change: trail.commits.filter(({ commit }) => known !== null && changeOf(commits, commit) === known.change),
    evidence: trail.commits.filter(({ touches }) => [...touches.keys()].some((file) => isEvidence(file, pathIn(folder, period.folder)))),
    folder,
    period: period.folder,
    logins: new Map(commits.flatMap(({ commit, author }) => (author.login === null ? [] : [[commit, author.login] as const]))),
    pull,
  };
  return {
    name: close.name,
    approved_by: close.approvedBy,
    verdict: close.verdict,
    result_digest: close.digests.result,
    in_force: closeInForce(period) === close,
    commit: known?.commit ?? null,
    pull: known?.pull ?? null,
    head: pull?.head ?? null,
    reviews: pull?.reviews ?? null,
    remarks: auditRemarksOf(facts),
  };
}

function changeOf(commits: readonly AuditCommit[], commit: string): string | null {
  return commits.find((each) => each.commit === commit)?.change ?? null;
}

/** Evidence is everything in the folder but what people write about it. */
function isEvidence(file: string, folder: string): boolean {
  return file.startsWith(`${folder}/`) && !/^(?:[^/]+\.ya?ml|evidence\.lock|README\.md|close-\d+\.open\.csv|results\/.+)$/.test(file.slice(folder.length + 1));
}
