/** Whom usage can be pulled from, as data: where a host keeps it, how a day is asked for, how pages follow one another, and what the host itself says of the sum. */
import type { PulledDay } from '../model/pull.ts';
import type { Parameters } from './ask-host.ts';

/** How one end of a window is written: unix seconds, RFC 3339, a day, or a day and clock; `last`: the last second inside. */
export type WindowText = 'unix-start' | 'unix-last' | 'unix-end' | 'rfc3339-start' | 'rfc3339-end' | 'day' | 'clock-start' | 'clock-end';

export type Paging =
  | { readonly kind: 'whole' }
  /** Pages from 1; a page holds at most `rows`. */
  | { readonly kind: 'numbered'; readonly page: string; readonly size: string; readonly rows: number }
  /** Each page names the next one at `next`, until `more` is false. */
  | { readonly kind: 'cursor'; readonly parameter: string; readonly next: string; readonly more: string };

/** Paths lead from the page or the row inwards, names joined by dots; `*` stands for every element of a list. */
export interface Feed {
  /** Part of the file's name. */
  readonly name: string;
  readonly path: string;
  readonly parameters: Parameters;
  readonly window: readonly (readonly [parameter: string, text: WindowText])[];
  readonly paging: Paging;
  /** The list of rows: the first path that leads to one. */
  readonly rows: readonly string[];
  /** How many rows the whole window has: the first path that leads to a number. */
  readonly total: readonly string[];
  /** The time of a row, or of the buckets of a page, which must lie in the window. */
  readonly time: { readonly of: 'row' | 'page'; readonly path: string; readonly as: 'unix' | 'iso' } | null;
  /** What of a row says where it stood and not what it is. */
  readonly unstable: readonly string[];
  readonly control: Control | null;
  /** Whether a layer is to read the rows, or whether they only stand beside others that say the same money. */
  readonly for: PulledDay['for'];
}

/** A sum that the host states for the same window. */
export interface Control {
  readonly path: string;
  /** Where the answer has it; a whole number. */
  readonly figure: string;
  /** The column that sums to it, and the one that says of what type a row is. */
  readonly column: string;
  readonly type: string;
  /** The sums that hosts of the family state, in words: over rows of the types in `plus`, less those in `minus`. */
  readonly sums: readonly { readonly of: string; readonly plus: readonly string[]; readonly minus: readonly string[] }[];
}

/** A balance as the host has it now. */
export interface Reading {
  readonly name: string;
  readonly path: string;
  readonly balance: string;
  readonly used: string;
  /** Dollars of one unit, as decimal text. */
  readonly unit: string;
}

export interface Source {
  readonly name: string;
  /** null: the host is the user's own and has to be named. */
  readonly baseUrl: string | null;
  /** Each header's value is a text, or a text and the environment's variable behind it. */
  readonly headers: readonly { readonly name: string; readonly before: string; readonly variable: string | null; readonly optional?: true }[];
  readonly feeds: readonly Feed[];
  readonly readings: readonly Reading[];
}

const numbered = (page: string): Paging => ({ kind: 'numbered', page, size: 'page_size', rows: 100 });
const cursor: Paging = { kind: 'cursor', parameter: 'page', next: 'next_page', more: 'has_more' };
const plain = { parameters: [], total: [], time: null, unstable: [], control: null, for: 'layer' } as const;

/** The log and the tasks of servers of the new-api family; `model/log.go` there: both ends of a window belong to it, and `stat` sums consumption alone. */
const newApiList = {
  ...plain,
  window: [
    ['start_timestamp', 'unix-start'],
    ['end_timestamp', 'unix-last'],
  ],
  paging: numbered('p'),
  rows: ['data.items', 'data.data', 'data'],
  total: ['data.total', 'total'],
  unstable: ['id'],
} as const satisfies Partial<Feed>;

const newApiFeeds: readonly Feed[] = [
  {
    ...newApiList,
    name: 'log',
    path: '/api/log/self',
    time: { of: 'row', path: 'created_at', as: 'unix' },
    control: {
      path: '/api/log/self/stat',
      figure: 'data.quota',
      column: 'quota',
      type: 'type',
      sums: [
        { of: 'quota of type 2', plus: ['2'], minus: [] },
        { of: 'quota of type 2 less type 6', plus: ['2'], minus: ['6'] },
      ],
    },
  },
  // What a task costs is settled in the log.
  { ...newApiList, name: 'task', path: '/api/task/self', time: { of: 'row', path: 'submit_time', as: 'unix' }, for: 'beside' },
];

const balance: Reading = { name: 'balance', path: '/api/user/self', balance: 'data.quota', used: 'data.used_quota', unit: '0.000002' };

