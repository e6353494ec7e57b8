/** The places that a format names: a column, a path inside it, a part of its text; and the conditions that rows are held against there. */
import { z } from 'zod';
import { choice, decimalText, dictionary, list, record, text } from './scalars.ts';
import type { RowCondition, RowTest, ValueSource } from '../../model/evidence.ts';
import { pathSteps } from '../../model/json-path.ts';
import { linearPattern } from '../../model/linear-pattern.ts';
import { isPlaceholder } from '../../model/placeholder.ts';

export const anyText = z.string({ error: 'text' });

/** Text that somebody has looked up: a format with a placeholder in it reads nothing. */
export const known = text.refine((value) => !isPlaceholder(value), { error: 'a value that was looked up' });

/** `column`, or `column:$.json.path` for a value inside a JSON column. */
export const place = known
  .refine((value) => isPath(placeOf(value).path), { error: 'column:$.path with keys and places of lists, such as $.usage.input or $[0].amount' })
  .transform(placeOf);
const pattern = text.superRefine((value, context) => {
  const problem = linearPattern(value);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});
const partOfText = record({
  source: place,
  attribute: anyText.min(1, { error: 'the key of an attribute' }).optional(),
  capture: pattern.refine((value) => value.includes('('), { error: 'a regular expression with a group, such as model=([^,]+)' }).optional(),
  split: record({ by: anyText.min(1, { error: 'at least one character' }), part: wholeNumber(-99, 99) }).optional(),
  lookup: dictionary(anyText).optional(),
}).transform(({ source, attribute, capture, split, lookup }): ValueSource => {
  const inside = attribute === undefined ? source : { ...source, path: source.path ?? '$', attribute };
  return { ...inside, ...(capture === undefined ? {} : { capture }), ...(split === undefined ? {} : { split }), ...(lookup === undefined ? {} : { lookup }) };
});
const source = z.union([place, partOfText], { error: 'a column, column:$.json.path, or { source, attribute, capture, split, lookup }' });
export const sources = z.union([source, list(source).min(1, { error: 'at least one source' })], {
  error: 'a column, column:$.json.path, { source, attribute, capture, split, lookup }, or a list of them',
});
const someTexts = list(anyText).min(1, { error: 'at least one value' });
const tests = {
  in: someTexts.optional(),
  not_in: someTexts.optional(),
  is: choice('empty', 'not-empty').optional(),
  matches: pattern.optional(),
  above: decimalText.optional(),
  below: decimalText.optional(),
};
export const condition = record({ source, ...tests })
  .superRefine((value, context) => {
    if (Object.keys(tests).filter((key) => key in value).length === 1) return;
    context.addIssue({ code: 'custom', message: `one of ${Object.keys(tests).join(', ')} beside source` });
  })
  .transform(({ source, ...test }): RowCondition => ({ source, ...testOf(test) }));
export function wholeNumber(least: number, most: number) {
  return text
    .refine((value) => /^-?\d{1,4}$/.test(value) && Number(value) >= least && Number(value) <= most && (least === 0 || Number(value) !== 0), {
      error: `a whole number from ${least} to ${most}${least === 0 ? '' : ', not 0'}`,
    })
    .meta({ alsoWritten: 'integer' })
    .transform(Number);
}

function testOf(test: { readonly [Key in keyof typeof tests]?: z.output<(typeof tests)[Key]> }): RowTest {
  if (test.in !== undefined) return { in: test.in };
  if (test.not_in !== undefined) return { notIn: test.not_in };
  if (test.is !== undefined) return { is: test.is };
  if (test.matches !== undefined) return { matches: test.matches };
  return test.above === undefined ? { below: test.below ?? '0' } : { above: test.above };
}

export function placeOf(value: string): ValueSource {
  const split = value.indexOf(':$');
  return split > 0 ? { column: value.slice(0, split), path: value.slice(split + 1) } : { column: value, path: null };
}

/** No wildcards, no places counted from the end: what is read has one place, so that what is not read can be told. */
export function isPath(path: string | null): boolean {
  return path === null || pathSteps(path) !== null;
}
