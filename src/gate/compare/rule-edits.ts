/** The rules that a change edits, file by file: everything that says how rows are read or judged. Pure. */
import type { RuleDifference } from '../../model/gate.ts';
import type { Ledger } from '../../model/ledger.ts';
import { isKind, kindOf, ledgerPath, pathsFor, periodPath } from '../../model/layout.ts';
import { documentOf, elementsOf, memberOf, ruleDifferences } from './documents.ts';
import { ruledMappings } from './mappings-in-force.ts';
import { periodDifferences, type IsMoved, type MovedFiles } from './period-rules.ts';

/** A file of the ledger in which rules differ; its differences are never empty. */
export interface RuleEdit {
  /** POSIX path relative to the ledger. */
  readonly file: string;
  /** What of it was edited, in our own words. */
  readonly what: readonly string[];
  readonly differences: readonly RuleDifference[];
}

/** Sorted by file. A format or a period that base does not have has nothing to be held against; exceptions are rules also where there were none. */
export function ruleEdits(base: Ledger, head: Ledger, moved: MovedFiles): RuleEdit[] {
  const between = (file: string): readonly [string, RuleDifference[]] => [file, ruleDifferences(documentOf(base, file), documentOf(head, file))];
  const all = [
    ...wholeFiles(base, head).map(between),
    [ledgerPath('models'), mappingDifferences(base, head)] as const,
    ...formatDifferences(base, head),
    ...head.periods.flatMap((period) => {
      const before = base.periods.find(({ id }) => id === period.id);
      if (before === undefined) return [];
      const file = periodPath(period, 'period');
      const isMoved: IsMoved = (from, to) => moved.get(`${before.folder}/${from}`)?.includes(`${period.folder}/${to}`) ?? false;
      return [[file, periodDifferences(documentOf(base, periodPath(before, 'period')), documentOf(head, file), isMoved)] as const];
    }),
  ];
  return all
    .filter(([, differences]) => differences.length > 0)
    .map(([file, differences]) => ({ file, what: [...new Set(differences.map(({ path }) => wordFor(file, path)))], differences }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function mappingDifferences(base: Ledger, head: Ledger): RuleDifference[] {
  return ruleDifferences(elementsOf(memberOf(documentOf(base, ledgerPath('models')), 'models')), ruledMappings(base, head), ['mappings']);
}

/** A format that the change takes away is one difference. */
function formatDifferences(base: Ledger, head: Ledger): (readonly [string, RuleDifference[]])[] {
  return base.files
    .filter(({ name }) => isKind(name, 'format'))
    .map(({ name, document }) => {
      const after = documentOf(head, name);
      const gone = { path: ['format'], was: document, is: undefined, before: name, after: null };
      return [name, after === undefined ? [gone] : ruleDifferences(document, after)] as const;
    });
}

/** Files that are rules as a whole, of all periods and of each. */
function wholeFiles(base: Ledger, head: Ledger): string[] {
  return [...new Set([...base.periods, ...head.periods].flatMap((period) => pathsFor(period, ({ of, rules }) => of !== 'naming' && rules === 'whole')))];
}

/** In the words of whoever reads the change. */
function wordFor(file: string, [first = '', layer = '', key = '']: readonly string[]): string {
  const kind = kindOf(file);
  if (kind === 'settings') return first === 'policy' ? 'policy' : 'settings';
  if (kind === 'contract') return first === 'billing' ? 'billing rules' : 'contract items';
  if (kind !== 'period') return kind === 'models' ? 'mappings' : (kind ?? 'file');
  if (first !== 'evidence') return first;
  return key === '' ? `layer ${layer}` : key === 'files' ? 'evidence files' : key;
}
