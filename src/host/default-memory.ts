/** The engine's memory limit where nobody names one; a value of the machine, and so for entries only. */
import { totalmem } from 'node:os';

/** Six tenths of the machine, or of the container when that is smaller, in bytes: the engine needs room beside its own limit. */
export function defaultMemory(): bigint {
  const constrained = process.constrainedMemory();
  const total = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return (BigInt(total) * 6n) / 10n;
}
