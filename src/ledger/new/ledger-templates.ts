/** The files of a new ledger and of what a repository needs around it, commented for the person who fills them in. What only that person can know is a placeholder. */
import { toReplace as open } from '../../model/placeholder.ts';
import { contractAreas } from '../../model/contract-area.ts';
import type { Day } from '../../model/instant.ts';
import { lastEndedMonth, movedMonth } from './next-bounds.ts';
import { pathIn } from '../../model/layout.ts';
import { noModels, noPrices, pulledPeriod } from './pulled-templates.ts';
import { workflowTexts } from './workflow-texts.ts';

/** POSIX name inside the ledger → text. */
export function ledgerFiles(facts: InitFacts): Record<string, string> {
  return {
    'trueup.yaml': settings(facts),
    'models.yaml': facts.from === null ? models(facts) : noModels,
    'contract.yaml': contract(),
    [`prices/${snapshotId(facts)}.yaml`]: facts.from === null ? prices(facts) : noPrices({ ...facts, snapshot: snapshotId(facts) }),
    [`periods/${facts.month.id}/period.yaml`]: facts.from === null ? period(facts) : pulledPeriod({ ...facts, snapshot: snapshotId(facts) }, facts.from),
    [`periods/${facts.month.id}/evidence/.gitkeep`]: '',
  };
}

function snapshotId({ day }: InitFacts): string {
  return `cometapi/${day}`;
}

function settings({ id }: InitFacts): string {
  return `# This file names the ledger, and says when money that does not add up becomes a warning or a failure.
version: 1
id: ${JSON.stringify(id)}
provider: cometapi
currency: USD
# publish: public # amounts and ids may be said where everybody can read: in comments and releases of a public repository
policy:
  # Amounts up to this are clearly trivial: they stay in every sum, but breach nothing.
  ignore_below: "0.01"
  # Gross unexplained money against the period's whole; opposite errors cannot cancel. Breached above the percent or above the amount.
  total: { warn: { percent: "0.5" }, fail: { percent: "2", amount: "50" } }
  model: { fail: { percent: "5" } }
  # Single steps of the bridge. Retries are explained money: only this line makes them a warning.
  categories:
    retry: { warn: { percent: "2" } }
    duplicate: { fail: { amount: "0" } }
  # Unexplained requests and charges against all counted requests.
  counts: { fail: { percent: "0.5" } }
  # Tests A to E. \`trueup drill new <kind> --id <name>\` scaffolds one; once they have been run, require them:
  # drills: { required: [known-response, streaming, retry-after-timeout, fallback, unknown-model], max_age_days: 90, missing: warn }
  # Charges per request.
  retry_cap: { default: "1.10" }
  # Below this share of linked charges or requests the join is wrong, not the bill.
  min_linked: "95"
`;
}

function models({ month }: InitFacts): string {
  return `# Which billable model stands behind each name. Rows are never edited away: a retired mapping gets a valid_to, so that old periods still add up.
models:
  - internal_name: ${open} # the name that your application logs, or a name of your own
    requested_model: ${open} # as the application asks for it
    billable_model: ${open} # as the provider's export names it
    role: primary
    owner: ${open}
    valid_from: ${month.start.slice(0, 10)}
  # A fallback names the primary that it stands in for:
  # - { internal_name: …, requested_model: …, billable_model: …, role: fallback, fallback_for: …, owner: …, valid_from: … }
`;
}

function contract(): string {
  const items = contractAreas.map(
    ({ area, detail, admissible }) =>
      `  - { area: ${area}, status: unverified, # what can support it: ${admissible}\n      detail: ${JSON.stringify(detail)} }\n`,
  );
  return `# What has been verified about the provider. Each detail says what to verify: replace it by the answer, set status: verified, and name source, proved_by,
# verified_on, verified_by and, where the answer may change, expires_on.
items:
${items.join('')}billing:
  # Whether a request that ended so is charged: billable, not-billable or unverified. What is unverified counts as billable, and its amount is at stake.
  statuses: { success: billable, error: unverified, timeout: unverified, canceled: unverified }
  # How one charge is rounded; level: none says that it is not.
  rounding: { level: none }
`;
}

function prices(facts: InitFacts): string {
  return `# Prices as they stood on one day. Never edit a snapshot that a period used: add a later one and name it in the period.
id: ${snapshotId(facts)}
source_url: https://apidoc.cometapi.com/about-pricing-873788m0
accessed_at: ${facts.day}
captured_by: ${open}
notes: ${open} # how you know that these prices held in ${facts.month.id}, which was over when they were read
price_kind: public-list # negotiated | promotional | credit-adjusted
currency: USD
unit_basis: per-1M-tokens # per-token | per-1K-tokens
verification: { status: unverified } # verified, against: contract, on: <day>, by: <who>
prices:
  - billable_model: ${open} # as the provider's export names it
    input_price: ${open} # the official rate
    output_price: ${open}
    # cached_input_price, cache_write_price, cache_write_1h_price, reasoning_price, request_price: a class that is absent is unknown, not free
    ratio: ${open} # the factor on every price of the row; "1" if there is none
# A known sample that must come out to the digit:
# samples:
#   - { billable_model: …, input_tokens: 1000, output_tokens: 500, expected_cost: "…" }
`;
}

