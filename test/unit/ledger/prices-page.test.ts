/** docs/prices.md: its example has the shape that is read, every key of that shape is explained, and every source and known oddity stands there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownOddities } from '../../../src/capture/prices/known-oddities.ts';
import { priceSourceNames } from '../../../src/capture/prices/price-source.ts';
import { checkShape } from '../../../src/ledger/file-reader.ts';
import { ledgerSchemas } from '../../../src/ledger/file-kinds.ts';
import { parsePrices, pricesSchema } from '../../../src/ledger/kinds/prices.ts';
import { readYaml } from '../../../src/ledger/yaml-document.ts';
import { costAt } from '../../../src/model/cost.ts';
import { parseInstant } from '../../../src/model/instant.ts';
import { formatMoney } from '../../../src/model/money.ts';
import { bookOf } from '../../../src/model/price-book.ts';
import { explainedIn, type JsonSchema, keysOf } from './explained-keys.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/prices.md'), 'utf8');
const [, example = ''] = /```yaml\n(id:[^]*?)```/.exec(page) ?? [];

it('the example is read, and its sample comes out', () => {
  const { document, findings } = readYaml('prices/cometapi/2026-05-10.yaml', example);
  if (document === null) throw new Error(JSON.stringify(findings));
  const { value, findings: problems } = checkShape(pricesSchema, document);
  expect(problems).toEqual([]);
  if (value === null) return;
  const snapshot = parsePrices(value, document);
  const book = bookOf(snapshot);
  const noon = parseInstant('2026-05-11T12:00:00Z') ?? 0n;
  const cost = costAt(book, 'acme-chat-1', { input: 600n, cached_input: 400n, output: 400n, reasoning: 100n }, noon);
  // (600 × 1.25 + 400 × 0.125 + 500 × 10) × 0.8 ÷ 10^6
  expect(cost.state === 'ok' ? formatMoney(cost.total) : cost.state).toBe('0.00464');
  expect(snapshot.samples.map(({ expectedCost }) => formatMoney(expectedCost))).toEqual(['0.00464', '0.8', '0.001375']);
  expect(costAt(book, 'acme-film-1', { input: 0n, output: 0n }, noon).state).toBe('no-counts');
});

it('every key is explained', () => {
  const isExplained = explainedIn(page.split('## The keys of a snapshot')[1] ?? '');
  const keys = keysOf(ledgerSchemas()['prices'] as JsonSchema, '');
  expect(keys.length).toBeGreaterThan(30);
  expect(keys.filter((key) => !isExplained(key))).toEqual([]);
});

it('every source has its row, and every oddity', () => {
  expect(priceSourceNames.filter((name) => !page.includes(`\n| \`${name}\` | `))).toEqual([]);
  const rows = knownOddities.map(
    ({ source, model, says, since, until, reference }) => `| \`${source}\` | \`${model}\` | ${says} | ${since ?? ''} | ${until ?? ''} | ${reference} |`,
  );
  expect(
    page
      .split('## Known oddities')[1]
      ?.split('\n')
      .filter((line) => line.startsWith('| `')),
  ).toEqual(rows);
});
