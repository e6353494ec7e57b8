/** Holds the files of a period against its lock: what changed, what is gone, what was not there. */
import { finding, type Finding } from '../../model/finding.ts';
import type { FrozenFile, Lock } from '../../model/lock.ts';
import type { Source } from '../../model/source.ts';
import { setChecksum } from './render-lock.ts';
import { periodFile } from '../../model/layout.ts';

/** A file of the period as it is now. */
export type PresentFile = Pick<FrozenFile, 'file' | 'role' | 'sha256' | 'bytes'>;

/** In the order of the lock, then what is extra; the place is the line of the lock. */
export function compareLock(lock: Lock, present: readonly PresentFile[]): Finding[] {
  const now = new Map(present.map((file) => [file.file, file]));
  const frozen = new Set(lock.files.map(({ file }) => file));
  const departed = lock.files.flatMap((was) => {
    const is = now.get(was.file);
    if (is === undefined) return [changed(was, 'missing', was.source)];
    return is.sha256 === was.sha256 && is.bytes === was.bytes ? [] : [changed(was, 'changed', was.source)];
  });
  const extra = present.filter(({ file }) => !frozen.has(file)).map((file) => changed(file, 'extra', lock.source));
  // The seal holds what the lock says; this holds that it says one thing.
  const set = setChecksum(lock.files) === lock.setSha256 ? [] : [changed({ file: periodFile('lock'), role: 'other' }, 'set', lock.source)];
  return [...set, ...departed, ...extra];
}

function changed({ file, role }: Pick<FrozenFile, 'file' | 'role'>, how: 'changed' | 'missing' | 'extra' | 'set', source: Source): Finding {
  return finding('evidence-changed', 'inconclusive', { args: { layer: role, file, problem: `since-freeze-${how}` }, source });
}
