/** Holds what a close states against a recomputation of the same inputs. */
import type { Close } from '../model/close.ts';
import { finding, type Finding } from '../model/finding.ts';
import type { Totals } from '../model/judgement.ts';
import type { Result } from '../model/result.ts';

/**
 * `result-changed` where they differ. By the same version it fails. By another version it is a warning when totals differ and a note when only
 * details do: a newer Trueup may know more findings, and history does not turn red by that.
 */
export function checkClose(close: Close, result: Pick<Result, 'digests' | 'totals' | 'tool_version'>): Finding[] {
  const same = close.digests.result === result.digests.result && close.digests.inputs === result.digests.inputs;
  const total = differingTotal(close.totals, result.totals);
  if (total === null && (same || (close.digests.result === result.digests.result && close.toolVersion !== result.tool_version))) return [];
  const words =
    total === null
      ? { closed: close.digests.result, recomputed: result.digests.result }
      : { closed: `${total} ${close.totals[total] ?? '(none)'}`, recomputed: `${total} ${result.totals[total] ?? '(none)'}` };
  const otherVersion = close.toolVersion !== result.tool_version;
  const problem = `${total === null ? 'other-digest' : 'other-totals'}${otherVersion ? '-version' : ''}`;
  const versions = otherVersion ? { closed_version: close.toolVersion, version: result.tool_version } : {};
  const severity = !otherVersion ? 'fail' : total === null ? 'info' : 'warn';
  return [finding('result-changed', severity, { args: { close: close.name, ...words, problem, ...versions }, source: close.source })];
}

/** Totals that closes of 0.1.0 do not state. */
const laterTotals: readonly (keyof Totals)[] = ['provider_reported', 'provider_computed'];

function differingTotal(closed: Totals, now: Totals): keyof Totals | null {
  const isStated = (key: keyof Totals): boolean => closed[key] !== null || !laterTotals.includes(key);
  return (Object.keys(now) as (keyof Totals)[]).find((key) => isStated(key) && closed[key] !== now[key]) ?? null;
}
