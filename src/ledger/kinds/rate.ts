/** The shape of `fx`: a rate between two currencies, with what it is from. */
import type { z } from 'zod';
import { currency, day, insidePath, modelled, positive, positiveWithin, record, requireKeys, sha256, text } from './scalars.ts';
import { type LedgerDocument, placeOf, type YamlPath } from '../yaml-document.ts';
import type { ExchangeRate } from '../../model/exchange-rate.ts';
import { isPlaceholder } from '../../model/placeholder.ts';

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);
/** So fine a rate of rows may be: amounts of 18 decimals times it are still summed exactly. */
const mostDecimals = 9;
const rateWith = (rate: typeof positive) =>
  record({ from: currency, rate, on: day, source: text, sha256: sha256.optional() }).superRefine((value, context) => {
    // Whether a file or a page will stand there nobody knows yet.
    if (isPlaceholder(value.source)) return;
    if (isUrl(value.source)) {
      if (value.sha256 !== undefined) context.addIssue({ code: 'custom', path: ['sha256'], message: 'no hash: what stands at a URL is not kept here' });
      return;
    }
    for (const issue of insidePath.safeParse(value.source).error?.issues ?? []) context.addIssue({ ...issue, code: 'custom', path: ['source'] });
    requireKeys(value, ['sha256'], context);
  });

/** Of an invoice, and of rows. */
export const invoiceRate = rateWith(positive);
export const rowRate = rateWith(positiveWithin(mostDecimals));

export function parseRate(file: z.output<typeof invoiceRate>, document: LedgerDocument, path: YamlPath): ExchangeRate {
  const { source: basis, ...said } = modelled(invoiceRate, file);
  return { ...said, basis, source: placeOf(document, path) };
}
