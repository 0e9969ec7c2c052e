import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { WEEKDAYS, firesOnce, isTimeZone, nextFireAt } from '../../src/profiles/schedule';
import type { TimeSchedule, WeekdayName } from '../../src/profiles/schedule';

const next = (at: string, timezone: string, after: string, weekdays: WeekdayName[] = []): string =>
  nextFireAt({ at, weekdays, timezone }, new Date(after)).toISOString().replace(':00.000Z', 'Z');

describe('time triggers (P9)', () => {
  it.each<[string, string, string, string, WeekdayName[], string]>([
    ['later today', '08:00', 'UTC', '2026-11-24T07:59Z', [], '2026-11-24T08:00Z'],
    ['strictly later', '08:00', 'UTC', '2026-11-24T08:00Z', [], '2026-11-25T08:00Z'],
    ['at midnight', '00:00', 'UTC', '2026-12-31T00:00Z', [], '2027-01-01T00:00Z'],
    ['in its own zone', '08:00', 'Europe/Zurich', '2026-11-24T06:00Z', [], '2026-11-24T07:00Z'],
    ['whose day is another than in UTC', '00:30', 'Asia/Tokyo', '2026-11-24T15:00Z', [], '2026-11-24T15:30Z'],
    ['on the next weekday', '08:00', 'UTC', '2026-11-24T09:00Z', ['MONDAY', 'FRIDAY'], '2026-11-27T08:00Z'],
    ['on the same weekday', '08:00', 'UTC', '2026-11-24T07:00Z', ['TUESDAY'], '2026-11-24T08:00Z'],
    ['on the same weekday a week later', '08:00', 'UTC', '2026-11-24T08:00Z', ['TUESDAY'], '2026-12-01T08:00Z'],
    ['the weekday is local', '00:30', 'Asia/Tokyo', '2026-11-24T00:00Z', ['WEDNESDAY'], '2026-11-24T15:30Z'],
    ['far west of UTC', '23:30', 'Pacific/Pago_Pago', '2026-11-24T10:00Z', ['MONDAY'], '2026-11-24T10:30Z'],
    ['far east of UTC', '00:30', 'Pacific/Kiritimati', '2026-11-24T10:00Z', ['WEDNESDAY'], '2026-11-24T10:30Z'],
    ['before 1970', '08:00', 'UTC', '1969-12-30T09:00Z', ['WEDNESDAY'], '1969-12-31T08:00Z'],
  ])('%s: %s in %s after %s on %j', (_, at, zone, after, weekdays, expected) => {
    expect(next(at, zone, after, weekdays)).toBe(expected);
  });

  it.each([
    ['Europe/Zurich', '01:59', '2026-03-29T00:00Z', '2026-03-29T00:59Z'],
    ['Europe/Zurich', '02:00', '2026-03-29T00:00Z', '2026-03-29T01:00Z'],
    ['Europe/Zurich', '02:30', '2026-03-29T00:00Z', '2026-03-29T01:00Z'],
    ['Europe/Zurich', '02:30', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ['Europe/Zurich', '03:00', '2026-03-29T00:00Z', '2026-03-29T01:00Z'],
    ['America/New_York', '02:30', '2026-03-08T06:00Z', '2026-03-08T07:00Z'],
    ['Australia/Lord_Howe', '02:15', '2026-10-03T15:00Z', '2026-10-03T15:30Z'],
    ['Australia/Lord_Howe', '02:30', '2026-10-03T15:00Z', '2026-10-03T15:30Z'],
    ['America/Sao_Paulo', '00:30', '2018-11-04T02:00Z', '2018-11-04T03:00Z'],
    ['Pacific/Apia', '09:00', '2011-12-29T18:00Z', '2011-12-29T19:00Z'],
    ['Pacific/Apia', '09:00', '2011-12-29T19:00Z', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '09:00', '2011-12-30T10:00Z', '2011-12-30T19:00Z'],
  ])('P9: what a gap of %s skips fires at its end (%s after %s)', (zone, at, after, expected) => {
    expect(next(at, zone, after)).toBe(expected);
    expect(next(at, zone, after, [...WEEKDAYS])).toBe(expected);
  });

  it.each([
    ['Europe/Zurich', '02:30', '2026-10-25T00:00Z', '2026-10-25T00:30Z'],
    ['Europe/Zurich', '02:30', '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ['Europe/Zurich', '02:30', '2026-10-25T01:15Z', '2026-10-26T01:30Z'],
    ['Europe/Zurich', '02:00', '2026-10-24T23:59Z', '2026-10-25T00:00Z'],
    ['Europe/Zurich', '03:00', '2026-10-25T00:59Z', '2026-10-25T02:00Z'],
    ['America/New_York', '01:30', '2026-11-01T05:00Z', '2026-11-01T05:30Z'],
    ['America/New_York', '01:30', '2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ['Australia/Lord_Howe', '01:45', '2026-04-04T14:00Z', '2026-04-04T14:45Z'],
    ['Australia/Lord_Howe', '01:45', '2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ['America/Havana', '00:30', '2026-11-01T04:00Z', '2026-11-01T04:30Z'],
    ['America/Havana', '00:30', '2026-11-01T04:30Z', '2026-11-02T05:30Z'],
    ['UTC', '02:30', '2026-10-25T02:30Z', '2026-10-26T02:30Z'],
  ])('P9, P19: what %s repeats fires at its first occurrence (%s after %s)', (zone, at, after, expected) => {
    expect(next(at, zone, after)).toBe(expected);
    expect(next(at, zone, after, [...WEEKDAYS])).toBe(expected);
  });

  it('P9: the weekday of a skipped day is the one it would have had', () => {
    expect(next('09:00', 'Pacific/Apia', '2011-12-29T19:00Z', ['FRIDAY'])).toBe('2011-12-30T10:00Z');
    expect(next('09:00', 'Pacific/Apia', '2011-12-29T19:00Z', ['SATURDAY'])).toBe('2011-12-30T19:00Z');
  });

  it('P9: without weekdays it fires once', () => {
    expect(firesOnce({ weekdays: [] })).toBe(true);
    expect(firesOnce({ weekdays: ['SUNDAY'] })).toBe(false);
  });

  it.each([
    ['24:00', 'UTC'],
    ['8:00', 'UTC'],
    ['08:60', 'UTC'],
    ['08:00:00', 'UTC'],
    ['08:00', 'Europe/Nowhere'],
    ['08:00', ''],
  ])('refuses %s in zone %j', (at, timezone) => {
    expect(() => nextFireAt({ at, weekdays: [], timezone }, new Date(0))).toThrow(RangeError);
  });

  it('knows time zones', () => {
    expect(['UTC', 'Europe/Zurich', 'Mars/Base', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });

  it('P9: equals a clock watched minute by minute', () => {
    const watched = fc.constantFrom<[string, string]>(
      ['Europe/Zurich', '2026-03-28T12:00Z'],
      ['Europe/Zurich', '2026-10-24T12:00Z'],
      ['America/New_York', '2026-03-07T18:00Z'],
      ['America/New_York', '2026-10-31T18:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T06:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T06:00Z'],
      ['America/Havana', '2026-10-31T18:00Z'],
      ['Pacific/Apia', '2011-12-29T12:00Z'],
    );
    const two = (max: number) => fc.nat({ max }).map((n) => String(n).padStart(2, '0'));
    const at = fc.tuple(fc.oneof(fc.constantFrom('00', '01', '02', '03'), two(23)), two(59));
    fc.assert(
      fc.property(
        watched,
        at,
        fc.nat({ max: 24 * 60 }),
        fc.subarray([...WEEKDAYS]),
        ([timezone, start], hm, later, weekdays) => {
          const schedule = { at: hm.join(':'), weekdays, timezone };
          const after = Date.parse(start) + later * 60_000;
          const seen = watchClock(schedule, Date.parse(start), after);
          const found = nextFireAt(schedule, new Date(after)).getTime();
          if (seen === null) expect(found).toBeGreaterThan(after + WATCH);
          else expect(new Date(found)).toEqual(new Date(seen));
        },
      ),
      { numRuns: 60 },
    );
  });
});

const WATCH = 40 * 3_600_000;

/** Fires in the minute in which the clock first reaches, or jumps over, a wanted time; null if it does not in 40 hours. */
function watchClock(schedule: TimeSchedule, start: number, after: number): number | null {
  const clock = (instant: number): number =>
    DateTime.fromMillis(instant, { zone: schedule.timezone }).setZone('UTC', { keepLocalTime: true }).toMillis();
  let reached = clock(start);
  for (let instant = start; instant <= after + WATCH; instant += 60_000) {
    const now = clock(instant);
    for (let local = reached + 60_000; local <= now; local += 60_000) {
      const shown = DateTime.fromMillis(local, { zone: 'UTC' });
      const isWanted = firesOnce(schedule) || schedule.weekdays.includes(WEEKDAYS[shown.weekday - 1]);
      if (instant > after && isWanted && shown.toFormat('HH:mm') === schedule.at) return instant;
    }
    reached = Math.max(reached, now);
  }
  return null;
}
