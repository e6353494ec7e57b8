/**
 * The one list of what counts as a secret, for freezing, for reading rows and for every way out. Patterns are in the syntax that JavaScript and the
 * engine (RE2) share: no look-around, no back-reference, no repetition beyond 1000, and nothing obligatory behind an unbounded repetition that could
 * begin inside itself, so that a search is linear in both.
 */

/** What is said of a find: never the value, only of what family it is. */
export type SecretFamily =
  | 'api-key'
  | 'github-token'
  | 'cloud-key'
  | 'chat-token'
  | 'bearer-token'
  | 'private-key'
  | 'service-token'
  | 'payment-key'
  | 'webhook'
  | 'password'
  | 'named-secret';

/** Stands in for a secret on every way out. Without a meaning in Markdown, HTML or a log. */
export const secretRemoved = '(secret removed)';

export interface SecretKind {
  /** A stable word for this kind alone. */
  readonly name: string;
  readonly family: SecretFamily;
  /** `word`: no letter or digit stands before it; `apart`: no dash or underscore either; `anywhere`: it is unmistakable inside a word too. */
  readonly starts: 'word' | 'apart' | 'anywhere';
  /** What stands before the secret, is part of its shape and is kept; left out: nothing. */
  readonly before?: string;
  readonly pattern: string;
  /** What stands after it and is kept; left out: nothing. */
  readonly after?: string;
  /** `any`: upper and lower case are the same. */
  readonly letters?: 'any';
  /** `random`: only a text that looks drawn by lot counts, so that plain words do not. */
  readonly value?: 'random';
}

/** `starts` for JavaScript. After a percent escape a word begins anew. */
export const lookBehind: Readonly<Record<SecretKind['starts'], string>> = {
  word: '(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))',
  apart: '(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-Fa-f]{2}))',
  anywhere: '',
};

/** `starts` for the engine, which cannot look behind: it takes the character along. */
const takenAlong: Readonly<Record<SecretKind['starts'], string>> = {
  word: '(?:^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})',
  apart: '(?:^|[^A-Za-z0-9_-]|%[0-9A-Fa-f]{2})',
  anywhere: '',
};

const base62 = '[A-Za-z0-9]';
const base64 = '[A-Za-z0-9+/]';
const word = '[A-Za-z0-9_-]';
const hex = '[0-9a-f]';

/** Keys of model providers and of those who took over their forms. */
const modelKeys: readonly SecretKind[] = [
  { name: 'anthropic', family: 'api-key', starts: 'word', pattern: `sk-ant-${word}{20,}` },
  { name: 'openai-project', family: 'api-key', starts: 'word', pattern: `sk-(?:proj|svcacct|admin|None)-${word}{16,}` },
  { name: 'openrouter', family: 'api-key', starts: 'word', pattern: `sk-or-${word}{20,}` },
  { name: 'langfuse', family: 'api-key', starts: 'word', pattern: '[sp]k-lf-[0-9a-f-]{36}' },
  // OpenAI, DeepSeek, Moonshot, CometAPI, new-api and others: at most three short parts, then one long one. Words joined by dashes are no key, and
  // shorter ones would meet the ids that somebody draws from sixty-four characters (21 of nanoid, 22 of a packed UUID) by chance, a few in a million.
  { name: 'sk', family: 'api-key', starts: 'word', pattern: `[srp]k-(?:${base62}{1,12}[_-]){0,3}${base62}{20,}${word}*` },
  { name: 'google-api', family: 'api-key', starts: 'word', pattern: `AIza${word}{30,}` },
  { name: 'hugging-face', family: 'api-key', starts: 'word', pattern: `(?:hf|api_org)_${base62}{30,}` },
  { name: 'groq', family: 'api-key', starts: 'word', pattern: `gsk_${base62}{40,}` },
  { name: 'xai', family: 'api-key', starts: 'word', pattern: `xai-${base62}{40,}` },
  { name: 'replicate', family: 'api-key', starts: 'word', pattern: `r8_${base62}{30,}` },
  { name: 'perplexity', family: 'api-key', starts: 'word', pattern: `pplx-${base62}{32,}` },
  { name: 'fireworks', family: 'api-key', starts: 'word', pattern: `fw_${base62}{22,}` },
  { name: 'nvidia', family: 'api-key', starts: 'word', pattern: `nvapi-${word}{40,}` },
  { name: 'langsmith', family: 'api-key', starts: 'word', pattern: `lsv2_(?:pt|sk)_${hex}{32}_${hex}{10}` },
  { name: 'pinecone', family: 'api-key', starts: 'word', pattern: `pcsk_[A-Za-z0-9_]{40,}` },
  { name: 'tavily', family: 'api-key', starts: 'word', pattern: `tvly-${word}{24,}` },
  { name: 'databricks', family: 'api-key', starts: 'word', pattern: `dapi${hex}{32}` },
];

