/** Names of temporary files and folders: they say which process of which machine they belong to, so that those of a killed run can be told from others. */
import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';

/** Eight hex digits for the machine: the number of a process means nothing on another one that shares the folder. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const owner = /\.([0-9a-f]{8})-(\d{1,10})\.[0-9a-f]{16}(?:\.[a-z]+)?$/;

/** `<name>.<machine>-<process>.<random>`, unlike any other. */
export function temporaryName(name: string): string {
  return `${name}.${machine}-${process.pid}.${randomBytes(8).toString('hex')}`;
}

/** Whether a name of ours belongs to a process of this machine that is gone. What cannot be told is not. */
export function isAbandoned(name: string): boolean {
  const [, of = '', id = ''] = owner.exec(name) ?? [];
  return of === machine && !isRunning(Number(id));
}

function isRunning(id: number): boolean {
  try {
    // Signal 0 is not sent: it only asks.
    return process.kill(id, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
