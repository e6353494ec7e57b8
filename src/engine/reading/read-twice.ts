/** The parallel reader of CSV can stumble over quoted newlines: a second, serial reading tells a broken file from that. Other failures are no reason to read again. */
import type { EvidenceFile } from '../../model/evidence.ts';
import { systemFailure } from '../../model/system-failure.ts';

const throwOn = (error: Error): never => {
  throw error;
};

/** `complain` gets only what the reader says about the content of the file; whatever else went wrong is thrown on. Left out: that too. */
export async function readTwice<T>(
  { container }: Pick<EvidenceFile, 'container'>,
  read: (reading: 'parallel' | 'serial') => Promise<T>,
  complain: (error: Error) => T = throwOn,
): Promise<T> {
  try {
    return await read('parallel');
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    if (container !== 'csv') return complain(error);
  }
  try {
    return await read('serial');
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    return complain(error);
  }
}

/** Not what the machine refuses, and not a statement of ours that the engine does not take. */
function isAboutContent(error: unknown): error is Error {
  if (!(error instanceof Error) || systemFailure(error) !== null) return false;
  return !/^(?:INTERNAL|FATAL|Binder|Catalog|Parser|Interrupt|Permission|Transaction) Error/i.test(error.message);
}
