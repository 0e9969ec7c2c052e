import { IANAZone } from 'luxon';

export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type WeekdayName = (typeof WEEKDAYS)[number];

export interface TimeSchedule {
  /** Local time, `HH:mm`. */
  at: string;
  /** None: fires once, on any day. */
  weekdays: readonly WeekdayName[];
  /** Name in the IANA time zone database. */
  timezone: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** Whether a name is a time zone of the IANA database. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** Whether a trigger is to be disabled once it has fired (P9). */
export function firesOnce(schedule: Pick<TimeSchedule, 'weekdays'>): boolean {
  return schedule.weekdays.length === 0;
}

/**
 * The first instant strictly after `after` at which the schedule fires (P9).
 *
 * A local time that a gap skips (a change to summer time, or the whole 30 December 2011 of Samoa) fires at the end of the
 * gap, a repeated one at its first occurrence only. The weekday is that of the local date the time belongs to.
 *
 * @throws RangeError where the time is not `HH:mm` or the zone unknown.
 */
export function nextFireAt(schedule: TimeSchedule, after: Date): Date {
  const [, hours, minutes] = CLOCK.exec(schedule.at) ?? [];
  if (minutes === undefined) throw new RangeError(`${schedule.at} is no time of day`);
  if (!isTimeZone(schedule.timezone)) throw new RangeError(`${schedule.timezone} is no time zone`);
  const zone = IANAZone.create(schedule.timezone);
  const timeOfDay = Number(hours) * HOUR + Number(minutes) * MINUTE;
  const yesterday = Math.floor(localTime(zone, after.getTime()) / DAY) - 1;
  for (let day = yesterday; ; day++) {
    if (!firesOnce(schedule) && !schedule.weekdays.includes(weekdayOf(day))) continue;
    const instant = firstInstant(zone, day * DAY + timeOfDay);
    if (instant > after.getTime()) return new Date(instant);
  }
}

/** 1 January 1970 was a Thursday. */
function weekdayOf(day: number): WeekdayName {
  return WEEKDAYS[(((day + 3) % 7) + 7) % 7];
}

/** What the clocks of the zone show, as milliseconds since their own 1 January 1970. */
function localTime(zone: IANAZone, instant: number): number {
  return instant + zone.offset(instant) * MINUTE;
}

/** The first instant at which the clocks of the zone show at least `local`; zones are at most 14 hours off UTC. */
function firstInstant(zone: IANAZone, local: number): number {
  const before = zone.offset(local - 15 * HOUR);
  const early = local - before * MINUTE;
  if (zone.offset(early) === before) return early;
  const after = zone.offset(local + 15 * HOUR);
  const late = local - after * MINUTE;
  return zone.offset(late) === after ? late : changeBetween(zone, late, early, after);
}

/** The first instant after `from`, up to `to`, with the given offset. */
function changeBetween(zone: IANAZone, from: number, to: number, offset: number): number {
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (zone.offset(middle) === offset) to = middle;
    else from = middle;
  }
  return to;
}
