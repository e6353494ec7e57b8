/** Secrets are taken out, and nothing else is. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown } from '../../../src/report/escape-markdown.ts';
import { expressionOf, secretKinds, secretRemoved } from '../../../src/model/secret-kinds.ts';
import { scrubSecrets } from '../../../src/report/scrub-secrets.ts';
import { showInTerminal } from '../../../src/report/terminal-style.ts';
import { planted, plantedBeside } from './planted-secrets.ts';

const root = join(import.meta.dirname, '../../..');

describe.each(Object.entries(planted))('%s', (_, secret) => {
  it('is taken out whole, wherever it stands', () => {
    for (const around of [(s: string) => s, (s: string) => `a ${s} b`, (s: string) => `key="${s}"`, (s: string) => `%0A${s}%0A`, (s: string) => `x=${s}&y`]) {
      const scrubbed = scrubSecrets(around(secret));
      expect(scrubbed).toContain(secretRemoved);
      for (let at = 0; at + 12 <= secret.length; at += 4) expect(scrubbed).not.toContain(secret.slice(at, at + 12));
    }
  });

  it('does not come back by escaping or by a cut', () => {
    for (const show of [escapeMarkdown, showInTerminal]) {
      for (const text of [secret, `${'name '.repeat(30)}${secret}`, `${'x '.repeat(79)}${secret}`]) {
        const shown = show(text);
        for (let at = 0; at + 12 <= secret.length; at += 4) expect(shown).not.toContain(secret.slice(at, at + 12));
        expect(shown.replace(/&#\d+;/g, '')).not.toContain(secret.replace(/[_-]/g, '').slice(0, 16));
      }
    }
  });
});

describe.each(Object.entries(plantedBeside))('%s', (_, { text, secret }) => {
  it('is taken out, and what stands beside it stays', () => {
    for (const around of [(s: string) => s, (s: string) => `a ${s} b`, (s: string) => `%0A${s}%0A`]) {
      const scrubbed = scrubSecrets(around(text));
      for (let at = 0; at + 12 <= secret.length; at += 4) expect(scrubbed).not.toContain(secret.slice(at, at + 12));
      expect(scrubSecrets(scrubbed)).toBe(scrubbed);
    }
  });
});

it('each kind of the list is planted here', () => {
  const texts = [...Object.values(planted), ...Object.values(plantedBeside).map(({ text }) => text)];
  expect(secretKinds.filter((kind) => !texts.some((text) => expressionOf(kind, '').test(text))).map(({ name }) => name)).toEqual([]);
  expect(secretKinds.length).toBeGreaterThan(50);
});

it('never makes text longer, and finds nothing in what it wrote', () => {
  const piece = fc.oneof(fc.constantFrom(...Object.values(planted), ' ', '_', '-', '.', 'eyJ', 'sk-', 'ghs_', 'Bearer ', 'AKIA'), fc.string({ maxLength: 30 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(scrubSecrets(pieces.join('')).length).toBeLessThanOrEqual(pieces.join('').length);
      const apart = scrubSecrets(pieces.join(' '));
      expect(scrubSecrets(apart)).toBe(apart);
    }),
    { numRuns: 500 },
  );
});

it('sees a secret that is glued to another', () => {
  const all = Object.values(planted);
  for (const secret of all) expect(scrubSecrets(`${all[0] ?? ''}${secret}`)).not.toContain(secret);
});

it.each([
  'req_8f14e45fceea167a5a36dedd4bea2543',
  'task-0123456789abcdef0123456789abcdef',
  'disk-usage-of-the-night-shift-2026-05',
  'highs_and_lows_of_the_market_2026',
  'chatcmpl-9xQw3mZ0aBcDeFgHiJkLmNoPqRsT',
  'sk-small',
  'gpt-4.1-nano-2025-04-14',
  'anthropic/claude-sonnet-4-5:thinking',
  `sha256:${'0123456789abcdef'.repeat(4)}`,
  'AKIA',
  'eyJhbGciOiJIUzI1NiJ9',
  '01HZX8K4QJ5M6N7P8R9S0T1V2W',
  'the bearer of news',
  '550e8400-e29b-41d4-a716-446655440000',
  'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b',
  'gen-1742000000-AbCdEfGhIjKlMnOpQrSt',
  'V1StGXR8_Z5jdHi6B-myT',
  'sk-X8_Z5jdHi6BamyTabcd',
  'AKIAX8K4QJ5M6N7P8R9S0T1V2W',
  'az-sk-inference-gateway-production-eu-west-1',
  'input_tokens: 1200000000000000, page_token: cursor4b2x9k7q1z8m3n5p',
  'token: production-2026-05-01-nightly',
  'password: correct-horse-battery-staple',
  'api_key: ${{ secrets.PROVIDER_KEY }}',
  'https://user:***@example.com/a',
  'https://example.com:8443/a@b',
])('leaves %s alone', (text) => expect(scrubSecrets(text)).toBe(text));

it('leaves the example ledger, the documents and the findings alone', () => {
  const files = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ya?ml|md|json|txt|csv|gz)$/.test(name))
    .map((name) => `examples/${name}`);
  expect(files.length).toBeGreaterThan(20);
  for (const name of [...files, 'docs/findings.md', 'README.md', 'ARCHITECTURE.md', 'DECISIONS.md']) {
    const bytes = readFileSync(join(root, name));
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    expect(scrubSecrets(text) === text, name).toBe(true);
  }
});

it.each([
  'eyJ',
  'eyJa.',
  'sk-',
  'sk-aaaaaaaaaaaaaaa ',
  'ghs_',
  'ghp_a.-',
  'AKIA',
  'Bearer ',
  'bearer=',
  'xoxb-',
  'AIza',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN A',
  '-----END ',
  '://a:',
  '://',
  'token=',
  'api_key: a1',
  'authorization: basic ',
  'AKIAIOSFODNN7EXAMPLE ',
  'A',
  'M',
  'SG.aaaaaaaaaaaaaaaaaaaaaa.',
  '12345678',
  'eyJ_',
  'hooks.slack.com/',
  'xoxb-a',
  'aB3',
])('is linear in text made of %s', (piece) => {
  // A pattern that is not linear takes hours for so much text, and no test has those.
  expect(scrubSecrets(piece.repeat(Math.ceil(1_000_000 / piece.length))).length).toBeLessThanOrEqual(1_000_000 + piece.length);
});