/** Keys of clouds and of the places where code and infrastructure live. */
const cloudKeys: readonly SecretKind[] = [
  // The secret is forty plain characters: it is known only by the id beside it.
  {
    name: 'aws-secret',
    family: 'cloud-key',
    starts: 'word',
    before: `A(?:KI|SI|BI|CC)A[A-Z0-9]{16}(?:[^A-Za-z0-9+/][\\t\\r\\n -~]{0,60}?)?[^A-Za-z0-9+/]`,
    pattern: `${base64}{40}`,
  },
  // Exactly twenty characters: ids of capitals and digits that are longer may begin like one.
  { name: 'aws-id', family: 'cloud-key', starts: 'word', pattern: 'A(?:KI|SI|BI|CC)A[A-Z0-9]{16}', after: '(?:$|[^A-Za-z0-9])' },
  { name: 'google-oauth', family: 'cloud-key', starts: 'word', pattern: `ya29[.]${word}{20,}` },
  { name: 'google-client', family: 'cloud-key', starts: 'word', pattern: `GOCSPX-${word}{20,}` },
  { name: 'google-refresh', family: 'cloud-key', starts: 'word', pattern: `1//0${word}{30,}` },
  { name: 'azure-storage', family: 'cloud-key', starts: 'anywhere', before: '(?:Account|SharedAccess)Key=', pattern: `${base64}{40,}={0,2}` },
  { name: 'azure-signature', family: 'cloud-key', starts: 'anywhere', before: '[?&;]sig=', pattern: '[A-Za-z0-9%+/=]{40,}' },
  { name: 'azure-client', family: 'cloud-key', starts: 'anywhere', pattern: '[0-9]Q~[A-Za-z0-9_~.-]{31,}' },
  { name: 'azure-ai', family: 'cloud-key', starts: 'word', pattern: `${base62}{52}JQQJ9(?:9|D)${base62}{20,}` },
  { name: 'alibaba', family: 'cloud-key', starts: 'word', pattern: `LTAI${base62}{12,}` },
  { name: 'digitalocean', family: 'cloud-key', starts: 'word', pattern: `do[opr]_v1_${hex}{64}` },
  { name: 'vault', family: 'cloud-key', starts: 'word', pattern: `hv[sbr][.]${word}{24,}` },
  { name: 'terraform', family: 'cloud-key', starts: 'word', pattern: `${base62}{14}[.]atlasv1[.]${word}{60,}` },
  { name: 'doppler', family: 'cloud-key', starts: 'word', pattern: `dp[.](?:pt|st|sa|ct|scim|audit)[.][A-Za-z0-9._-]{40,}` },
  { name: 'supabase', family: 'cloud-key', starts: 'word', pattern: `(?:sbp_${hex}{40}|sb_secret_${word}{20,})` },
  // Long installation tokens of GitHub hold dots and dashes.
  { name: 'github', family: 'github-token', starts: 'word', pattern: 'gh[pousr]_[A-Za-z0-9._-]{20,}' },
  { name: 'github-inside', family: 'github-token', starts: 'anywhere', pattern: `gh[pousr]_${base62}{36,}[A-Za-z0-9._-]*` },
  { name: 'github-fine', family: 'github-token', starts: 'anywhere', pattern: 'github_pat_[A-Za-z0-9_]{20,}' },
  { name: 'gitlab', family: 'github-token', starts: 'word', pattern: 'gl(?:pat|dt|rt|ptt|cbt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{20,}' },
];

