import { describe, expect, test } from 'vitest';
import { newApi } from '../../../src/evidence/formats/new-api.ts';
import { trueup } from '../../../src/evidence/formats/built-in-formats.ts';
import { checkNames } from '../../../src/evidence/check-names.ts';
import type { Format, Layer } from '../../../src/model/evidence.ts';
import { applicationCsv, applicationHeader, applicationRow, collectOne, complaints } from './evidence-folder.ts';

const application = applicationHeader.split(',');
const logColumns = ['id', 'created_at', 'type', 'model_name', 'quota', 'prompt_tokens', 'completion_tokens', 'is_stream', 'request_id', 'token_name', 'other'];

function problems(names: readonly string[], format: Format = trueup, layer: Layer = 'application'): string[] {
  return checkNames(names, format, layer).map(({ problem, args }) => [problem, args['column'] ?? args['columns'] ?? args['found'] ?? ''].join(' '));
}

describe('required columns', () => {
  test.each<[Layer, string[]]>([
    ['application', application],
    ['gateway', ['request_id', 'timestamp_utc', 'model_requested', 'status']],
    ['provider', ['timestamp_utc', 'model_billed']],
  ])('of %s: each is missed', (layer, names) => {
    expect(problems(names, trueup, layer)).toEqual([]);
    for (const name of names)
      expect(
        problems(
          names.filter((other) => other !== name),
          trueup,
          layer,
        ),
      ).toEqual([`missing-column ${name}`]);
  });

  test('a constant stands in for a column', () => {
    const format: Format = { ...trueup, constants: { account_ref: 'acct_redacted', service: 'chat' } };
    expect(
      problems(
        application.filter((name) => name !== 'account_ref' && name !== 'service'),
        format,
      ),
    ).toEqual([]);
  });

  test('one of several sources is enough', () => {
    const sources = ['ts', 'timestamp_utc'].map((column) => ({ column, path: null }));
    const format: Format = { ...trueup, name: 'ours', columns: { ...trueup.columns, timestamp_utc: sources } };
    expect(problems(application, format)).toEqual([]);
    expect(checkNames(application.slice(2), format, 'application')[1]?.args).toEqual({ column: 'timestamp_utc', sources: 'ts, timestamp_utc', format: 'ours' });
  });
});

describe('new-api', () => {
  test('its log columns serve as provider evidence, extra ones are fine', () => {
    expect(problems(logColumns, newApi, 'provider')).toEqual([]);
  });

  test('old exports without request_id are read, without type or other they are not', () => {
    const without = (name: string): string[] =>
      problems(
        logColumns.filter((other) => other !== name),
        newApi,
        'provider',
      );
    expect(without('request_id')).toEqual([]);
    expect(without('type')).toEqual(['missing-condition-column type']);
    expect(without('other')).toEqual(['missing-condition-column other']);
  });

  test('as a gateway layer it has no request id of ours', () => {
    expect(problems(logColumns, newApi, 'gateway')).toEqual(['unmapped-column request_id']);
  });
});

describe('names', () => {
  test('case, blanks and dashes are told, not guessed at', () => {
    expect(problems(['Request_ID', ...application.slice(1)])).toEqual(['misspelt-column Request_ID']);
    expect(problems([...application, ' charged amount'])).toEqual(['misspelt-column  charged amount']);
    expect(problems([...application.slice(0, 5), 'STATUS'])).toEqual(['misspelt-column STATUS']);
  });

  test('duplicates of a column that is read are unreadable, of others notable', () => {
    expect(checkNames([...application, 'status'], trueup, 'application')).toMatchObject([{ severity: 'inconclusive', problem: 'duplicate-column' }]);
    expect(checkNames([...logColumns, 'id'], newApi, 'provider')).toMatchObject([{ severity: 'warn', problem: 'duplicate-column', args: { columns: 'id' } }]);
  });

  test('columns that nobody reads get names that a reader can use', async () => {
    const evidence = await collectOne('a.csv', `,created_at,type,Type,model_name,other,id,ID,id\n0,1,2,3,m,,5,6,7\n`, 'new-api', 'provider');
    expect(evidence.files[0]?.header).toEqual(['#1', 'created_at', 'type', 'Type#4', 'model_name', 'other', 'id', 'ID#8', 'id#9']);
    expect(complaints(evidence)).toEqual(['evidence-header duplicate-column']);
  });

  test('a format that tells columns apart by case alone cannot be read', () => {
    const both = { ...trueup, name: 'ours', columns: { ...trueup.columns, service: [{ column: 'Status', path: null }] } };
    expect(problems([...application, 'Status'], both)).toEqual(['duplicate-column Status']);
  });

  test('what trueup does not know is a warning', () => {
    expect(checkNames([...application, 'charged_amout', ''], trueup, 'application')).toMatchObject([
      { severity: 'warn', problem: 'unknown-column', args: { columns: 'charged_amout, ' } },
    ]);
  });

  test('a first row of data is no header', async () => {
    expect(complaints(await collectOne('a.csv', `${applicationRow}\n${applicationRow}\n`))).toEqual(['evidence-header no-header']);
    const semicolons = await collectOne('a.csv', applicationCsv.replaceAll(',', ';'));
    expect(semicolons.findings).toMatchObject([{ args: { problem: 'no-header', delimiter: ';' } }]);
  });
});

describe('the header record', () => {
  test.each([
    ['CRLF', applicationCsv.replaceAll('\n', '\r\n')],
    ['CR', applicationCsv.replaceAll('\n', '\r')],
    ['no newline at the end', applicationCsv.trimEnd()],
    ['quotes', applicationCsv.replace(applicationHeader, application.map((name) => `"${name}"`).join(','))],
  ])('%s is read', async (_, content) => {
    const evidence = await collectOne('a.csv', content);
    expect(evidence.findings).toEqual([]);
    expect(evidence.files[0]?.header).toEqual(application);
  });

  test('quoted names may hold anything', async () => {
    const evidence = await collectOne('a.csv', `created_at,type,model_name,other,"a ""b"",\nc"\n1,2,m,,\n`, 'new-api', 'provider');
    expect(evidence.findings).toEqual([]);
    expect(evidence.files[0]?.header.at(-1)).toBe('a "b",\nc');
  });

  test.each([
    [`"request_id,status\nr1,success\n`, 'evidence-header unclosed-quote'],
    [`"request_id"x,status\nr1,success\n`, 'evidence-header stray-quote'],
    ['a'.repeat(2 ** 21), 'evidence-limit rowBytes'],
    [`${','.repeat(2 ** 19)}\n`, 'evidence-limit columns'],
    [`"${'a'.repeat(2 ** 21)}`, 'evidence-limit rowBytes'],
  ])('%# that has no end is refused', async (content, expected) => {
    expect(complaints(await collectOne('a.csv', content))).toEqual([expected]);
  });

  test('a format that nobody knows leaves the names alone', async () => {
    expect(complaints(await collectOne('a.csv', 'x,y\n', 'nobody'))).toEqual([]);
  });
});
