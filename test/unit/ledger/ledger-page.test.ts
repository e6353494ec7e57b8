/** docs/ledger.md and docs/exceptions.md: each example has the shape that is read, and each key of that shape is explained. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkShape } from '../../../src/ledger/file-reader.ts';
import { fileKinds, ledgerSchemas } from '../../../src/ledger/file-kinds.ts';
import { readYaml } from '../../../src/ledger/yaml-document.ts';
import { explainedIn, type JsonSchema, keysOf } from './explained-keys.ts';

const docs = join(import.meta.dirname, '../../../docs');
const page = readFileSync(join(docs, 'ledger.md'), 'utf8');
const sectionOf = (title: string): string => page.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? '';

function problemsOf(kind: 'period' | 'invoice' | 'statement' | 'exceptions', markdown: string): unknown {
  const example = /```yaml\n([^]*?)```/.exec(markdown)?.[1] ?? '';
  const { document, findings } = readYaml(`${kind}.yaml`, example);
  if (document === null) return findings;
  const { schema } = fileKinds[kind];
  return checkShape(schema, document).findings;
}

describe.each(['period', 'invoice', 'statement'] as const)('docs/ledger.md, %s.yaml', (kind) => {
  it('shows an example that is read', () => expect(problemsOf(kind, sectionOf(`${kind}.yaml`))).toEqual([]));

  it('explains every key', () => {
    const keys = keysOf(ledgerSchemas()[kind] as JsonSchema, '');
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((key) => !explainedIn(sectionOf(`${kind}.yaml`))(key))).toEqual([]);
  });
});

describe('docs/exceptions.md', () => {
  const exceptions = readFileSync(join(docs, 'exceptions.md'), 'utf8');
  it('shows an example that is read', () => expect(problemsOf('exceptions', exceptions)).toEqual([]));

  it('shows every key', () => {
    const example = /```yaml\n([^]*?)```/.exec(exceptions)?.[1] ?? '';
    const keys = keysOf(ledgerSchemas()['exceptions'] as JsonSchema, '').map((key) => key.split('.').at(-1) ?? '');
    expect(keys.filter((key) => !new RegExp(`\\b${key}:`).test(example))).toEqual([]);
  });
});
