/** Keeps what the engine found, so that the same rows are not read twice when a period is judged by several sets of rules. */
import { memberOf, without } from './compare/documents.ts';
import type { Day } from '../model/instant.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { isOfOneScope } from '../period/carried-items.ts';
import { type PeriodFacts, type PeriodTask, rowRules, rowsRead, withFacts } from '../period/period-facts.ts';
import { concerns } from '../policy/weigh-ledger.ts';
import { canonicalJson } from '../report/canonical-json.ts';
import { bearsOn, rowOf } from '../model/layout.ts';

export class FactCache {
  private readonly known = new Map<string, PeriodFacts>();

  /** Whether facts are at hand. */
  has(task: PeriodTask): boolean {
    return this.known.has(keyOf(task));
  }

  keep(task: PeriodTask, facts: PeriodFacts): void {
    this.known.set(keyOf(task), facts);
  }

  /** The facts of the period; nothing is written. */
  async factsOf(task: PeriodTask): Promise<PeriodFacts> {
    const known = this.known.get(keyOf(task));
    if (known !== undefined) return known;
    const facts = await withFacts(task, null, async (facts) => facts);
    // Nothing of the period follows for now.
    task.settings.onProgress(task.period.id, { stage: 'done', rows: rowsRead(facts.outcome) });
    this.keep(task, facts);
    return facts;
  }
}

/** Everything that the engine and the reading of evidence look at, as it stands in the files. */
function keyOf({ ledger, findings, period, settings }: PeriodTask): string {
  const blocked = findings.some((found) => found.severity === 'inconclusive' && concerns(found, period));
  // Rows may correct earlier periods, and what those were charged decides what that explains.
  const read = [period, ...ledger.periods.filter((one) => one.end <= period.start && isOfOneScope(one, period))];
  const documents = ledger.files
    .filter(({ name }) => read.some((one) => bearsOnRows(one, name)))
    .map(({ name, document }) => [name, rowsPart(name, document)] as const);
  return canonicalJson({
    root: ledger.root,
    period: period.id,
    blocked,
    rules: rulesOf(ledger, period, settings.asOf),
    documents: Object.fromEntries(documents),
  });
}

/** What other files say about the rows of the period, as text. */
function rulesOf(ledger: Ledger, period: Period, asOf: Day): unknown {
  return JSON.parse(JSON.stringify(rowRules(ledger, period, asOf), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
}

function bearsOnRows(period: Period, name: string): boolean {
  return rowOf(name)?.rows !== 'none' && bearsOn(period, name);
}

/** What of a file says how rows are read. */
function rowsPart(name: string, document: unknown): unknown {
  const rows = rowOf(name)?.rows;
  if (typeof rows !== 'object') return document;
  return 'only' in rows ? (memberOf(document, rows.only) ?? null) : without(document, rows.except);
}
