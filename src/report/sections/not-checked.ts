/** What the run did not check: a report that is silent about it would promise too much. */
import type { IgnoredFinding } from '../../model/judgement.ts';
import type { Result } from '../../model/result.ts';

/** What the caller knows, then what the result itself shows. */
export function notCheckedList(result: Result, said: readonly string[], ignored: readonly IgnoredFinding[]): string {
  const lines = [...said, ...shownByResult(result), ...ignored.map(({ code, count }) => `\`${code}\` is ignored by policy.rules (${count})`)];
  return lines.map((line) => `- ${line}.`).join('\n');
}

function shownByResult({ counts, period, totals }: Result): string[] {
  return [
    ...(counts === null ? ['The rows were not reconciled: nothing about money or counts is known'] : []),
    ...(counts !== null && counts.gateway === null ? ['There is no gateway layer: what was forwarded is not checked'] : []),
    ...(period.stage === 'usage' && totals.invoice_total === null ? ['There is no invoice at this stage: the bridge ends at what the provider charged'] : []),
    ...(period.stage === 'final' && totals.invoice_total === null ? ['The invoice was not compared'] : []),
    ...(period.judged_end_utc === period.end_utc ? [] : [`The period was judged only up to ${period.judged_end_utc}`]),
    ...(period.models === null ? [] : ['Only the declared models are in scope']),
    'Nothing was asked of the provider: the run reads files only',
  ];
}
