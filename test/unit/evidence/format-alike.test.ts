/** What a file looks like that is named for another format: the sample of each built-in format, read as every other. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { defaultLimits } from '../../../src/evidence/evidence-limits.ts';
import { kindByName } from '../../../src/evidence/file-kind.ts';
import { formatsAlike } from '../../../src/evidence/format-alike.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import type { Layer } from '../../../src/model/evidence.ts';
import { evidenceFolder, layerEvidence, collect } from './evidence-folder.ts';

const folder = join(import.meta.dirname, '../../formats');
const names = readdirSync(folder).filter((name) => name !== '_ledger');

/** The case of a sample, and its text. */
function sampleOf(name: string): { readonly sample: string; readonly layer: Layer; readonly text: string } {
  const { sample, layer } = JSON.parse(readFileSync(join(folder, name, 'case.json'), 'utf8')) as { sample: string; layer: Layer };
  return { sample, layer, text: readFileSync(join(folder, name, sample), 'utf8') };
}

function alike(sample: string, text: string, layer: Layer): string[] {
  const kind = kindByName(sample);
  if (kind === null) throw new Error(`no kind: ${sample}`);
  return formatsAlike({ kind, layer, head: Buffer.from(text), isWhole: true, limits: defaultLimits }, builtInFormats);
}

describe('among all built-in formats each sample looks like its own alone', () => {
  it.each(names)('%s', (name) => {
    const { sample, layer, text } = sampleOf(name);
    expect(alike(sample, text, layer)).toEqual([name]);
  });
});

test.each([
  ['other JSON', 'a.json', '[{"id":1,"model":"m","created":2}]'],
  ['other pages', 'a.json', '{"data":[{"id":1,"model":"m"}]}'],
  ['other CSV', 'a.csv', 'date,amount,currency\n2026-05-01,1,USD\n'],
  ['no JSON', 'a.jsonl', 'no json'],
  ['nothing', 'a.csv', ''],
])('%s looks like none', (_, name, text) => {
  expect(alike(name, text, 'provider')).toEqual([]);
});

test.each([
  ['pages, as lines of rows', 'cometapi', 'new-api', 'log.jsonl', 'evidence-header no-header cometapi'],
  ['lines of rows, as pages', 'new-api', 'cometapi', 'log.jsonl', 'evidence-syntax no-rows-place new-api'],
  ['a page in a .json file, as rows', 'openrouter-activity', 'trueup', 'activity.json', 'evidence-syntax json-object openrouter-activity'],
  ['a table, as another', 'helicone', 'trueup', 'requests.csv', 'evidence-header missing-column helicone'],
])('the finding says it: %s', async (_, name, format, sample, expected) => {
  const { layer, text } = sampleOf(name);
  const root = evidenceFolder({ [`periods/2026-05/evidence/${sample}`]: text });
  const copies = evidenceFolder({});
  const { findings } = await collect(root, [layerEvidence(layer, [`evidence/${sample}`], format)], { copyFolder: () => Promise.resolve(copies) });
  expect(findings.map(({ code, args }) => [code, args['problem'], args['alike']].join(' '))).toContain(expected);
});
