/** A ledger with the data of head under the rules of base: what a change is judged by until it is merged. Pure. */
import { documentOf, fileOf, isSame, withoutPlaces } from './documents.ts';
import { mappingFileInForce, mappingsInForce } from './mappings-in-force.ts';
import { type NamesFile, partsUnderBase, periodUnderBase } from './period-rules.ts';
import { isKind, ledgerPath, pathsFor, periodPath, rowOf } from '../../model/layout.ts';
import type { Ledger, LedgerFile, Period } from '../../model/ledger.ts';

/**
 * Everything that says how rows are read or judged is base's: settings, contract, exceptions, the formats that base has, mappings of models that base knows,
 * and of a period that base has its scope, bounds, stage, finality and how each layer is read. Everything else is head's. `files` says the same, so that
 * the digest of the inputs holds what was judged. Rules that differ keep no place: their line in base's file is another one in head's.
 */
export function underBase(head: Ledger, base: Ledger, periodId: string, namesFile: NamesFile = () => true): Ledger {
  const settings = sameFile(head, base, 'settings') ? head.settings : withoutPlaces(base.settings);
  const composed: Ledger = {
    ...head,
    settings,
    mappings: mappingsInForce(base, head),
    contract: sameFile(head, base, 'contract') ? head.contract : withoutPlaces(base.contract),
    formats: [...base.formats, ...head.formats.filter(({ name }) => !base.formats.some((format) => format.name === name))],
    files: filesUnderBase(head, base),
  };
  const [period, before] = [head, base].map((ledger) => ledger.periods.find(({ id }) => id === periodId));
  if (period === undefined) return composed;
  const excepted = withOwnFiles(composed, period, base, before);
  return before === undefined ? excepted : withPeriodRules(excepted, period, { base, before, namesFile });
}

/** Rules that are a file of the period's own; those of a period that base does not have are not in force yet. */
function withOwnFiles(composed: Ledger, period: Period, base: Ledger, before: Period | undefined): Ledger {
  const differing = pathsFor(period, ({ of, rules }) => of === 'period' && rules === 'whole').filter(
    (name) => !isSame(documentOf(composed, name), documentOf(base, name)),
  );
  const files = differing.flatMap((name) => {
    const file = before === undefined ? undefined : fileOf(base, name.replace(period.folder, before.folder));
    return file === undefined ? [] : [{ ...file, name }];
  });
  const own = differing.includes(periodPath(period, 'exceptions')) ? { exceptions: withoutPlaces(before?.exceptions ?? []) } : {};
  return {
    ...composed,
    periods: composed.periods.map((each) => (each.id === period.id ? { ...each, ...own } : each)),
    files: [...composed.files.filter((each) => !differing.includes(each.name)), ...files],
  };
}

function sameFile(head: Ledger, base: Ledger, kind: 'settings' | 'contract'): boolean {
  return isSame(documentOf(head, ledgerPath(kind)), documentOf(base, ledgerPath(kind)));
}

/** A format that base has stays in its file, whatever head does to that; one that hides a built-in format of base is none. */
function filesUnderBase(head: Ledger, base: Ledger): LedgerFile[] {
  const isFormat = ({ name }: LedgerFile): boolean => isKind(name, 'format');
  const isKnown = (file: LedgerFile): boolean => base.formats.some(({ name }) => file.name === ledgerPath('format', name));
  const own = head.files.filter((file) => !isFormat(file) || !isKnown(file)).map((file) => fileUnderBase(file, head, base));
  const formats = base.files.filter(isFormat).map((file) => {
    const same = fileOf(head, file.name);
    return same !== undefined && isSame(same.document, file.document) ? same : file;
  });
  return [...own, ...formats].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function fileUnderBase(file: LedgerFile, head: Ledger, base: Ledger): LedgerFile {
  const before = fileOf(base, file.name);
  if (before === undefined) return file;
  if (rowOf(file.name)?.of === 'ledger' && rowOf(file.name)?.rules === 'whole') return isSame(file.document, before.document) ? file : before;
  return isKind(file.name, 'models') ? mappingFileInForce(base, head, file) : file;
}

interface PeriodRules {
  readonly base: Ledger;
  readonly before: Period;
  readonly namesFile: NamesFile;
}

function withPeriodRules(composed: Ledger, period: Period, { base, before, namesFile }: PeriodRules): Ledger {
  const name = periodPath(period, 'period');
  const document = periodUnderBase(documentOf(composed, name), documentOf(base, periodPath(before, 'period')), namesFile);
  return {
    ...composed,
    periods: composed.periods.map((each) => (each.id === period.id ? partsUnderBase(each, withoutPlaces(before), namesFile) : each)),
    files: composed.files.map((file) => (file.name === name ? { ...file, document } : file)),
  };
}
