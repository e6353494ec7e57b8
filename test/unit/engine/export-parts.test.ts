/** Parts of an answer, as Anthropic lists them: a compaction is the model's own work and hidden in the top-level counts, an advisor is another model. */
import { describe, expect, it, test } from 'vitest';
import { type ReadExport, readExport } from './read-export.ts';

const format = `name: own
explode: "usage:$.iterations"
columns:
  provider_request_id: id
  timestamp_utc: at
  model_billed: model
  input_tokens: "usage:$.input_tokens"
  cache_write_1h_tokens: "usage:$.cache_creation.ephemeral_1h_input_tokens"
  output_tokens: "usage:$.output_tokens"
input_includes: []
output_includes: [reasoning]
`;
const read = (usage: unknown): Promise<ReadExport> =>
  readExport({ 'a.jsonl': `${JSON.stringify({ id: 'p', at: '2026-05-04T12:00:00Z', model: 'claude-sonnet-5', usage })}\n` }, format);
const counts = ({ rows }: ReadExport): unknown =>
  rows.map(({ input_tokens: input, cache_write_1h_tokens: write, output_tokens: output }) => [input, write, output]);

describe('parts', () => {
  it.each([
    ['no parts', { input_tokens: 5, output_tokens: 2 }, ['5', undefined, '2']],
    ['null for parts', { input_tokens: 5, output_tokens: 2, iterations: null }, ['5', undefined, '2']],
    ['an empty list', { input_tokens: 5, output_tokens: 2, iterations: [] }, ['5', undefined, '2']],
    [
      'messages that the top level sums up',
      {
        input_tokens: 2390,
        output_tokens: 121,
        iterations: [
          { type: 'message', input_tokens: 1128, output_tokens: 110 },
          { type: 'message', input_tokens: 1262, output_tokens: 11 },
        ],
      },
      ['2390', undefined, '121'],
    ],
    [
      'a compaction that the top level hides',
      {
        input_tokens: 220,
        output_tokens: 8,
        iterations: [
          { type: 'compaction', input_tokens: 55_196, output_tokens: 125 },
          { type: 'message', input_tokens: 220, output_tokens: 8 },
        ],
      },
      ['55416', undefined, '133'],
    ],
    [
      "the row's own model by name",
      { input_tokens: 1, output_tokens: 1, iterations: [{ model: 'claude-sonnet-5', input_tokens: 3, output_tokens: 4 }] },
      ['3', undefined, '4'],
    ],
    [
      'a count that only some parts state',
      {
        input_tokens: 9,
        output_tokens: 1,
        iterations: [
          { input_tokens: 4, output_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 7 } },
          { input_tokens: 5, output_tokens: 0 },
        ],
      },
      ['16', '7', '1'],
    ],
  ])('%s', async (_, usage, expected) => {
    const result = await read(usage);
    expect([result.findings, counts(result)]).toEqual([[], [expected]]);
  });

  const advisor = { type: 'advisor_message', model: 'claude-opus-4-8', input_tokens: 2518, output_tokens: 22 };

  test('an advisor of another model leaves the counts of the row alone', async () => {
    const result = await read({ input_tokens: 2390, output_tokens: 121, iterations: [{ input_tokens: 2390, output_tokens: 121 }, advisor] });
    expect([result.findings, counts(result)]).toEqual([[], [['2390', undefined, '121']]]);
  });

  it.each([
    ['an object where parts should be', { input_tokens: 1, output_tokens: 1, iterations: { input_tokens: 1 } }],
    ['a part that is no object', { input_tokens: 1, output_tokens: 1, iterations: ['claude-opus-4-8'] }],
    ['a model without a name', { input_tokens: 1, output_tokens: 1, iterations: [{ ...advisor, model: '' }] }],
    ['a model that is an object', { input_tokens: 1, output_tokens: 1, iterations: [{ ...advisor, model: { name: 'a' } }] }],
    ['a model with a control character', { input_tokens: 1, output_tokens: 1, iterations: [{ ...advisor, model: 'a\u001fb' }] }],
    [
      'more models than an answer has',
      { input_tokens: 1, output_tokens: 1, iterations: Array.from({ length: 101 }, (_, index) => ({ ...advisor, model: `m${index}` })) },
    ],
  ])('%s cannot be read', async (_, usage) => {
    const { findings } = await read(usage);
    expect(findings.map(({ code, args }) => [code, args['problem']])).toEqual([['evidence-row', 'row-broken-part']]);
  });

  test('a part that is no count spoils the counts of its row', async () => {
    expect(counts(await read({ input_tokens: 9, output_tokens: 1, iterations: [{ input_tokens: 'many', output_tokens: 1 }] }))).toEqual([
      [undefined, undefined, '1'],
    ]);
  });
});