/** One call for each kind of usage: none holds another's. */
const openAiUsage: readonly (readonly [kind: string, groups: readonly string[]])[] = [
  ['completions', ['project_id', 'api_key_id', 'model', 'batch', 'service_tier']],
  ['embeddings', ['project_id', 'api_key_id', 'model']],
  ['images', ['project_id', 'api_key_id', 'model', 'size', 'source']],
  ['moderations', ['project_id', 'api_key_id', 'model']],
  ['audio-speeches', ['project_id', 'api_key_id', 'model']],
  ['audio-transcriptions', ['project_id', 'api_key_id', 'model']],
  ['vector-stores', ['project_id']],
  ['code-interpreter-sessions', ['project_id']],
  ['file-search-calls', ['project_id', 'api_key_id', 'vector_store_id']],
  ['web-search-calls', ['project_id', 'api_key_id', 'model', 'context_level']],
];

const openAiBuckets = {
  ...plain,
  window: [
    ['start_time', 'unix-start'],
    ['end_time', 'unix-end'],
  ],
  paging: cursor,
  rows: ['data.*.results'],
  time: { of: 'page', path: 'data.*.start_time', as: 'unix' },
} as const satisfies Partial<Feed>;

const dailyBy = (name: string, groups: readonly string[]): Parameters => [['bucket_width', '1d'], ...groups.map((group) => [name, group] as const)];

const anthropicBuckets = {
  ...plain,
  window: [
    ['starting_at', 'rfc3339-start'],
    ['ending_at', 'rfc3339-end'],
  ],
  paging: cursor,
  rows: ['data.*.results'],
  time: { of: 'page', path: 'data.*.starting_at', as: 'iso' },
} as const satisfies Partial<Feed>;

export const sources: readonly Source[] = [
  {
    name: 'cometapi',
    baseUrl: 'https://api.cometapi.com',
    headers: [{ name: 'authorization', before: 'Bearer ', variable: 'COMETAPI_ACCESS_TOKEN' }],
    feeds: newApiFeeds,
    readings: [balance],
  },
  {
    name: 'new-api',
    baseUrl: null,
    headers: [
      { name: 'authorization', before: 'Bearer ', variable: 'NEW_API_ACCESS_TOKEN' },
      // Most servers of the family ask whose token it is; CometAPI does not.
      { name: 'new-api-user', before: '', variable: 'NEW_API_USER', optional: true },
    ],
    feeds: newApiFeeds,
    readings: [balance],
  },
  {
    name: 'openai',
    baseUrl: 'https://api.openai.com',
    headers: [{ name: 'authorization', before: 'Bearer ', variable: 'OPENAI_ADMIN_KEY' }],
    feeds: [
      ...openAiUsage.map(([kind, groups]) => ({
        ...openAiBuckets,
        name: kind,
        path: `/v1/organization/usage/${kind.replaceAll('-', '_')}`,
        parameters: dailyBy('group_by', groups),
      })),
      { ...openAiBuckets, name: 'costs', path: '/v1/organization/costs', parameters: dailyBy('group_by', ['project_id', 'line_item']) },
    ],
    readings: [],
  },
  {
    name: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    headers: [
      { name: 'x-api-key', before: '', variable: 'ANTHROPIC_ADMIN_KEY' },
      { name: 'anthropic-version', before: '2023-06-01', variable: null },
    ],
    feeds: [
      {
        ...anthropicBuckets,
        name: 'usage',
        path: '/v1/organizations/usage_report/messages',
        parameters: dailyBy('group_by[]', ['api_key_id', 'workspace_id', 'model', 'service_tier', 'context_window']),
      },
      { ...anthropicBuckets, name: 'cost', path: '/v1/organizations/cost_report', parameters: dailyBy('group_by[]', ['workspace_id', 'description']) },
    ],
    readings: [],
  },
  {
    name: 'openrouter',
    baseUrl: 'https://openrouter.ai',
    headers: [{ name: 'authorization', before: 'Bearer ', variable: 'OPENROUTER_MANAGEMENT_KEY' }],
    feeds: [
      {
        ...plain,
        name: 'activity',
        path: '/api/v1/activity',
        window: [['date', 'day']],
        paging: { kind: 'whole' },
        rows: ['data'],
        time: { of: 'row', path: 'date', as: 'iso' },
      },
    ],
    readings: [],
  },
  {
    name: 'litellm',
    baseUrl: null,
    headers: [{ name: 'authorization', before: 'Bearer ', variable: 'LITELLM_MASTER_KEY' }],
    feeds: [
      {
        ...plain,
        name: 'spend',
        path: '/spend/logs/v2',
        // Both ends belong to the window, and rows have fractions of a second: what stands exactly at midnight is in both days, under its request_id.
        window: [
          ['start_date', 'clock-start'],
          ['end_date', 'clock-end'],
        ],
        paging: numbered('page'),
        rows: ['data'],
        total: ['total'],
        time: { of: 'row', path: 'startTime', as: 'iso' },
      },
    ],
    readings: [],
  },
];
