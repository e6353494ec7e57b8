/** Locks and closes as text: what is written is read back to the letter, and no byte of it can change unseen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderLock, sealed, sealHolds, setChecksum, yamlText } from '../../../src/ledger/lock/sealed-text.ts';
import { lockSchema, parseLock } from '../../../src/ledger/kinds/lock.ts';
import { readYaml } from '../../../src/ledger/yaml-document.ts';
import { compareCodePoints } from '../../../src/model/order-findings.ts';
import type { FrozenFile } from '../../../src/model/lock.ts';
import { amountOf } from '../../../src/model/money.ts';

describe('a seal', () => {
  it('holds for what it was made of, and for nothing that differs in a byte', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.nat(), (text, at) => {
        const whole = sealed(`${text}\n`);
        expect(sealHolds(whole)).toBe(true);
        const bytes = Buffer.from(whole);
        bytes.writeUInt8((bytes[at % bytes.length] ?? 0) ^ 1, at % bytes.length);
        expect(sealHolds(bytes.toString('latin1'))).toBe(false);
      }),
    );
  });

  it.each(['', '\n', 'seal: ""\n', `${sealed('a\n')}more\n`, sealed('a\n').trimEnd(), sealed('a\n').replaceAll('\n', '\r\n')])('does not hold: %j', (text) => {
    expect(sealHolds(text)).toBe(false);
  });
});

it('every scalar that is written is read back as the same text', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.dictionary(text, text), fc.array(fc.record({ name: text, value: text })), (map, list) => {
      const { document, findings } = readYaml('x.yaml', yamlText(['a comment'], { map, list, none: null }));
      expect(findings).toEqual([]);
      expect(JSON.parse(JSON.stringify(document?.value))).toEqual({ map, list });
    }),
  );
  for (const word of ['yes', 'null', '0.10', '1e5', '2026-05-01', '~', '- a', 'a: b', '#x', "it's", '"', '\\', '\u2028', '*a', '&a', '!x', '%', '@', '`']) {
    expect(readYaml('x.yaml', yamlText([], { word })).document?.value).toEqual(Object.assign(Object.create(null), { word }));
  }
});

const file = fc.record<FrozenFile>({
  // A name that the list of checksums can hold.
  file: fc
    .string({ unit: fc.constantFrom('a', 'B', '7', ' ', 'ü', "'", '#', '{', ',', ':', '\u{1F600}'), minLength: 1, maxLength: 12 })
    .filter((name) => name.trim() === name && !/^[A-Z]:/i.test(name)),
  role: fc.constantFrom('application', 'other', 'invoice'),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  bytes: fc.nat(),
  sums: fc.option(
    fc.record({
      rows: fc.nat().map(String),
      filtered: fc.nat(3).map(String),
      first: fc.option(fc.bigInt(0n, 4_000_000_000_000_000n)),
      last: fc.option(fc.bigInt(0n, 4_000_000_000_000_000n)),
      tokens: fc.constantFrom({}, { input_tokens: '12345678901234567890', output_tokens: '0' }),
      amounts: fc.constantFrom([], [{ currency: 'USD', sum: amountOf('-0.000000000000000001') }]),
    }),
  ),
});

it('a lock is read back as it was written, whatever the order of its files', () => {
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: (one) => one.file, maxLength: 6 }), (files) => {
      const text = renderLock({ period: '2026-05', toolVersion: '1.0.0', files });
      expect(renderLock({ period: '2026-05', toolVersion: '1.0.0', files: files.toReversed() })).toBe(text);
      const { document } = readYaml('periods/2026-05/evidence.lock', text);
      if (document === null) throw new Error(text);
      const lock = parseLock(lockSchema.parse(document.value), document);
      expect(lock.files.map((one) => Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'source')))).toEqual(
        files.toSorted((a, b) => compareCodePoints(a.file, b.file)),
      );
      expect(lock.setSha256).toBe(setChecksum(files));
    }),
    { numRuns: 60 },
  );
});