function period(facts: InitFacts): string {
  const { month } = facts;
  return `# The month that ended last; \`trueup period new\` writes the next one after its pattern. The rows stand in evidence/, as they were exported; they are never edited.
id: ${month.id}
start_utc: ${month.start} # inclusive
end_utc: ${month.end} # exclusive
account_ref: ${open} # as the provider's export names the account, or a name of your own
currency: USD
models: all
stage: usage # final, with invoice_id and invoice.yaml, once the invoice is there; prepaid, with statement.yaml, where a balance pays for the usage
prices:
  - { snapshot: ${snapshotId(facts)} } # alone decides which prices are in force
evidence:
  # rows: attempts when each try of a request is a row, final-only when only the last one is
  application: { files: [evidence/application*.csv*], format: trueup, rows: attempts }
  # format: new-api for the log export of such a server; docs/formats.md lists all and says how to describe your own
  provider: { files: [evidence/provider*.csv*], format: trueup, delay: 24h }
  # finalized_through_utc: of the provider, until when its export is complete, as a UTC timestamp; a final period warns without it
  # gateway: { files: [evidence/gateway*.csv*], format: trueup }
layers: { gateway: { none: ${open} } } # why there is no gateway log; remove the line when there is one
`;
}

/** Whose usage a ledger can be written for with nothing but a key: `trueup usage pull` brings the evidence. */
export const pulledProviders = ['cometapi'] as const;
export type PulledProvider = (typeof pulledProviders)[number];

export interface InitFacts {
  /** Id of the ledger. */
  readonly id: string;
  /** Who owns the repository at its host; null = not known. */
  readonly owner: string | null;
  /** POSIX path of the ledger in the repository; `.` at its root. */
  readonly path: string;
  readonly day: Day;
  readonly month: { readonly id: string; readonly start: string; readonly end: string };
  /** null = the evidence is exported by hand. */
  readonly from: PulledProvider | null;
}

export interface InitPlace {
  /** Name of the repository's folder, or of the ledger's where there is no repository. */
  readonly folderName: string;
  /** URL of the remote `origin`; null = none. */
  readonly remote: string | null;
  readonly path: string;
  readonly day: Day;
  readonly from: PulledProvider | null;
}

export function initFacts({ folderName, remote, path, day, from }: InitPlace): InitFacts {
  const { owner = null, name = null } = remote === null ? {} : (/[/:](?<owner>[^/:]+)\/(?<name>[^/]+?)(?:\.git)?\/?$/.exec(remote)?.groups ?? {});
  return {
    id: idOf(name ?? folderName),
    owner: owner !== null && /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(owner) ? owner : null,
    path,
    day,
    month: monthOf(day),
    from,
  };
}

/** A name that a ledger may have; what it may not hold becomes a hyphen. */
function idOf(name: string): string {
  const cleaned = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return cleaned === '' ? 'llm-spend' : cleaned.slice(0, 100);
}

/** The month that ended last: the one whose exports and invoice can be had. */
function monthOf(day: Day): InitFacts['month'] {
  const id = lastEndedMonth(day);
  return { id, start: `${id}-01T00:00:00Z`, end: `${movedMonth(id, 1)}-01T00:00:00Z` };
}

export interface SharedFile {
  /** POSIX name in the repository. */
  readonly name: string;
  /** Other names under which the host looks for the same file: one of them is enough. */
  readonly alsoAt: readonly string[];
  readonly text: string;
}

export function sharedFiles(facts: InitFacts): SharedFile[] {
  return [
    { name: '.github/CODEOWNERS', alsoAt: ['CODEOWNERS', 'docs/CODEOWNERS'], text: owners(facts) },
    { name: '.gitattributes', alsoAt: [], text: attributes(facts) },
    { name: '.gitignore', alsoAt: [], text: '# What `trueup reconcile` writes.\n.trueup/\n' },
    ...Object.entries(workflowTexts)
      // It needs a key, and would fail each day where there is none.
      .filter(([name]) => name !== 'usage-pull.yml' || facts.from !== null)
      .map(([name, text]) => ({ name: `.github/workflows/trueup-${name}`, alsoAt: [], text: renamed(text) })),
  ];
}

/** The workflows speak of each other by file name. */
function renamed(text: string): string {
  return Object.keys(workflowTexts).reduce((done, name) => done.replaceAll(new RegExp(`(?<![\\w-])${name.replace('.', '\\.')}`, 'g'), `trueup-${name}`), text);
}

/** A pattern of CODEOWNERS, which ends at a blank. */
function within({ path }: InitFacts, name: string): string {
  return path === '.' ? `/${name}` : `/${path.replaceAll(/[ #]/g, String.raw`\$&`)}/${name}`;
}

/** A pattern of .gitattributes, which may stand in quotes. */
function attributePattern({ path }: InitFacts, pattern: string): string {
  const whole = pathIn(path, pattern);
  return /[^\w./*@+-]/.test(whole) ? JSON.stringify(whole) : whole;
}

function owners(facts: InitFacts): string {
  const owner = `@${facts.owner ?? open}`;
  const lines = ['trueup.yaml', 'models.yaml', 'contract.yaml', 'prices/', 'periods/', 'drills/'].map((name) => `${within(facts, name)} ${owner}\n`);
  return `# Who must approve a change of the ledger. An organisation cannot own files: name a team, @organisation/team.\n${lines.join('')}`;
}

function attributes(facts: InitFacts): string {
  const at = (pattern: string): string => attributePattern(facts, pattern);
  return `# The same bytes on every machine: locks and closes hold hashes of these files. Evidence goes to Git LFS: run \`git lfs install\` once.
${at('periods/*/evidence/**')} filter=lfs diff=lfs merge=lfs -text
${at('periods/*/evidence/.gitkeep')} -filter -diff -merge
${at('drills/**')} -text
${at('prices/**')} -text
${at('**/*.yaml')} text eol=lf
`;
}
