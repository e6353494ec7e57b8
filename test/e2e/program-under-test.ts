/** Which program a test starts: the committed bundle, as a runner does; only while src/ is being edited and is newer than the bundle, the sources. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The arguments of Node. A fresh clone gives its files no order in time, so the times count only where git knows of an edit. */
export function programUnderTest(bundle: string, source: string): readonly string[] {
  const built = join(root, bundle);
  const edited = spawnSync('git', ['status', '--porcelain', '--', 'src'], { cwd: root, encoding: 'utf8' });
  const isEdited = edited.status === 0 && edited.stdout !== '';
  return isEdited && changedAt(built) < Math.max(...sources().map(changedAt)) ? ['--import', import.meta.resolve('tsx'), join(root, source)] : [built];
}

function sources(): string[] {
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(root, 'src', name));
}

/** Milliseconds; 0 for a file that is not there. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
