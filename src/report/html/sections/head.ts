/** The head of the page: what the verdict is, of what, and the four numbers with those of the month before. */
import type { PeriodBefore } from '../../../model/gate.ts';
import type { Month } from '../../../model/month.ts';
import type { Amount } from '../../../model/money.ts';
import type { Result } from '../../../model/result.ts';
import { periodName } from '../../period-words.ts';
import { verdictWords } from '../../headline-words.ts';
import { isPrepaid } from '../../overview.ts';
import { grouped, percentOf, plainMoney } from '../../show-money.ts';
import { labelOf } from '../../wording/step-wording.ts';
import { forecastWords } from '../../trend/forecast-words.ts';
import { type Html, markup, nothing } from '../html-text.ts';

const verdictNames: Readonly<Record<Result['verdict'], string>> = { pass: 'Pass', warn: 'Warn', fail: 'Fail', inconclusive: 'Inconclusive' };

export function pageHead(result: Result): Html {
  const { period, as_of: asOf } = result;
  const said = verdictWords(result, (text) => text);
  const [first = '', ...rest] = said.rest.split('; ');
  const environment = period.environment === null ? '' : `, environment ${period.environment}`;
  const end = period.judged_end_utc === period.end_utc ? period.end_utc : `${period.judged_end_utc} (the period ends at ${period.end_utc})`;
  return markup`<header>
    <p class="scope">Trueup · ${period.id} · account ${period.account_ref}${environment}</p>
    <h1><span class="verdict ${result.verdict}">${verdictNames[result.verdict]}</span> ${said.head}${first === '' ? '' : `: ${first}`}.</h1>
    ${rest.length === 0 ? nothing : markup`<p>${upper(rest.join('; '))}.</p>`}
    <p class="scope">From ${period.start_utc} to ${end}, stage ${period.stage}, as of ${asOf}. Amounts in ${period.currency}.</p>
  </header>\n`;
}

/** Expected, charged, invoice or balance, unexplained. */
export function fourNumbers(result: Result, before: PeriodBefore | null): Html {
  const { totals, counts, period } = result;
  const last = before?.totals ?? null;
  const money = (amount: Amount): string => plainMoney(amount, period.currency);
  const share = totals.unexplained_gross === null ? null : percentOf(totals.unexplained_gross, totals.provider_charged ?? totals.unexplained_gross);
  const requests = counts === null ? '' : `${grouped(counts.application.requests)} requests`;
  const charges = counts === null ? '' : `${grouped(counts.provider.charges)} charges`;
  const beside = (amount: Amount | null | undefined): string =>
    before === null || amount === null || amount === undefined ? '' : `${periodName(before.period, (id) => id)}: ${money(amount)}`;
  const known = (amount: Amount | null): string => (amount === null ? 'not known' : money(amount));
  const witness = isPrepaid(result)
    ? numberCard(labelOf('balance_drawdown'), known(totals.balance_drawdown ?? null), [beside(last?.balance_drawdown)])
    : numberCard('Invoice', known(totals.invoice_total), [beside(last?.invoice_total)]);
  return markup`<dl class="numbers">
    ${numberCard('Expected', known(totals.expected), [requests, beside(last?.expected)])}
    ${numberCard('Charged', known(totals.provider_charged), [charges, beside(last?.provider_charged)])}
    ${witness}
    ${numberCard('Unexplained', known(totals.unexplained_gross), [share === null ? '' : `${share} of what is charged`, beside(last?.unexplained_gross)])}
  </dl>\n`;
}

/** Of a period that runs: where it will end. */
export function forecastLine(month: Month | null): Html {
  const forecast = month?.figures?.forecast ?? null;
  return month === null || forecast === null ? nothing : markup`<p>Forecast: ${forecastWords(forecast, month.currency)}.</p>\n`;
}

function numberCard(name: string, figure: string, beside: readonly string[]): Html {
  const lines = beside.filter((line) => line !== '').map((line) => markup`<dd class="beside">${line}</dd>`);
  return markup`<div>
    <dt>${name}</dt>
    <dd class="figure">${figure}</dd>
    ${lines}
  </div>`;
}

function upper(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
