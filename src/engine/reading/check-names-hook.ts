/** How the engine asks another room what is wrong with names that only it can see. */
import type { EvidenceFile, Format } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';

/** `names` are the columns of the file, or the keys of one row. */
export type CheckNames = (file: EvidenceFile, names: readonly string[], format: Format, of: 'file' | 'row') => readonly Finding[];
