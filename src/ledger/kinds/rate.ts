/** The shape of `fx`: a rate between two currencies, with what it is from. */
import type { z } from 'zod';
import { currency, day, insidePath, modelled, positive, record, requireKeys, sha256, text } from './scalars.ts';
import { type LedgerDocument, placeOf, type YamlPath } from '../yaml-document.ts';
import type { ExchangeRate } from '../../model/exchange-rate.ts';

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);
export const rate = record({ from: currency, rate: positive, on: day, source: text, sha256: sha256.optional() }).superRefine((value, context) => {
  if (isUrl(value.source)) {
    if (value.sha256 !== undefined) context.addIssue({ code: 'custom', path: ['sha256'], message: 'no hash: what stands at a URL is not kept here' });
    return;
  }
  for (const issue of insidePath.safeParse(value.source).error?.issues ?? []) context.addIssue({ ...issue, code: 'custom', path: ['source'] });
  requireKeys(value, ['sha256'], context);
});

export function parseRate(file: z.output<typeof rate>, document: LedgerDocument, path: YamlPath): ExchangeRate {
  const { source: basis, ...said } = modelled(rate, file);
  return { ...said, basis, source: placeOf(document, path) };
}
