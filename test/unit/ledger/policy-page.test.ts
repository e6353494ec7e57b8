/** docs/policy.md: its example is read, it explains every key, and its defaults are those of the source. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkShape } from '../../../src/ledger/file-reader.ts';
import { fileKinds } from '../../../src/ledger/file-kinds.ts';
import { parseSettings, settingsSchema } from '../../../src/ledger/kinds/settings.ts';
import { readYaml } from '../../../src/ledger/yaml-document.ts';
import { formatDuration } from '../../../src/model/instant.ts';
import { formatMoney, zero } from '../../../src/model/money.ts';
import { categories } from '../../../src/model/policy.ts';
import { defaultBound, type LevelName } from '../../../src/policy/weigh-levels.ts';

const page = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
const rows = (table: string): string[][] =>
  [...table.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, key = '', rest = '']) => [key, ...rest.split('|').map((cell) => cell.trim())]);
const [keys = '', levels = ''] = page.split('## Levels that hold by default');

it('shows an example that is read, with every key', () => {
  const { document, findings } = readYaml('trueup.yaml', /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '');
  if (document === null) throw new Error(JSON.stringify(findings));
  expect(checkShape(fileKinds.settings.schema, document).findings).toEqual([]);
  const known = Object.keys(settingsSchema.shape.policy.shape);
  expect(
    rows(keys)
      .map(([key]) => key)
      .toSorted(),
  ).toEqual(known.toSorted());
  expect(known.filter((key) => !new RegExp(`^  ${key}:`, 'm').test(page))).toEqual([]);
});

it('states the defaults of the source', () => {
  const { document } = readYaml('trueup.yaml', 'version: 1\nid: a\nprovider: b\ncurrency: USD\npolicy: {}\n');
  if (document === null) throw new Error('the shortest policy is read');
  const { policy } = parseSettings(settingsSchema.parse(document.value), document);
  const stated = new Map(rows(keys).map(([key = '', value = '']) => [key, value]));
  expect(stated.get('min_linked')).toBe(formatMoney(policy.minLinked));
  expect(stated.get('min_compared')).toBe(formatMoney(policy.minCompared));
  expect(Number(stated.get('retry_cap'))).toBe(policy.retryCap.default.toNumber());
  expect(stated.get('ignore_below')).toBe(formatMoney(policy.ignoreBelow));
  expect(stated.get('gross')).toBe(policy.gross);
  expect(stated.get('max_delay')).toBe(formatDuration(policy.maxDelay));
});

it('lists every default level', () => {
  const shown = (category: (typeof categories)[number], name: LevelName): string => {
    const bound = defaultBound(category, name);
    if (bound === null) return '';
    return bound.percent === null ? formatMoney(bound.amount ?? zero) : `${formatMoney(bound.percent)}%`;
  };
  const expected = categories
    .map((category) => [category, shown(category, 'warn'), shown(category, 'fail')])
    .filter(([, warn, fail]) => warn !== '' || fail !== '');
  const listed = rows(levels).map(([key, warn = '', fail]) => [key, warn.split(',')[0], fail]);
  expect(listed.toSorted()).toEqual(expected.toSorted());
});
