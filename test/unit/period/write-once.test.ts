/** A lock or close is there whole or not at all, and never takes the place of another one. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeOnce, writeSealed } from '../../../src/ledger/lock/write-once.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-once-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('of many that write at once, one wins, and nothing else is left', async () => {
  const target = join(folder, 'close-1.yaml');
  const texts = Array.from({ length: 8 }, (_, index) => `${index}\n`.repeat(100_000));
  const outcomes = await Promise.allSettled(texts.map((text) => writeOnce(target, text, 'new')));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(texts).toContain(readFileSync(target, 'utf8'));
  expect(readdirSync(folder)).toEqual(['close-1.yaml']);
});

it('replaces where that is meant', async () => {
  await writeOnce(join(folder, 'evidence.lock'), 'one', 'new');
  await expect(writeOnce(join(folder, 'evidence.lock'), 'two', 'new')).rejects.toThrow('evidence.lock is there already');
  await writeOnce(join(folder, 'evidence.lock'), 'two', 'replace');
  expect(readFileSync(join(folder, 'evidence.lock'), 'utf8')).toBe('two');
});

it('writes nothing where it cannot, and nothing that could not be read again', async () => {
  await expect(writeOnce(join(folder, 'gone', 'close-1.yaml'), 'x', 'new')).rejects.toThrow('ENOENT');
  await expect(writeSealed(join(folder, 'close-1.yaml'), 'x'.repeat(5_000_000), 'new')).rejects.toThrow('larger than a ledger file may be');
  expect(readdirSync(folder)).toEqual([]);
});
