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
  /** Foreign text is in it nowhere but here, and is a comment. */
  readonly note: string;
}
interface Transaction {
  readonly title: string;
  readonly postings: readonly Posting[];
}

/** The charge at its steps, then the invoice or the balance; each with its counterpart last. Steps without money are left out. */
function transactionsOf(result: Result): Transaction[] {
  const charged: Posting[] = servicePostings(result);
  const invoiced: Posting[] = [];
  const open = new Map(unexplainedCauses(result).map(({ step, amount }) => [step as string, amount]));
  let isInvoice = false;
  for (const { step, amount } of rowsByStep(result)) {
    if (step === 'provider_charged') isInvoice = true;
    if (step === 'expected' || isSubtotal(step)) continue;
    (isInvoice ? invoiced : charged).push(...stepPostings(step, amount, open.get(step)));
  }
  const { provider_charged: owed, invoice_total: payable, balance_drawdown: drawdown } = result.totals;
  const due = ['Liabilities', 'LLM', 'Charged'];
  const out: Transaction[] =
    owed === null ? [] : [{ title: 'Charged by the provider', postings: [...charged, { account: due, amount: negated(owed), note: '' }] }];
  if (owed === null) return out;
  const lines = [{ account: due, amount: owed, note: '' }, ...invoiced];
  if (drawdown !== undefined)
    return [...out, { title: 'Paid from the balance', postings: [...lines, { account: ['Assets', 'LLM', 'Prepaid'], amount: negated(drawdown), note: '' }] }];
  if (payable === null) return out;
  return [
    ...out,
    {
      title: 'Invoiced',
      postings: [...lines, { account: ['Liabilities', 'LLM', 'Payable'], amount: negated(payable), note: [result.period.invoice_id ?? []].flat().join(', ') }],
    },
  ];
}

/** Lines of one kind are posted as one: what of them is unexplained is known together. */
function rowsByStep({ bridge }: Result): { readonly step: string; readonly amount: Amount }[] {
  const sums = new Map<string, Money>();
  for (const { step, amount } of bridge) sums.set(step, (sums.get(step) ?? zero).plus(moneyOf(amount)));
  return [...sums].map(([step, sum]) => ({ step, amount: formatMoney(sum) }));
}

/** Expected cost by service; names that read the same as accounts are told apart by a number. */
function servicePostings({ by_service: cuts }: Result): Posting[] {
  const taken = new Set<string>();
  return cuts.flatMap(({ key, totals }): Posting[] => {
    const amount = totals.expected ?? null;
    if (amount === null || amount === '0') return [];
    const base = segment(key);
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
    taken.add(name);
    return [{ account: ['Expenses', 'LLM', 'Expected', name], amount, note: key }];
  });
}

/** A step is explained, unexplained, or in parts both. */
function stepPostings(step: string, amount: Amount, open: Amount | undefined): Posting[] {
  const explained = formatMoney(moneyOf(amount).minus(open ?? '0'));
  const note = labelOf(step, amount);
  return [
    { account: ['Expenses', 'LLM', 'Explained', segment(step)], amount: explained, note },
    { account: ['Expenses', 'LLM', 'Unexplained', segment(step)], amount: open ?? ('0' as Amount), note },
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

function accountsOf(transactions: readonly Transaction[]): (readonly string[])[] {
  const all = new Map(transactions.flatMap(({ postings }) => postings.map(({ account }) => [account.join(':'), account] as const)));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}

/** As many as the longest amount has, so that nothing is shown rounded; at least the two of a currency. */
function decimalsOf(transactions: readonly Transaction[]): number {
  return Math.max(2, ...transactions.flatMap(({ postings }) => postings.map(({ amount }) => moneyOf(amount).decimalPlaces())));
}

/** One line, without what could end a comment or a string. */
function inert(text: string): string {
  return visibleText(text, 100).replace(/["\\;]/g, ' ');
}

function hledgerJournal(transactions: readonly Transaction[], result: Result): string {
  const currency = currencyOf(result.period.currency);
  const name = (account: readonly string[]): string => account.join(':').toLowerCase();
  const lines = [
    `; ${inert(periodName(result.period, (id) => id))}, as Trueup reconciled it. Result ${result.digests.result}`,
    'decimal-mark .',
    `commodity ${currency} 1000.${'0'.repeat(decimalsOf(transactions))}`,
    ...accountsOf(transactions).map((account) => `account ${name(account)}`),
  ];
  for (const { title, postings } of transactions) {
    lines.push('', `${lastDay(result)} * ${title}`);
    for (const { account, amount, note } of postings) lines.push(`    ${name(account)}  ${currency} ${amount}${note === '' ? '' : `  ; ${inert(note)}`}`);
  }
  return `${lines.join('\n')}\n`;
}

function beancountJournal(transactions: readonly Transaction[], result: Result): string {
  const currency = currencyOf(result.period.currency);
  const start = result.period.start_utc.slice(0, 10);
  const lines = [
    `; ${inert(periodName(result.period, (id) => id))}, as Trueup reconciled it. Result ${result.digests.result}`,
    `option "operating_currency" "${currency}"`,
    `${start} commodity ${currency}`,
    ...accountsOf(transactions).map((account) => `${start} open ${account.join(':')} ${currency}`),
  ];
  for (const { title, postings } of transactions) {
    lines.push('', `${lastDay(result)} * "${title}"`);
    for (const { account, amount, note } of postings) lines.push(`  ${account.join(':')}  ${amount} ${currency}${note === '' ? '' : `  ; ${inert(note)}`}`);
  }
  return `${lines.join('\n')}\n`;
}
