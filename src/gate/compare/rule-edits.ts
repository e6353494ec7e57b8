/** The rules that a change edits, file by file: everything that says how rows are read or judged. Pure. */
import type { RuleDifference } from '../../model/gate.ts';
import type { Ledger } from '../../model/ledger.ts';
import { documentOf, elementsOf, memberOf } from './documents.ts';
import { ruledMappings } from './mappings-in-force.ts';
import { periodDifferences, type IsMoved, type MovedFiles } from './period-rules.ts';
import { ruleDifferences } from './rule-differences.ts';

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
    ...['trueup.yaml', 'contract.yaml'].map(between),
    ['models.yaml', mappingDifferences(base, head)] as const,
    ...formatDifferences(base, head),
    ...head.periods.flatMap((period) => {
      const before = base.periods.find(({ id }) => id === period.id);
      if (before === undefined) return [];
      const file = `${period.folder}/period.yaml`;
      const isMoved: IsMoved = (from, to) => moved.get(`${before.folder}/${from}`)?.includes(`${period.folder}/${to}`) ?? false;
      return [[file, periodDifferences(documentOf(base, `${before.folder}/period.yaml`), documentOf(head, file), isMoved)] as const];
    }),
    ...exceptionFiles(base, head).map(between),
  ];
  return all
    .filter(([, differences]) => differences.length > 0)
    .map(([file, differences]) => ({ file, what: [...new Set(differences.map(({ path }) => wordFor(file, path)))], differences }))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function mappingDifferences(base: Ledger, head: Ledger): RuleDifference[] {
  return ruleDifferences(elementsOf(memberOf(documentOf(base, 'models.yaml'), 'models')), ruledMappings(base, head), ['mappings']);
}

/** A format that the change takes away is one difference. */
function formatDifferences(base: Ledger, head: Ledger): (readonly [string, RuleDifference[]])[] {
  return base.files
    .filter(({ name }) => name.startsWith('formats/'))
    .map(({ name, document }) => {
      const after = documentOf(head, name);
      const gone = { path: ['format'], was: document, is: undefined, before: name, after: null };
      return [name, after === undefined ? [gone] : ruleDifferences(document, after)] as const;
    });
}

function exceptionFiles(base: Ledger, head: Ledger): string[] {
  return [...new Set([...base.periods, ...head.periods].map(({ folder }) => `${folder}/exceptions.yaml`))];
}

/** In the words of whoever reads the change. */
function wordFor(file: string, [first = '', layer = '', key = '']: readonly string[]): string {
  if (file === 'trueup.yaml') return first === 'policy' ? 'policy' : 'settings';
  if (file === 'contract.yaml') return first === 'billing' ? 'billing rules' : 'contract items';
  if (file === 'models.yaml') return 'mappings';
  if (file.startsWith('formats/')) return 'format';
  if (file.endsWith('/exceptions.yaml')) return 'exceptions';
  if (first !== 'evidence') return first;
  return key === '' ? `layer ${layer}` : key === 'files' ? 'evidence files' : key;
}
