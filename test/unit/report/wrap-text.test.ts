/** Lines of text for a screen: what fits stays as it is, as the library that breaks the rest would leave it. */
import { expect, it } from 'vitest';
import wrapAnsi from 'wrap-ansi';
import { wrapText } from '../../../src/report/terminal-style.ts';
import { seededRandom } from '../../properties/random.ts';

const parts = [
  'a',
  'b ',
  ' ',
  'word',
  '\u001b[1m',
  '\u001b[0m',
  'é',
  '漢字',
  '👩‍👩‍👧',
  '-',
  '.',
  '  ',
  '\u2009',
  '\u200b',
  '\u00a0',
  ': ',
  'a-long-word-of-letters',
  '\n',
];

it('is what the library makes of it, whether it fits or not', () => {
  const random = seededRandom(1);
  let kept = 0;
  for (let round = 0; round < 5000; round += 1) {
    const text = Array.from({ length: random.below(13) }, () => random.pick(parts)).join('');
    const width = 22 + random.below(99);
    expect(wrapText(text, width, 2)).toBe(
      wrapAnsi(text, width - 2, { hard: false, trim: true })
        .split('\n')
        .join('\n  '),
    );
    if (text.length > 10 && wrapText(text, width, 2) === text) kept += 1;
  }
  expect(kept).toBeGreaterThan(500);
});
