/** What the policy in force holds of other currencies. It may be that of base, under which a rate lacks the reference that its own change brings. */
import type { Facts } from './facts.ts';
import { ratesNotHeld } from '../model/exchange-rate.ts';
import { finding, type Finding } from '../model/finding.ts';
import { leftOutWords } from '../model/invoice-currency.ts';

export function evidenceRates({ input }: Facts): readonly Finding[] {
  const { period, ledger, findings } = input;
  const said = findings.filter(({ code }) => code === 'evidence-rate').map(({ args }) => args['from']);
  return ratesNotHeld(period, ledger.settings.policy, { period: period.id }).filter(({ args }) => !said.includes(args['from']));
}

export function invoicesLeftOut({ input }: Facts): readonly Finding[] {
  const { period, ledger, findings } = input;
  const said = findings.filter(({ code }) => code === 'currency-mismatch').map(({ args }) => args['subject']);
  return period.invoices.flatMap((invoice) => {
    const args = leftOutWords(invoice, period, ledger.settings.policy);
    return args === null || said.includes(args['subject']) ? [] : [finding('currency-mismatch', 'fail', { args, source: invoice.source })];
  });
}