/** Tokens of services that an application's records may mention. */
const serviceTokens: readonly SecretKind[] = [
  { name: 'npm', family: 'service-token', starts: 'word', pattern: `npm_${base62}{36,}` },
  { name: 'pypi', family: 'service-token', starts: 'word', pattern: `pypi-${word}{40,}` },
  { name: 'rubygems', family: 'service-token', starts: 'word', pattern: `rubygems_${hex}{48}` },
  { name: 'docker-hub', family: 'service-token', starts: 'word', pattern: `dckr_(?:pat|oat)_${word}{20,}` },
  { name: 'sendgrid', family: 'service-token', starts: 'word', pattern: `SG[.]${word}{16,64}[.]${word}{16,}` },
  // Labels begin like this as well, `key-a`: what is loosened still asks for eight.
  { name: 'mailgun', family: 'service-token', starts: 'apart', pattern: `key-${hex.repeat(7)}${hex}{25}` },
  { name: 'brevo', family: 'service-token', starts: 'word', pattern: `xkeysib-${hex}{64}-${base62}{16}` },
  { name: 'twilio', family: 'service-token', starts: 'word', pattern: `(?:SK|AC)${hex}{32}` },
  { name: 'linear', family: 'service-token', starts: 'word', pattern: `lin_(?:api|oauth)_${base62}{32,}` },
  { name: 'notion', family: 'service-token', starts: 'word', pattern: `(?:secret|ntn)_${base62}{40,}` },
  { name: 'postman', family: 'service-token', starts: 'word', pattern: `PMAK-${hex}{24}-${hex}{34}` },
  { name: 'grafana', family: 'service-token', starts: 'word', pattern: `(?:glsa_${base62}{32}_[0-9A-Fa-f]{8}|glc_${base64}{32,}={0,2})` },
  { name: 'new-relic', family: 'service-token', starts: 'word', pattern: `NR(?:AK|JS|II|RA)-${base62}{19,}` },
  { name: 'dynatrace', family: 'service-token', starts: 'word', pattern: 'dt0[a-z]01[.][A-Z0-9]{24}[.][A-Z0-9]{64}' },
  { name: 'sentry', family: 'service-token', starts: 'word', pattern: `sntry[su]_[A-Za-z0-9_=+/]{40,}` },
  { name: 'atlassian', family: 'service-token', starts: 'word', pattern: 'ATATT3[A-Za-z0-9_=-]{60,}' },
  { name: 'figma', family: 'service-token', starts: 'word', pattern: `fig[do]_${word}{36,}` },
  { name: 'stripe', family: 'payment-key', starts: 'word', pattern: `[srp]k_(?:live|test|prod)_${base62}{16,}` },
  { name: 'stripe-webhook', family: 'payment-key', starts: 'word', pattern: `whsec_${base64}{24,}={0,2}` },
  { name: 'square', family: 'payment-key', starts: 'word', pattern: `sq0(?:atp|csp|idp)-${word}{20,}` },
  { name: 'shopify', family: 'payment-key', starts: 'word', pattern: 'shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}' },
];

/** Chat services and the addresses that let anybody post there. */
const chatTokens: readonly SecretKind[] = [
  { name: 'slack', family: 'chat-token', starts: 'word', pattern: 'xox[a-z](?:[.]xox[a-z])?-[A-Za-z0-9-]{16,}' },
  { name: 'slack-app', family: 'chat-token', starts: 'word', pattern: 'xapp-[0-9]-[A-Za-z0-9-]{20,}' },
  { name: 'telegram', family: 'chat-token', starts: 'word', pattern: `[0-9]{8,10}:AA${word}{32,}` },
  { name: 'discord-bot', family: 'chat-token', starts: 'apart', pattern: `[MNO]${word}{23,27}[.]${word}{6}[.]${word}{27,}` },
  { name: 'slack-webhook', family: 'webhook', starts: 'anywhere', pattern: `hooks[.]slack(?:-gov)?[.]com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{16,}` },
  { name: 'discord-webhook', family: 'webhook', starts: 'anywhere', pattern: `discord(?:app)?[.]com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{8,}/${word}{20,}` },
  { name: 'teams-webhook', family: 'webhook', starts: 'anywhere', pattern: `[.]webhook[.]office(?:365)?[.]com/webhookb2/[A-Za-z0-9@/-]{32,}` },
];

/** Credentials by their form, whoever issued them. */
const forms: readonly SecretKind[] = [
  {
    // To its end or as far as it reaches, also with line ends written out as in JSON.
    name: 'private-key',
    family: 'private-key',
    starts: 'anywhere',
    pattern:
      '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\\t\\r\\n \\\\:,-]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\\t\\r\\n \\\\:,-]*)',
  },
  { name: 'web-token', family: 'bearer-token', starts: 'apart', pattern: `eyJ${word}{10,}(?:[.]${word}*){2,4}` },
  { name: 'bearer', family: 'bearer-token', starts: 'anywhere', before: `bearer["'\\s:=]{1,8}`, pattern: '[A-Za-z0-9._~+/-]{16,}={0,2}', letters: 'any' },
  {
    name: 'basic',
    family: 'bearer-token',
    starts: 'word',
    before: `authorization["']?\\s{0,4}[:=]\\s{0,4}["']?basic\\s{1,4}`,
    pattern: '[A-Za-z0-9+/_-]{8,}={0,2}',
    letters: 'any',
  },
  // Masked ones and those that a template puts in are none.
  { name: 'url-password', family: 'password', starts: 'anywhere', before: `://[^\\s/?#:@"'<>\\\\]*:`, pattern: `[^\\s/?#@"'<>\\\\*{}]{3,}`, after: '@' },
];

