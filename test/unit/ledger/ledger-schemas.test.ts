/** The published JSON Schemas are those of the reader. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ledgerSchemas } from '../../../src/ledger/file-kinds.ts';

const folder = new URL('../../../schema/', import.meta.url);

describe('schema/', () => {
  it.each(Object.entries(ledgerSchemas()))('%s.schema.json is current (npm run schemas)', (kind, schema) => {
    expect(readFileSync(new URL(`${kind}.schema.json`, folder), 'utf8')).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  it('has a file for every kind', () => {
    const files = readdirSync(folder);
    expect(Object.keys(ledgerSchemas()).filter((kind) => !files.includes(`${kind}.schema.json`))).toEqual([]);
  });

  it('closes every object and lets amounts be numbers', () => {
    const text = JSON.stringify(ledgerSchemas());
    expect(text).not.toContain('alsoWritten');
    const prices = ledgerSchemas()['prices'] as { additionalProperties: boolean; properties: { prices: { items: { properties: Record<string, unknown> } } } };
    expect(prices.additionalProperties).toBe(false);
    expect(prices.properties.prices.items.properties['ratio']).toEqual({ type: ['string', 'number'], pattern: '^\\d{1,38}(\\.\\d{1,38})?$' });
  });
});
