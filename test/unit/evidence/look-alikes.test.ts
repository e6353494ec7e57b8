/** Names that look the same and are not. */
import { expect, test } from 'vitest';
import { findLookAlikes } from '../../../src/evidence/look-alikes.ts';

const known = new Set(['charged_amount', 'Cost', 'model', '费用', 'Prix €']);
const lowered = (name: string): string => name.trim().toLowerCase();
const seen = (name: string): string | undefined => {
  const [found] = findLookAlikes([name], known, lowered);
  return found === undefined ? undefined : `${found.expected} ${found.characters.join(',')}`;
};

test.each([
  ['charged_\u0430mount', 'charged_amount U+0430'],
  ['\u0441harged_am\u043eunt', 'charged_amount U+0441,U+043E'],
  ['charged\u200b_amount', 'charged_amount U+200B'],
  ['\ufeffcharged_amount', 'charged_amount U+FEFF'],
  ['charged_amount\u00a0', 'charged_amount U+00A0'],
  ['charged\u00ad_amount', 'charged_amount U+00AD'],
  ['\u202echarged_amount\u202c', 'charged_amount U+202E,U+202C'],
  ['charged_amount\u{e0061}', 'charged_amount U+E0061'],
  ['ｃｈａｒｇｅｄ＿ａｍｏｕｎｔ', 'charged_amount U+FF43,U+FF48,U+FF41,U+FF52,U+FF47,U+FF45,U+FF44,U+FF3F,U+FF4D,U+FF4F,U+FF55,U+FF4E,U+FF54'],
  ['\u{1d5c6}odel', 'model U+1D5C6'],
  ['m\u03bfdel', 'model U+03BF'],
  ['\u0421\u041eST', 'Cost U+0421,U+041E'],
  ['费用\u3164', '费用 U+3164'],
])('%j is taken for another name', (name, expected) => {
  expect(seen(name)).toBe(expected);
});

test.each(['charged_amount', 'charged-amount', 'Charged Amount', 'charged_amounts', 'coût', 'modèle', '費用', 'модель', 'Prix £', ''])('%j is not', (name) => {
  expect(seen(name)).toBe(undefined);
});
