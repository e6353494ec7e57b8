/** Double-entry journals of a month, for hledger and Beancount: from what was expected, step by step, to what is payable or was paid. Each transaction sums to nothing, exactly. */
import { isSubtotal } from '../../model/bridge.ts';
import { dayOf, parseInstant } from '../../model/instant.ts';
import { type Amount, formatMoney, type Money, moneyOf, zero } from '../../model/money.ts';
import type { Result } from '../../model/result.ts';
import { unexplainedCauses } from '../causes.ts';
import { visibleText } from '../escape-markdown.ts';
import { periodName } from '../period-words.ts';
import { currencyOf } from '../show-money.ts';
import { labelOf } from '../wording/step-wording.ts';
import type { Exporter } from './export-source.ts';

export const journalExporter: Exporter = {
  kind: 'journal',
  description: 'double-entry journals for hledger and Beancount',
  files: [
    { name: (period) => `${period}-journal/${period}.journal`, content: (source) => [hledgerJournal(transactionsOf(source.result), source.result)] },
    { name: (period) => `${period}-journal/${period}.beancount`, content: (source) => [beancountJournal(transactionsOf(source.result), source.result)] },
  ],
};

interface Posting {
  /** Parts of the account's name, in letters, digits and dashes. */
  readonly account: readonly string[];
  readonly amount: Amount;
  /** Not negative: what the whole amount is in the other currency, by which the transaction sums to nothing; null in a posting of one currency. */
  readonly price: Amount | null;
  readonly currency: string;
  /** Foreign text is in it nowhere but here, and is a comment. */
  readonly note: string;
}
interface Transaction {
  readonly title: string;
  readonly postings: readonly Posting[];
}

/** The charge at its steps, then the invoice or the balance; each with its counterpart last. Steps without money are left out. */
function transactionsOf(result: Result): Transaction[] {
  const own = currencyOf(result.period.currency);
  const billed = result.fx === undefined ? own : currencyOf(result.fx.to);
  const charged: Posting[] = servicePostings(result);
  const invoiced: Posting[] = [];
  const open = new Map(unexplainedCauses(result).map(({ step, amount }) => [step as string, amount]));
  let isInvoice = false;
  for (const { step, amount } of rowsByStep(result)) {
    if (step === 'provider_charged') isInvoice = true;
    if (step === 'expected' || isSubtotal(step)) continue;
    (isInvoice ? invoiced : charged).push(...stepPostings(step, amount, { open: open.get(step), currency: isInvoice ? billed : own }));
  }
  const { provider_charged: owed, invoice_total: payable, charged_converted: converted, balance_drawdown: drawdown } = result.totals;
  const due = { account: ['Liabilities', 'LLM', 'Charged'], currency: own, note: '' };
  const out: Transaction[] =
    owed === null ? [] : [{ title: 'Charged by the provider', postings: [...charged, { ...due, amount: negated(owed), price: null }] }];
  if (owed === null) return out;
  const price = converted === undefined ? null : formatMoney(moneyOf(converted).abs());
  const lines = [{ ...due, amount: owed, price }, ...invoiced];
  if (drawdown !== undefined) {
    const paid = { account: ['Assets', 'LLM', 'Prepaid'], amount: negated(drawdown), price: null, currency: own, note: '' };
    return [...out, { title: 'Paid from the balance', postings: [...lines, paid] }];
  }
  if (payable === null) return out;
  const note = [result.period.invoice_id ?? []].flat().join(', ');
  const bill = { account: ['Liabilities', 'LLM', 'Payable'], amount: negated(payable), price: null, currency: billed, note };
  return [...out, { title: 'Invoiced', postings: [...lines, bill] }];
}

/** Lines of one kind are posted as one: what of them is unexplained is known together. */
function rowsByStep({ bridge }: Result): { readonly step: string; readonly amount: Amount }[] {
  const sums = new Map<string, Money>();
  for (const { step, amount } of bridge) sums.set(step, (sums.get(step) ?? zero).plus(moneyOf(amount)));
  return [...sums].map(([step, sum]) => ({ step, amount: formatMoney(sum) }));
}

/** Expected cost by service; names that read the same as accounts are told apart by a number. */
function servicePostings({ by_service: cuts, period }: Result): Posting[] {
  const taken = new Set<string>();
  return cuts.flatMap(({ key, totals }): Posting[] => {
    const amount = totals.expected ?? null;
    if (amount === null || amount === '0') return [];
    const base = segment(key);
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
    taken.add(name);
    return [{ account: ['Expenses', 'LLM', 'Expected', name], amount, price: null, currency: currencyOf(period.currency), note: key }];
  });
}

