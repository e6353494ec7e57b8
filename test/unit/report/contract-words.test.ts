/** The contract register: each area has words of its own, and docs/contract.md says them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { contractAreas } from '../../../src/model/contract-area.ts';
import { contractWords } from '../../../src/report/wording/contract-words.ts';

const page = readFileSync(new URL('../../../docs/contract.md', import.meta.url), 'utf8');

it('has nine areas, one of them in five parts', () => {
  const areas = contractAreas.map(({ area }) => area);
  expect(new Set(areas.map((area) => area.split('.')[0])).size).toBe(9);
  expect(areas.filter((area) => area.startsWith('error-behavior.')).map((area) => area.split('.')[1])).toEqual([
    'failed',
    'canceled',
    'streamed',
    'retried',
    'timed-out',
  ]);
  expect(Object.keys(contractWords)).toEqual(areas.map((area) => `contract/${area}`));
});

it.each(contractAreas.map(({ area, question }) => [area, question]))('docs/contract.md says why %s matters', (area, question) => {
  const why = contractWords[`contract/${area}`] ?? '';
  expect(page).toContain(`| \`${area}\` | ${question} | ${why.charAt(0).toUpperCase()}${why.slice(1)}. |`);
});
