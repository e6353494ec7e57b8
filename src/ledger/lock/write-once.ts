/** Puts one file in its place whole: written beside it under another name, then renamed. */
import { rmSync } from 'node:fs';
import { access, link, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { whenStopped } from '../../model/interruption.ts';
import { temporaryName } from '../../model/temporary-names.ts';
import { UserError } from '../../model/user-error.ts';
import { maxFileBytes } from '../ledger-files.ts';
import { beyondBounds } from '../yaml-document.ts';

/** A lock, close or reopening; refused when it is larger than what the reader takes. */
export async function writeSealed(target: string, text: string, how: 'new' | 'replace'): Promise<void> {
  if (Buffer.byteLength(text) > maxFileBytes || beyondBounds(text) !== null) {
    throw new UserError(`${basename(target)} would be larger than a ledger file may be.`, 'Pack the evidence into fewer files.');
  }
  await writeOnce(target, text, how);
}

/** `new` never takes the place of another file, not even of one that comes at the same moment. */
export async function writeOnce(target: string, content: string | Uint8Array, how: 'new' | 'replace'): Promise<void> {
  const temporary = join(dirname(target), `${temporaryName(`.${basename(target)}`)}.tmp`);
  const forget = whenStopped(() => rmSync(temporary, { force: true }));
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    if (how === 'replace') await rename(temporary, target);
    else await linkNew(temporary, target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new UserError(`${basename(target)} is there already.`, 'Somebody wrote it in the meantime; look at it first.', { cause });
    }
    throw cause;
  } finally {
    await rm(temporary, { force: true });
    forget();
  }
}

/** Where the file system knows no links, the name is looked at before it is taken. */
async function linkNew(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (cause) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    const there = await access(target).then(
      () => true,
      () => false,
    );
    if (there) throw Object.assign(new Error(`${target} exists`, { cause }), { code: 'EEXIST' });
    await rename(temporary, target);
  }
}
