/**
 * What a gate says about a change (or about the open periods): the judged document that every view of it is rendered from,
 * and that travels in the artifact to the fork publisher. Plain JSON: text, numbers, lists; its zod schema is report/gate-schema.
 */
import type { Finding } from './finding.ts';
import type { IgnoredFinding } from './judgement.ts';
import type { Result } from './result.ts';
import type { Verdict } from './verdict.ts';
import type { Amount } from './money.ts';

export const gateSchemaId = 'trueup.gate/1';

/** `not-applicable`: nothing of the ledger was touched; a success, said as such. */
export type GateVerdict = Verdict | 'not-applicable';

/** `change`: a pull request or merge group, judged against its base. `open`: every open period. `named`: the periods that were asked for. */
export type GateMode = 'change' | 'open' | 'named';

/** One value of the rules that a change edits. */
export interface RuleDifference {
  /** The members that lead to it; an element of a list goes by its name. */
  readonly path: readonly string[];
  /** As parsed, every scalar as text; undefined = not there. */
  readonly was: unknown;
  readonly is: unknown;
  /** The same as text for a reader; null = not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Which way an edited rule goes. `changed`: nobody can tell; `neutral`: it bears on no verdict. */
export type RuleDirection = 'loosened' | 'changed' | 'tightened' | 'neutral';
export interface RuleChange {
  /** The members that lead to it, joined by dots. */
  readonly key: string;
  /** At most 300 characters; null = not there. */
  readonly before: string | null;
  readonly after: string | null;
  readonly direction: RuleDirection;
}

/** A file of the ledger whose edit takes effect only after it is merged. */
export interface PolicyEdit {
  /** POSIX path relative to the ledger. */
  readonly file: string;
  /** What of it was edited, in our own words: `policy`, `billing rules`, `mappings`, `exceptions`, `format`, `layers`, `evidence files`, or the key of `period.yaml`. */
  readonly what: readonly string[];
  /** What is looser first, then what nobody can tell. */
  readonly changes: readonly RuleChange[];
  /** How many are left out of `changes`. */
  readonly more: number;
}

/** What the edit of one file does to one period: the bridge with the file as base has it, and as head has it. */
export interface FileEffect {
  readonly file: string;
  readonly period: string;
  /** null where the bridge could not be computed. */
  readonly before: BridgeState | null;
  readonly after: BridgeState | null;
}
export interface BridgeState {
  readonly verdict: Verdict;
  /** Steps and subtotals in bridge order; exact plain decimal text. */
  readonly amounts: readonly { readonly step: string; readonly amount: Amount }[];
}

/** One judged period. */
export interface GatePeriod {
  /** Under the rules in force (base's); decides. */
  readonly result: Result;
  /** The judgement's findings, with their places in evidence. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  /** The verdict as it will be after the merge, under head's own rules; null when the change edits none. */
  readonly afterMerge: Verdict | null;
  /** false: shown for information only (a change of nothing but policy passes on validity). */
  readonly decides: boolean;
  /** Path of the period's outputs relative to the workspace, POSIX; null when nothing was written. */
  readonly folder: string | null;
}

/** A snapshot that comes into force for a period by the change. */
export interface PriceArrival {
  readonly period: string;
  readonly snapshot: string;
  /** The snapshot whose place it takes; null = there was none. */
  readonly before: string | null;
  /** Base does not have the snapshot at all. */
  readonly added: boolean;
  /** What costs something else than before; models that the ledger maps first. */
  readonly prices: readonly PriceMove[];
  /** How many are left out of `prices`. */
  readonly more: number;
}
/** Per million tokens of a class, or per request, with the ratio of its row; exact plain decimal text, null = not priced. */
export interface PriceMove {
  readonly model: string;
  /** `input`, `cached_input`, …, `request`; a tier adds ` above <n> input tokens`. */
  readonly price: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface GateLedger {
  /** POSIX path of the ledger relative to the repository; `.` at its root. */
  readonly path: string;
  /** null when trueup.yaml could not be read. */
  readonly id: string | null;
  readonly verdict: GateVerdict;
  /** May amounts and ids be said where everybody can read? From base's trueup.yaml (`publish: public`). */
  readonly publish: 'public' | 'restricted';
  /** Findings of the ledger's own files and of its history. */
  readonly findings: readonly Finding[];
  readonly periods: readonly GatePeriod[];
  readonly edits: readonly PolicyEdit[];
  readonly effects: readonly FileEffect[];
  readonly prices: readonly PriceArrival[];
  /** Facts about the run itself, as sentences of our own without a full stop (`base was read through the API`). */
  readonly notes: readonly string[];
}

export interface GateReport {
  readonly schema: typeof gateSchemaId;
  readonly tool_version: string;
  readonly mode: GateMode;
  readonly as_of: string;
  readonly verdict: GateVerdict;
  /** Commits, lower-case hex; null where the notion does not apply. `head` is the pull request's head, `checkout` what was judged. */
  readonly commits: { readonly base: string | null; readonly head: string | null; readonly checkout: string | null };
  readonly ledgers: readonly GateLedger[];
  /** `sha256:` and hex over the canonical JSON of the document without `tool_version`, `digest`, `commits`. */
  readonly digest: string;
}
