/** What names a cluster, in `trueup.yaml` and on the command line: its keys, what may stand there, and what a ledger says. */
import type { Source } from './finding.ts';
import type { WidePlace } from './wide-engine.ts';

export type ClusterKey = keyof WidePlace;
export const clusterKeys = ['url', 'user', 'catalog', 'folder', 'location'] as const satisfies readonly ClusterKey[];

interface Word {
  /** No key would be lost by it, and nothing of it has to be escaped in a header or a path. */
  readonly pattern: RegExp;
  readonly expected: string;
  /** Where nobody says it; null = somebody must. */
  readonly otherwise: string | null;
}

export const clusterWords: Readonly<Record<ClusterKey, Word>> = {
  url: {
    pattern: /^(?:https:\/\/(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]))(?::[0-9]{1,5})?$/,
    expected: 'https://<host>[:<port>] and nothing more; http:// for this machine alone (http://127.0.0.1:<port>)',
    otherwise: null,
  },
  user: { pattern: /^[A-Za-z0-9._@+-]{1,128}$/, expected: 'a name of letters, digits, ".", "_", "@", "+" and "-"', otherwise: 'trueup' },
  catalog: { pattern: /^[a-z][a-z0-9_]{0,63}$/, expected: 'a name of small letters, digits and "_"', otherwise: 'hive' },
  folder: {
    // The engine takes the path of files below it for a pattern.
    pattern: /^(?:\/(?!\.{1,2}(?:\/|$))[^/\p{C}*?"'[\]{}\\]{1,255})+$/u,
    expected: 'the absolute path of a folder, without quotes and the signs of patterns, and with no "/" at its end',
    otherwise: null,
  },
  location: {
    pattern: /^[a-z][a-z0-9+.-]{0,15}:\/\/[A-Za-z0-9._@-]*(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+=-]+)+$/,
    expected: 'a folder as the catalog names it, such as local:///trueup or s3://bucket/trueup, with no "/" at its end',
    otherwise: null,
  },
};

/** What `engine.trino` of a ledger says. */
export interface ClusterSettings {
  readonly values: Readonly<Partial<Record<ClusterKey, string>>>;
  readonly sources: Readonly<Record<ClusterKey, Source>>;
  readonly source: Source;
}