/** A step is explained, unexplained, or in parts both. */
function stepPostings(step: string, amount: Amount, { open, currency }: { readonly open: Amount | undefined; readonly currency: string }): Posting[] {
  const explained = formatMoney(moneyOf(amount).minus(open ?? '0'));
  const about = { price: null, currency, note: labelOf(step, amount) };
  return [
    { account: ['Expenses', 'LLM', 'Explained', segment(step)], amount: explained, ...about },
    { account: ['Expenses', 'LLM', 'Unexplained', segment(step)], amount: open ?? ('0' as Amount), ...about },
  ].filter((posting) => posting.amount !== '0');
}

/** Begins with a capital or a digit, as Beancount wants it. */
function segment(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const kept = plain === '' ? 'None' : plain.slice(0, 60);
  return `${kept.charAt(0).toUpperCase()}${kept.slice(1)}`;
}

function negated(amount: Amount): Amount {
  return formatMoney(moneyOf(amount).negated());
}

function lastDay({ period }: Result): string {
  return dayOf((parseInstant(period.judged_end_utc) ?? 0n) - 1n);
}

/** Each with the currencies that it is posted in. */
function accountsOf(transactions: readonly Transaction[]): { readonly account: readonly string[]; readonly currencies: readonly string[] }[] {
  const all = new Map<string, { account: readonly string[]; currencies: string[] }>();
  for (const { account, currency } of transactions.flatMap(({ postings }) => postings)) {
    const known = all.get(account.join(':')) ?? { account, currencies: [] };
    all.set(account.join(':'), { account, currencies: [...new Set([...known.currencies, currency])] });
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function currenciesOf(transactions: readonly Transaction[]): string[] {
  return [...new Set(transactions.flatMap(({ postings }) => postings.map(({ currency }) => currency)))];
}

/** The currency in which a transaction sums to nothing: that of its last posting. */
function priceCurrency({ postings }: Transaction): string {
  return postings.at(-1)?.currency ?? '';
}

/** As many as the longest amount has, so that nothing is shown rounded; at least the two of a currency. */
function decimalsOf(transactions: readonly Transaction[]): number {
  return Math.max(
    2,
    ...transactions.flatMap(({ postings }) => postings.flatMap(({ amount, price }) => [amount, price ?? amount].map((each) => moneyOf(each).decimalPlaces()))),
  );
}

/** One line, without what could end a comment or a string. */
function inert(text: string): string {
  return visibleText(text, 100).replace(/["\\;]/g, ' ');
}

function hledgerJournal(transactions: readonly Transaction[], result: Result): string {
  const name = (account: readonly string[]): string => account.join(':').toLowerCase();
  const lines = [
    `; ${inert(periodName(result.period, (id) => id))}, as Trueup reconciled it. Result ${result.digests.result}`,
    'decimal-mark .',
    ...commoditiesOf(transactions, result).map((currency) => `commodity ${currency} 1000.${'0'.repeat(decimalsOf(transactions))}`),
    ...accountsOf(transactions).map(({ account }) => `account ${name(account)}`),
  ];
  for (const transaction of transactions) {
    lines.push('', `${lastDay(result)} * ${transaction.title}`);
    for (const { account, amount, price, currency, note } of transaction.postings) {
      const at = price === null ? '' : ` @@ ${priceCurrency(transaction)} ${price}`;
      lines.push(`    ${name(account)}  ${currency} ${amount}${at}${note === '' ? '' : `  ; ${inert(note)}`}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A journal without transactions still knows its currency. */
function commoditiesOf(transactions: readonly Transaction[], { period }: Result): string[] {
  return [...new Set([currencyOf(period.currency), ...currenciesOf(transactions)])];
}

function beancountJournal(transactions: readonly Transaction[], result: Result): string {
  const start = result.period.start_utc.slice(0, 10);
  const commodities = commoditiesOf(transactions, result);
  const lines = [
    `; ${inert(periodName(result.period, (id) => id))}, as Trueup reconciled it. Result ${result.digests.result}`,
    ...commodities.map((currency) => `option "operating_currency" "${currency}"`),
    ...commodities.map((currency) => `${start} commodity ${currency}`),
    ...accountsOf(transactions).map(({ account, currencies }) => `${start} open ${account.join(':')} ${currencies.join(',')}`),
  ];
  for (const transaction of transactions) {
    lines.push('', `${lastDay(result)} * "${transaction.title}"`);
    for (const { account, amount, price, currency, note } of transaction.postings) {
      const at = price === null ? '' : ` @@ ${price} ${priceCurrency(transaction)}`;
      lines.push(`  ${account.join(':')}  ${amount} ${currency}${at}${note === '' ? '' : `  ; ${inert(note)}`}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
