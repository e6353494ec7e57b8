/** Whether a run goes to a cluster, and to which: from the command line, the environment and, outside of changes that are judged, the ledger. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from './run-flags.ts';
import type { Clock } from '../capture/ask-host.ts';
import { defaultTrinoPatience, openTrino, type TrinoCredentials } from '../host/trino/ask-trino.ts';
import { readSettings } from '../ledger/read-ledger.ts';
import { type ClusterKey, clusterKeys, type ClusterSettings, clusterWords } from '../model/cluster-settings.ts';
import type { Source } from '../model/finding.ts';
import { ledgerPath } from '../model/layout.ts';
import { recordOf } from '../model/record-of.ts';
import { UserError } from '../model/user-error.ts';
import type { RunSettings } from '../period/period-facts.ts';

type Flag = `trino${Capitalize<ClusterKey>}`;
export type ClusterFlags = Readonly<Partial<Record<Flag, string>>> & { readonly engine: 'duckdb' | 'trino'; readonly ledger: string; readonly base?: string };

const flagOf = (key: ClusterKey): Flag => `trino${key.charAt(0).toUpperCase()}${key.slice(1)}` as Flag;
const optionOf = (key: ClusterKey): string => `--trino-${key}`;
const variableOf = (key: ClusterKey): string => `TRUEUP_TRINO_${key.toUpperCase()}`;

const described: Readonly<Record<ClusterKey, readonly [value: string, description: string]>> = {
  url: ['<url>', 'with --engine trino: the coordinator'],
  user: ['<name>', 'with --engine trino: who asks'],
  catalog: ['<name>', 'with --engine trino: the hive catalog in which the run makes its tables'],
  folder: ['<path>', 'with --engine trino: the folder that both see, as this machine sees it'],
  location: ['<uri>', 'with --engine trino: the same folder as the catalog names it'],
};

export function addClusterOptions(command: Command): Command {
  command.addOption(new Option('--engine <name>', 'what computes: DuckDB in this process, or a Trino cluster').choices(['duckdb', 'trino']).default('duckdb'));
  for (const key of clusterKeys) {
    const [value, description] = described[key];
    command.addOption(new Option(`${optionOf(key)} ${value}`, description).argParser((text: string) => wordOf(key, text)));
  }
  return command;
}

function wordOf(key: ClusterKey, text: string): string {
  if (!clusterWords[key].pattern.test(text)) throw new InvalidArgumentError(`It must be ${clusterWords[key].expected}.`);
  return text;
}

/** Asks nothing yet; undefined = the rows stay here. */
export async function clusterOf(flags: ClusterFlags, { environment }: Pick<CommandContext, 'environment'>, clock: Clock): Promise<RunSettings['wide']> {
  if (flags.engine === 'duckdb') {
    const stray = clusterKeys.find((key) => flags[flagOf(key)] !== undefined);
    if (stray !== undefined) throw new UserError(`${optionOf(stray)} says nothing of DuckDB.`, 'Add --engine trino, or leave it out.');
    return undefined;
  }
  const ledger = flags.base === undefined ? await readSettings(flags.ledger) : null;
  // The run says what is wrong with the ledger, and computes nothing.
  if (flags.base === undefined && ledger === null) return undefined;
  const place = { ...recordOf(clusterKeys, (key) => found(key, flags, environment, ledger?.cluster ?? null)) };
  const credentials = credentialsOf(environment, place.url);
  await checkFolder(place.folder);
  const values = recordOf(clusterKeys, (key) => place[key].value);
  return { place: values, client: openTrino(values, credentials, defaultTrinoPatience(clock)) };
}

interface Found {
  readonly value: string;
  /** As people find it again. */
  readonly where: string;
  readonly isOfLedger: boolean;
}

/** The command line before the environment, and both before the ledger. */
function found(key: ClusterKey, flags: ClusterFlags, environment: CommandContext['environment'], ledger: ClusterSettings | null): Found {
  const { pattern, expected, otherwise } = clusterWords[key];
  const flag = flags[flagOf(key)];
  if (flag !== undefined) return { value: flag, where: optionOf(key), isOfLedger: false };
  const variable = environment[variableOf(key)] ?? '';
  if (variable !== '') {
    if (!pattern.test(variable)) throw new UserError(`${variableOf(key)} is not ${expected}.`, 'Correct the variable.');
    return { value: variable, where: variableOf(key), isOfLedger: false };
  }
  const stated = ledger?.values[key];
  if (ledger !== null && stated !== undefined) return { value: stated, where: `${textOf(ledger.sources[key])}: engine.trino.${key}`, isOfLedger: true };
  if (otherwise !== null) return { value: otherwise, where: 'by default', isOfLedger: false };
  const start = flags.base !== undefined || ledger === null ? '--engine trino' : `${textOf(ledger.source)}: engine.trino`;
  const ways = [optionOf(key), variableOf(key), ...(flags.base === undefined ? [`engine.trino.${key} in ${ledgerPath('settings')}`] : [])];
  const why = flags.base === undefined ? '' : '; with --base the ledger is not asked, since a change must not say where it is judged';
  throw new UserError(`${start} has no ${key}.`, `Say it with ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}: ${expected}${why}.`);
}

function textOf({ file, line, column }: Source): string {
  return `${file}:${line}:${column}`;
}

/** A pull request can write into the ledger, so that no key goes where the ledger alone says. */
function credentialsOf(environment: CommandContext['environment'], url: Found): TrinoCredentials | null {
  const kinds = (['password', 'token'] as const).flatMap((kind) => {
    const variable = `TRUEUP_TRINO_${kind.toUpperCase()}`;
    const secret = environment[variable] ?? '';
    return secret === '' ? [] : [{ kind, secret, variable }];
  });
  const [first, second] = kinds;
  if (first === undefined) return null;
  if (second !== undefined) throw new UserError(`${first.variable} and ${second.variable} are both set.`, 'Unset the one that is not meant.');
  if (url.isOfLedger)
    throw new UserError(
      `${url.where} alone names the cluster, and ${first.variable} goes to no host that a pull request could write there.`,
      `Say the URL with ${optionOf('url')} or ${variableOf('url')}, or unset ${first.variable}.`,
    );
  return { kind: first.kind, secret: first.secret };
}

async function checkFolder({ value, where }: Found): Promise<void> {
  const isFolder = await stat(value).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UserError(`${where}: ${value} is no folder on this machine.`, 'Mount there what the cluster sees too, or correct the path.');
  const isWritable = await access(value, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) throw new UserError(`${where}: ${value} may not be written.`, 'Give the user that runs this the right to it, or name another folder.');
}
