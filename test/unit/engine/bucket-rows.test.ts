/** Exports that sum up requests, read to the digit: what the reports of a month add up to by key, model and token class. */
import { expect, test } from 'vitest';
import { readExport } from './read-export.ts';

test('rows of one bucket for each token class are one, and buckets that differ in a word stay apart', async () => {
  const format = `name: own
grain: bucket
columns: { timestamp_utc: day, model_billed: model, key_ref: key, charged_amount: cost }
timestamp: { kind: day, zone: "+08:00" }
rows_are: { class: type, quantity: n, class_map: { uncached: input, read: cached_input, out: output } }
`;
  const lines = [
    '2026-05-04,m,k,uncached,10,1.5',
    '2026-05-04,m,k,out,3,0.25',
    '2026-05-04,m,l,uncached,7,1',
    '2026-05-05,m,k,read,5,0.125',
    '2026-05-04,m,k,read,2,0.0001',
  ];
  const { rows, findings } = await readExport({ 'a.csv': `day,model,key,type,n,cost\n${lines.join('\n')}\n` }, format);
  expect(rows).toEqual([
    {
      timestamp_utc: '2026-05-03T16:00:00Z',
      model_billed: 'm',
      key_ref: 'k',
      input_tokens: '12',
      cached_input_tokens: '2',
      output_tokens: '3',
      charged_amount: '1.7501',
    },
    { timestamp_utc: '2026-05-03T16:00:00Z', model_billed: 'm', key_ref: 'l', input_tokens: '7', output_tokens: '0', charged_amount: '1' },
    {
      timestamp_utc: '2026-05-04T16:00:00Z',
      model_billed: 'm',
      key_ref: 'k',
      input_tokens: '5',
      cached_input_tokens: '5',
      output_tokens: '0',
      charged_amount: '0.125',
    },
  ]);
  expect(findings).toEqual([]);
});

test('a bucket needs nothing but its time', async () => {
  const format = 'name: own\ngrain: bucket\ncolumns: { timestamp_utc: day, charged_amount: cost }\ninput_includes: []\noutput_includes: []\n';
  const { rows } = await readExport({ 'a.csv': 'day,cost\n2026-05-04T00:00:00Z,1\n' }, format);
  expect(rows).toEqual([{ timestamp_utc: '2026-05-04T00:00:00Z', charged_amount: '1' }]);
});
