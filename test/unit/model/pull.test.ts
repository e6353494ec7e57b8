/** The record of a pull: what is one, and that the same record is the same text. */
import { describe, expect, it } from 'vitest';
import { parsePull, renderPull, type PulledDay, type PulledReading } from '../../../src/model/pull.ts';

const asked = {
  source: 'cometapi',
  host: 'api.cometapi.com',
  endpoint: '/api/log/self',
  parameters: [['type', '0']] as [string, string][],
  asked_at_utc: '2026-06-01T00:05:00Z',
};
const file = (name: string) => ({ file: `evidence/${name}`, sha256: 'a'.repeat(64), bytes: 3 });

function dayOf(day: string, changes: Partial<PulledDay> = {}): PulledDay {
  const rest = { pages: 1, rows: 2, for: 'layer', control: null, proved: ['second-reading'] } as const;
  return { ...asked, feed: 'log', day, files: [file(`cometapi-log-${day}.jsonl`)], ...rest, ...changes };
}
const reading: PulledReading = {
  ...asked,
  feed: 'balance',
  files: [file('cometapi-balance-2026-06-01.json')],
  balance: '1904.1',
  used: '-0.5',
  currency: 'USD',
};
const recordOf = (...days: readonly PulledDay[]): string => renderPull({ period: '2026-05', days, readings: [reading] });

describe('a record', () => {
  it('is read as it was written, whatever the order in which its days came', () => {
    const text = recordOf(dayOf('2026-05-02'), dayOf('2026-05-01'));
    expect(parsePull(text)?.days.map(({ day }) => day)).toEqual(['2026-05-01', '2026-05-02']);
    expect(recordOf(dayOf('2026-05-01'), dayOf('2026-05-02'))).toBe(text);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['an unknown key', recordOf().replace('"days"', '"note": 1, "days"')],
    ['a day that is none', recordOf(dayOf('2026-02-30'))],
    ['a file twice', recordOf(dayOf('2026-05-01'), dayOf('2026-05-01'))],
    ['a file of another name, which would need no reader', recordOf(dayOf('2026-05-01', { files: [file('provider.csv')] }))],
    ['a file elsewhere', recordOf(dayOf('2026-05-01', { files: [file('cometapi-log-/../../x')] }))],
    ['the record itself', recordOf(dayOf('2026-05-01', { files: [file('pull.json')] }))],
    ['a proof that nobody knows', recordOf(dayOf('2026-05-01', { proved: ['by hand' as never] }))],
    ['an amount in floating point', recordOf().replace('"1904.1"', '1904.1')],
  ])('%s is none', (_name, text) => {
    expect(parsePull(text)).toBeNull();
  });
});
