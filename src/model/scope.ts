/** What a period declares as its own, held against what another does. Pure. */
import type { Period } from './ledger.ts';

/** Whether some of a list is some of the other; null = all. */
function overlap(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return one === null || other === null || one.some((each) => other.includes(each));
}

/** Whether a row could be of both: keys that are others make other periods, of one account side by side. */
export function shareKeys(one: Pick<Period, 'keys'>, other: Pick<Period, 'keys'>): boolean {
  return overlap(one.keys, other.keys);
}

export function shareAccounts(one: Pick<Period, 'accounts'>, other: Pick<Period, 'accounts'>): boolean {
  return overlap(one.accounts, other.accounts);
}

export function shareModels(one: Pick<Period, 'models'>, other: Pick<Period, 'models'>): boolean {
  return overlap(one.models, other.models);
}
