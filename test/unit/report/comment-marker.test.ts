/** The marker: what goes in comes out, and nothing of it can act. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CommentMarker, commentMarker, markerKey, parseMarker } from '../../../src/report/comment-marker.ts';
import { planted } from './planted-secrets.ts';
import { hostile } from './sample-run.ts';

const marker: CommentMarker = {
  tool: 'trueup',
  key: 'ledgers/acme|gate.yml|trueup',
  run_id: 15_000_000_001,
  attempt: 2,
  head_sha: 'b'.repeat(40),
  digest: `sha256:${'0f'.repeat(32)}`,
};
const anyKey = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...hostile, '-->', '--!>', '<!--', 'a\n-->\nb', '\u2028', '@octocat'));

it('comes back as it went in', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      expect(parseMarker(`${commentMarker({ ...marker, key })}\nbody`)).toEqual({ ...marker, key: markerKey(key) });
    }),
  );
});

it('is one line of ASCII that only its end ends, and short', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      const line = commentMarker({ ...marker, key });
      expect(line).toMatch(/^<!-- trueup \{[\w {}":,./\\[\]]+\} -->$/);
      expect(line.indexOf('--', 4)).toBe(line.length - 3);
      expect(line.length).toBeLessThan(2000);
    }),
  );
});

it('keeps a key that is short and harmless, and hashes any other, always to the same', () => {
  expect(markerKey(marker.key)).toBe(marker.key);
  for (const key of ['x'.repeat(201), ...Object.values(planted)]) {
    expect(markerKey(key)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(markerKey(markerKey(key))).toBe(markerKey(key));
  }
});

it('is read from the first line only, with either line end', () => {
  expect(parseMarker(`${commentMarker(marker)}\r\n\r\nbody`)).toEqual(marker);
  expect(parseMarker(`words\n${commentMarker(marker)}`)).toBeNull();
});

it.each([
  ['nothing', ''],
  ['another comment', '<!-- other {"tool":"trueup"} -->'],
  ['no JSON', '<!-- trueup {nonsense} -->'],
  ['another tool', commentMarker(marker).replace('"trueup"', '"other"')],
  ['a key too many', commentMarker(marker).replace('"attempt"', '"more":1,"attempt"')],
  ['a missing key', commentMarker(marker).replace('"attempt":2,', '')],
  ['a digest that is none', commentMarker({ ...marker, digest: 'sha256:0' })],
  ['a commit that is none', commentMarker({ ...marker, head_sha: 'main' })],
])('refuses %s', (_, body) => expect(parseMarker(body)).toBeNull());
