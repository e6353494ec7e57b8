/** What the engine asks about names that only it can see: the columns of a Parquet file, or the keys of a row of JSON. */
import type { EvidenceFile, Format } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import { checkKeys, checkNames } from './check-names.ts';
import { findingOf } from './problem.ts';

/** A file must have every column that it needs; a row of JSON may lack any, and must only not hide one. */
export function namesChecked(file: EvidenceFile, names: readonly string[], format: Format, of: 'file' | 'row'): Finding[] {
  const problems = of === 'file' ? checkNames(names, format, file.layer) : checkKeys(names, format);
  return problems.map((problem) => findingOf(problem, file.layer, file.name));
}
