/** Instants and spans as people say them, on the clock of the tenant's time zone. */
import { type Locale, text } from './texts.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * "今天 14:05", "昨天 14:05", "明天 09:00", "11月3日 14:05"; with the year where it is not this one.
 *
 * @param at        a Date, or milliseconds since the epoch
 * @param timeZone  IANA name, such as Asia/Shanghai
 * @throws {RangeError} for an invalid date or an unknown time zone
 */
export function formatTime(
  at: Date | number,
  { timeZone, locale, now }: { timeZone: string; locale: Locale; now: Date | number },
): string {
  const then = wallClock(at, timeZone);
  const today = wallClock(now, timeZone);
  return `${dayOf(then, today, locale)} ${then.clock}`;
}

/** "刚刚", "3 分钟", "1 小时 20 分", "2 天 3 小时". What is not yet a minute, or lies ahead, is "刚刚". */
export function formatWaited(ms: number, locale: Locale): string {
  const total = Math.floor(ms / MINUTE_MS);
  if (total < 1) return text(locale, 'time.justNow');
  const [days, hours, minutes] = [Math.floor(total / 1440), Math.floor(total / 60) % 24, total % 60];
  if (days > 0)
    return hours > 0 ? text(locale, 'time.daysHours', { days, hours }) : text(locale, 'time.days', { days });
  if (hours === 0) return text(locale, 'time.minutes', { minutes });
  return minutes > 0
    ? text(locale, 'time.hoursMinutes', { hours, minutes })
    : text(locale, 'time.hours', { hours });
}

/** "刚刚", "3 分钟前", "1 小时 20 分前". */
export function formatAgo(ms: number, locale: Locale): string {
  const waited = formatWaited(ms, locale);
  return ms < MINUTE_MS ? waited : text(locale, 'time.ago', { waited });
}

interface WallClock {
  /** The calendar day as an instant in UTC, so that days can be counted across changes of summer time. */
  day: number;
  clock: string;
}

function dayOf({ day }: WallClock, today: WallClock, locale: Locale): string {
  const away = (day - today.day) / DAY_MS;
  if (away === 0) return text(locale, 'time.today');
  if (away === -1) return text(locale, 'time.yesterday');
  if (away === 1) return text(locale, 'time.tomorrow');
  const sameYear = new Date(day).getUTCFullYear() === new Date(today.day).getUTCFullYear();
  return (sameYear ? dayFormats : dayWithYearFormats)[locale].format(day);
}

const dayFormats: Record<Locale, Intl.DateTimeFormat> = {
  'zh-CN': new Intl.DateTimeFormat('zh-CN', { timeZone: 'UTC', month: 'long', day: 'numeric' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short', day: 'numeric' }),
};
const dayWithYearFormats: Record<Locale, Intl.DateTimeFormat> = {
  'zh-CN': new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' }),
};

export function wallClock(at: Date | number, timeZone: string): WallClock {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of clockIn(timeZone).formatToParts(at)) parts[type] = value;
  return {
    day: Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day)),
    clock: `${parts.hour}:${parts.minute}`,
  };
}

/** The instant at which a time zone's clocks show an hour of a day (`WallClock.day`); 24 is the end of it. */
export function instantAt(day: number, hour: number, minute: number, timeZone: string): number {
  const shown = day + hour * 60 * MINUTE_MS + minute * MINUTE_MS;
  // Off by the zone's offset, and once more where that changes in between.
  const first = shown - offsetAt(shown, timeZone);
  return shown - offsetAt(first, timeZone);
}

/** When a time zone's day began that an instant lies in. */
export const startOfDay = (at: number, timeZone: string): number =>
  instantAt(wallClock(at, timeZone).day, 0, 0, timeZone);

function offsetAt(at: number, timeZone: string): number {
  const { day, clock } = wallClock(at, timeZone);
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return day + (hour * 60 + minute) * MINUTE_MS - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** Making a format is a hundred times slower than using it, and there are no more of them than time zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}
