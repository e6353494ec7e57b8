/** What is taken for little evidence: by the size of its rows as text, packed or not. */
import { expect, it } from 'vitest';
import { isSmall } from '../../../src/engine/database.ts';

it.each([
  ['plain text', { bytes: 7_999_999, compression: 'none', container: 'csv' }, true],
  ['more of it', { bytes: 8_000_000, compression: 'none', container: 'csv' }, false],
  ['packed text', { bytes: 1_000_000, compression: 'gzip', container: 'csv' }, false],
  ['Parquet, which packs by itself', { bytes: 1_000_000, compression: 'none', container: 'parquet' }, false],
  ['little Parquet', { bytes: 999_999, compression: 'none', container: 'parquet' }, true],
] as const)('%s', (_, file, small) => {
  expect(isSmall([file])).toBe(small);
});

it('files count together', () => {
  const half = { bytes: 4_000_000, compression: 'none' } as const;
  expect([isSmall([half]), isSmall([half, half])]).toEqual([true, false]);
});