const assignment = `["']?\\s{0,3}(?:=>|[:=])\\s{0,3}["']?`;
const drawn = `[A-Za-z0-9+][A-Za-z0-9+/_-]{15,}={0,2}`;

/** A value that looks drawn by lot, behind a name that says what it is. `token` alone must be the whole name: a page token or a count of tokens is none. */
const named: readonly SecretKind[] = [
  {
    name: 'named-secret',
    family: 'named-secret',
    starts: 'word',
    before: `(?:api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|signing[_-]?key|(?:auth|access|api|bearer|refresh|session|bot|deploy|oauth|id|private|secret)[_-]?token|secret|passw(?:or)?d|passphrase|pwd|credentials?)${assignment}`,
    pattern: drawn,
    letters: 'any',
    value: 'random',
  },
  { name: 'named-token', family: 'named-secret', starts: 'apart', before: `token${assignment}`, pattern: drawn, letters: 'any', value: 'random' },
];

/** In this order: what is recognised by what stands beside it comes before that. */
export const secretKinds: readonly SecretKind[] = [...cloudKeys, ...modelKeys, ...serviceTokens, ...chatTokens, ...forms, ...named];

/** The whole of a kind for JavaScript; its groups are what stands before, the secret and what stands after. */
export function expressionOf({ starts, before = '', pattern, after = '', letters }: SecretKind, flags: '' | 'g'): RegExp {
  return new RegExp(`${lookBehind[starts]}(${before})(${pattern})(${after})`, letters === 'any' ? `${flags}i` : flags);
}

/** One kind for the engine; its one group is the secret. */
export function enginePatternOf({ starts, before = '', pattern, after = '', letters }: SecretKind): string {
  return `${letters === 'any' ? '(?i)' : ''}${takenAlong[starts]}${before}(${pattern})${after}`;
}

/**
 * One pattern for the engine that finds every secret of the kinds and more: any number stands where a kind counts. Counted repetitions are most of the
 * work of reading a pattern, so that where nothing fits this one, as nearly always, nobody has to read the others.
 */
export function looseEnginePattern(kinds: readonly SecretKind[]): string {
  return oneEnginePattern(kinds).replace(/\{(\d+)(?:,\d*)?\}/g, (_, least: string) => (least === '0' ? '*' : '+'));
}

/** Several kinds for the engine as one pattern. What they begin with stands there once: it would be most of the work of reading the pattern. */
export function oneEnginePattern(kinds: readonly SecretKind[]): string {
  const groups = (['word', 'apart', 'anywhere'] as const).flatMap((starts) =>
    ([undefined, 'any'] as const).map((letters) => ({ starts, letters, own: kinds.filter((kind) => kind.starts === starts && kind.letters === letters) })),
  );
  return groups
    .filter(({ own }) => own.length > 0)
    .map(({ starts, letters, own }) => {
      const bodies = own.map(({ before = '', pattern, after = '' }) => `${before}${pattern}${after}`);
      return `(?${letters === 'any' ? 'i' : ''}:${takenAlong[starts]}(?:${bodies.join('|')}))`;
    })
    .join('|');
}

/**
 * A long unbroken run of capitals, small letters and digits: in a label (a service, a cost centre, a model) it is no name. Ids are drawn like that by
 * right, so that nobody looks for it in them; digests and UUIDs have letters of one case.
 */
export const unbrokenRunLength = 32;
export const unbrokenRun = `[A-Za-z0-9]{${unbrokenRunLength},}`;

/** Bits per character from which a text looks drawn; and how often a digit must follow a letter. The engine computes the same from the same figures. */
export const leastEntropy = 3.3;
export const fewestTurns = 2;
export const turn = '[A-Za-z][0-9]';

/** Whether a text looks drawn by lot: its characters are many and even, and digits stand between letters. */
export function looksDrawn(text: string): boolean {
  return (text.match(new RegExp(turn, 'g')) ?? []).length >= fewestTurns && entropyOf(text) >= leastEntropy;
}

/** Shannon's entropy in bits per character. Decides nothing about money. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
