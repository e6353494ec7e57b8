/** What a period takes over from closes before it: the open items of the period right before it, of the same account and environment, and the last reading of the balance. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from './frozen-set.ts';
import { balanceBefore, readingText } from '../model/balance.ts';
import { closeInForce, type Close } from '../model/close.ts';
import { finding, type Finding } from '../model/finding.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { notThere } from '../model/not-there.ts';
import { shareKeys } from '../model/scope.ts';

export interface Carried {
  /** null when nothing is taken over. */
  readonly close: Close | null;
  /** The close whose last reading of the balance the first of the period continues; null where there is none. */
  readonly balance: Close | null;
  /** The list of open items, path absolute; empty when there are none. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly compression: 'none' }[];
  /** For the digest of the inputs: the hash of the list under the name `carried`, the reading under `balance`; each where there is one. */
  readonly digest: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

type OpenItems = Omit<Carried, 'balance'>;
const nothing: OpenItems = { close: null, files: [], digest: {}, findings: [] };

export async function findCarried(ledger: Ledger, period: Period): Promise<Carried> {
  const items = await findOpenItems(ledger, period);
  const balance = balanceBefore([...ledger.periods, ...ledger.unreadPeriods], period);
  const reading = balance?.closingBalance ?? null;
  return { ...items, balance, digest: { ...items.digest, ...(reading === null ? {} : { balance: readingText(reading) }) } };
}

async function findOpenItems({ root, periods, unreadPeriods }: Ledger, period: Period): Promise<OpenItems> {
  const before =
    periods.find((one) => one !== period && one.end === period.start && isOfOneScope(one, period)) ??
    unreadPeriods.find((one) => leadsTo(closeInForce(one), period));
  if (before === undefined) return nothing;
  const [broken] = before.controls.broken;
  if (broken !== undefined) return { ...nothing, findings: [untrusted(broken, 'carried-broken', period)] };
  const close = closeInForce(before);
  if (close === null) return nothing;
  if (close.openItems === null) return { ...nothing, close };
  const { name, sha256 } = close.openItems;
  const path = await realpath(join(root, name)).catch(notThere);
  const found = path === null ? null : await hashOf(path).catch(notAFile);
  if (path === null || found === null || found.sha256 !== sha256) return { ...nothing, close, findings: [untrusted(name, 'open-items', period)] };
  return { close, files: [{ path, bytes: found.bytes, compression: 'none' }], digest: { carried: sha256 }, findings: [] };
}

type Account = Pick<Period, 'accountRef' | 'environment'>;
export function isOfOneAccount(one: Account, other: Account): boolean {
  return one.accountRef === other.accountRef && one.environment === other.environment;
}

/** The same where none of them has only keys that the other has not: those are months of somebody else, side by side. */
export function isOfOneScope(one: Account & Pick<Period, 'keys'>, other: Account & Pick<Period, 'keys'>): boolean {
  return isOfOneAccount(one, other) && shareKeys(one, other);
}

/** A period that cannot be read may still have been closed: its close states the account, and the end, which a close reaches. */
function leadsTo(close: Close | null, period: Period): boolean {
  return close !== null && close.judgedEnd === period.start && isOfOneAccount(close, period);
}

/** The place is in the period that cannot be judged without it. */
function untrusted(file: string, problem: string, period: Period): Finding {
  return finding('close-broken', 'inconclusive', { args: { file, problem }, source: period.source });
}

/** A folder in its place is as good as nothing there. */
function notAFile(error: unknown): null {
  return error instanceof Error && 'code' in error && error.code === 'EISDIR' ? null : notThere(error);
}
