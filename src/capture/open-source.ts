/** Opens the host of a source with the key that the environment holds for it, and takes a balance from it. */
import { formatMoney, Money } from '../model/money.ts';
import { UserError } from '../model/user-error.ts';
import { type Answer, type Host, openHost, type Patience } from './ask-host.ts';
import { valueAt } from '../model/exact-json.ts';
import { type Reading, type Source, sources } from './sources.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function sourceNamed(name: string): Source {
  const source = sources.find((one) => one.name === name);
  if (source !== undefined) return source;
  throw new UserError(`There is no source ${name}.`, `There are ${sources.map((one) => one.name).join(', ')}.`);
}

/** `baseUrl`: null = the source's own. Throws a UserError where no host is named or no key is set. */
export function openSource(source: Source, baseUrl: string | null, environment: Environment, patience: Patience): Host {
  const base = baseUrl ?? source.baseUrl;
  if (base === null) throw new UserError(`The source ${source.name} has no host of its own.`, 'Name it with --base-url https://<host>.');
  const headers = source.headers.flatMap(({ name, before, variable, optional }) => {
    if (variable === null) return [[name, before]];
    const key = environment[variable] ?? '';
    if (key !== '') return [[name, before + key]];
    if (optional === true) return [];
    throw new UserError(
      `The environment has no ${variable}.`,
      `Set it to the key of the account for ${source.name}; it goes to ${base} alone and into no file.`,
    );
  });
  return openHost({ baseUrl: base, headers: Object.fromEntries(headers) as Record<string, string>, patience });
}

export interface TakenReading {
  readonly answer: Answer;
  /** Exact decimals in dollars. */
  readonly balance: string;
  readonly used: string;
}

export async function takeReading(host: Host, { path, balance, used, unit }: Reading): Promise<TakenReading> {
  const answer = await host.getJson(path);
  const amountAt = (place: string): string => {
    const value = valueAt(answer.json, ...place.split('.'));
    if (typeof value === 'string' && /^-?\d{1,30}$/.test(value)) return formatMoney(new Money(value).times(unit));
    throw new UserError(`${path} states no whole number at ${place}.`, 'Look whether the base URL is that of the API.');
  };
  return { answer, balance: amountAt(balance), used: amountAt(used) };
}
