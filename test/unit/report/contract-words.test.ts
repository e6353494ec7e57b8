/** The contract register: it is the runbook's table, each row has words of its own, and docs/contract.md says them. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { contractAreas, earlierAreas, rowOf } from '../../../src/model/contract-area.ts';
import { contractWords } from '../../../src/report/wording/problem-words.ts';

const page = readFileSync(new URL('../../../docs/contract.md', import.meta.url), 'utf8');
const runbook = new URL('../../../../shared/docs/RUNBOOK.md', import.meta.url);
const areas = contractAreas.map(({ area }) => area);

it('has nine areas, one of them in five parts, one in nine', () => {
  expect([...new Set(areas.map(rowOf))].map((row) => `contract/${row}`)).toEqual(Object.keys(contractWords));
  expect(Object.keys(contractWords)).toHaveLength(9);
  const partsOf = (row: string) => areas.filter((area) => area.startsWith(`${row}.`)).map((area) => area.slice(row.length + 1));
  expect(partsOf('error-behavior')).toEqual(['failed', 'canceled', 'streamed', 'retried', 'timed-out']);
  expect(partsOf('billing-assumptions').join(' ')).toBe('unit-basis public-price account-terms credits discounts taxes currency rounding invoice-timing');
  expect(areas).toHaveLength(21);
});

it.each(contractAreas.map(({ area, detail, admissible }) => [area, detail, admissible]))(
  'docs/contract.md says of %s what to verify, why it matters and what can support it',
  (area, detail, admissible) => {
    const why = contractWords[`contract/${rowOf(area)}`] ?? '';
    expect(page).toContain(`| \`${area}\` | ${detail} | ${why.charAt(0).toUpperCase()}${why.slice(1)} | ${admissible} |`);
  },
);

it.each(Object.entries(earlierAreas))('docs/contract.md says where the answer of %s belongs now', (area, now) => {
  expect(page).toContain(`| \`${area}\` | ${now} |`);
  expect(areas).not.toContain(area);
});

// The runbook is no part of the repository; where it lies beside the checkout, the register is held against it word by word.
it.runIf(existsSync(runbook))('says what the table of the runbook says', () => {
  const table = readFileSync(runbook, 'utf8').split('| Area | Detail to verify |')[1]?.split('\n\n')[0] ?? '';
  const rows = [...table.matchAll(/^\| ([A-Z][^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].map((match) => match.slice(1));
  const whole = contractAreas.filter(({ area }) => !area.includes('.'));
  const parts = [...new Set(contractAreas.filter(({ area }) => area.includes('.')).map(({ area }) => rowOf(area)))];
  expect(rows).toHaveLength(9);
  expect(rows.map(([, , why = '']) => why.toLowerCase())).toEqual(Object.values(contractWords).map((why) => why.toLowerCase()));
  const details = rows.map(([, detail]) => detail);
  expect(whole.map(({ detail }) => detail).filter((detail) => !details.includes(detail))).toEqual([]);
  expect(new Set(contractAreas.map(({ admissible }) => admissible))).toEqual(new Set(rows.map((row) => row[3])));
  expect(whole.length + parts.length).toBe(rows.length);
});
