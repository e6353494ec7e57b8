/** Which month comes next, in whose zone, and under which name. */
import { describe, expect, it } from 'vitest';
import { lastEndedMonth, monthsBetween, movedMonth, movedTimestamp, nextBounds, type Predecessor } from '../../../src/ledger/new/next-bounds.ts';

const may: Predecessor = { id: '2026-05', start: '2026-05-01T00:00:00Z', end: '2026-06-01T00:00:00Z' };

describe('months', () => {
  it.each([
    ['2026-06-01', '2026-05'],
    ['2026-06-30', '2026-05'],
    ['2026-01-31', '2025-12'],
  ])('before %s, %s ended last', (day, month) => expect(lastEndedMonth(day)).toBe(month));

  it('move over the turn of a year, both ways', () => {
    expect([movedMonth('2026-12', 1), movedMonth('2026-01', -1), movedMonth('2026-05', 20)]).toEqual(['2027-01', '2025-12', '2028-01']);
    expect([monthsBetween('2026-11', '2027-02'), monthsBetween('2026-05', '2026-05'), monthsBetween('2026-05', '2025-12')]).toEqual([3, 0, -5]);
  });

  it('keep day, time and offset; the 29th to 31st have no month after', () => {
    expect(movedTimestamp('2026-12-10T08:00:00+08:00', 1)).toBe('2027-01-10T08:00:00+08:00');
    expect(movedTimestamp('2026-05-31T00:00:00Z', 1)).toBeNull();
  });
});

describe('the next period', () => {
  it.each([
    // May is the month that ended last: the one after it, begun or not, is left to the caller.
    ['2026-06-05', '2026-06'],
    ['2026-07-01', '2026-06'],
    ['2026-07-31', '2026-06'],
    ['2026-11-26', '2026-10'],
    ['2027-01-01', '2026-12'],
    // The day on which June is not over yet.
    ['2026-06-30', '2026-06'],
  ])('on %s is %s', (asOf, id) => {
    const { start, end, months } = nextBounds(may, null, asOf).months.to === id ? nextBounds(may, null, asOf) : { start: '', end: '', months: null };
    expect([start, end, months]).toEqual([`${id}-01T00:00:00Z`, `${movedMonth(id, 1)}-01T00:00:00Z`, { from: '2026-05', to: id }]);
    expect(nextBounds(may, null, asOf).id).toBe(id);
  });

  it('is the month that its id names, before or after', () => {
    expect(nextBounds(may, '2026-08', '2026-11-26')).toMatchObject({ id: '2026-08', start: '2026-08-01T00:00:00Z', end: '2026-09-01T00:00:00Z' });
    expect(nextBounds(may, 'prod-2026-04', '2026-11-26')).toMatchObject({ id: 'prod-2026-04', start: '2026-04-01T00:00:00Z', end: '2026-05-01T00:00:00Z' });
    expect(nextBounds(may, 'second', '2026-07-02')).toMatchObject({ id: 'second', start: '2026-06-01T00:00:00Z' });
  });

  it('has the zone of the one before, where a month of UTC+8 is over eight hours earlier', () => {
    const east = { id: 'cn-2026-05', start: '2026-05-01T00:00:00+08:00', end: '2026-06-01T00:00:00+08:00' };
    expect(nextBounds(east, null, '2026-07-01')).toMatchObject({ id: 'cn-2026-06', start: '2026-06-01T00:00:00+08:00', end: '2026-07-01T00:00:00+08:00' });
    expect(nextBounds(east, null, '2026-08-01').id).toBe('cn-2026-07');
    const west = { id: 'us-2026-05', start: '2026-05-01T00:00:00-08:00', end: '2026-06-01T00:00:00-08:00' };
    expect(nextBounds(west, null, '2026-08-01').id).toBe('us-2026-06');
    expect(nextBounds(west, null, '2026-08-02').id).toBe('us-2026-07');
  });

  it('of a month from the 10th to the 10th runs from the 10th to the 10th', () => {
    const shifted = { id: '2026-05', start: '2026-05-10T00:00:00Z', end: '2026-06-10T00:00:00Z' };
    expect(nextBounds(shifted, null, '2026-08-09')).toMatchObject({ id: '2026-06', end: '2026-07-10T00:00:00Z' });
    expect(nextBounds(shifted, null, '2026-08-10')).toMatchObject({ id: '2026-07', end: '2026-08-10T00:00:00Z' });
  });

  it('of a week is the week after, and has to be named', () => {
    const week = { id: 'week-20', start: '2026-05-11T00:00:00Z', end: '2026-05-18T00:00:00Z' };
    expect(nextBounds(week, 'week-21', '2026-06-01')).toMatchObject({ id: 'week-21', start: '2026-05-18T00:00:00Z', end: '2026-05-25T00:00:00Z' });
    expect(() => nextBounds(week, null, '2026-06-01')).toThrow('has no name yet');
  });

  it('has no name of its own after one that is not named by its month', () => {
    expect(() => nextBounds({ ...may, id: 'may' }, null, '2026-07-01')).toThrow('The period may is not named after its month');
    expect(() => nextBounds(may, '../2026-06', '2026-07-01')).toThrow('cannot name a period');
    expect(() => nextBounds(may, '', '2026-07-01')).toThrow('cannot name a period');
  });
});
