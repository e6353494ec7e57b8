/** A reason is never empty, whatever was thrown. */
import { expect, it } from 'vitest';
import { reasonOf } from '../../../src/model/system-failure.ts';

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });

it.each([
  [new Error('no room\nstack'), 'no room'],
  [new Error('\n\n  late words'), 'late words'],
  // What a connection to a host with two addresses throws.
  [Object.assign(new AggregateError([coded('connect ECONNREFUSED ::1:80', 'ECONNREFUSED')], ''), { code: 'ECONNREFUSED' }), 'connect ECONNREFUSED ::1:80'],
  [new AggregateError([]), 'AggregateError'],
  [coded('', 'ENOSPC'), 'ENOSPC'],
  [new Error('', { cause: new Error('', { cause: new Error('the root') }) }), 'the root'],
  [new Error(''), 'Error'],
  [new TypeError(' '), 'TypeError'],
  ['', 'no reason was given'],
  ['thrown text', 'thrown text'],
  [undefined, 'undefined'],
  [new Error('x'.repeat(1000)), 'x'.repeat(300)],
])('%j', (error, reason) => expect(reasonOf(error)).toBe(reason));

it('a cause that is its own cause ends', () => {
  const error = new Error('');
  error.cause = error;
  expect(reasonOf(error)).toBe('Error');
});
