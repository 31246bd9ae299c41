import type { Locale } from '../i18n/texts.js';
import { text } from '../i18n/texts.js';
import type { QueueSettings } from './settings.js';

export type Hours = QueueSettings['hours'];

const dayNames: Record<string, number> = {
  ...{ 一: 1, 二: 2, 三: 3, 四: 4, 五: 5, 六: 6, 日: 7, 天: 7 },
  ...{ mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 },
};
const groups: readonly [RegExp, number[]][] = [
  [/^(每天|天天|每日|全周|every ?day|daily)/i, [1, 2, 3, 4, 5, 6, 7]],
  [/^(工作日|weekdays?)/i, [1, 2, 3, 4, 5]],
  [/^(周末|weekends?)/i, [6, 7]],
];
const dayPattern = '(?:(?:周|星期|礼拜)?([一二三四五六日天])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)';
const day = new RegExp(`^${dayPattern}`, 'i');
const range = new RegExp(`^${dayPattern}\\s*(?:至|到|[-–—~～]|to)\\s*${dayPattern}`, 'i');
const clock =
  /^(\d{1,2})(?:[:：](\d{2})|[点时](半)?)\s*(?:至|到|[-–—~～]|to)\s*(\d{1,2})(?:[:：](\d{2})|[点时](半)?)/i;
const between = /^[\s,，、;；和与及]+/;

/**
 * "周一至周五 9:00-18:00，周六 10:00-16:00" → hours. "全天" and "24小时" mean always, which is no hours at all. What goes
 * past midnight ("22:00-6:00") goes on into the next day. Undefined: it can't be read, or would mean never.
 */
export function parseHours(words: string): Hours | undefined {
  let rest = words.trim();
  if (/^(全天|全天候|always|(7\s*[x×*]\s*)?24\s*(小时|h|hours)?|24\s*[x×*/]\s*7)$/i.test(rest)) return [];
  const hours: Hours = [];
  while (rest !== '') {
    const days = takeDays(rest);
    rest = days.rest;
    const times: { from: string; to: string }[] = [];
    for (;;) {
      const match = clock.exec(rest);
      if (!match) break;
      const [all, fromHour, fromMinute, fromHalf, toHour, toMinute, toHalf] = match;
      const from = clockTime(fromHour, fromMinute, fromHalf);
      const to = clockTime(toHour, toMinute, toHalf);
      if (from === undefined || to === undefined || from === to || from === '24:00') return undefined;
      times.push({ from, to });
      rest = rest.slice(all.length).replace(between, '');
    }
    if (times.length === 0) return undefined;
    for (const { from, to } of times) hours.push(...entriesOf(days.days, from, to));
  }
  return hours.length > 0 && hours.length <= 14 ? hours : undefined;
}

/** Days at the front of what is left; none means every day. */
function takeDays(words: string): { days: number[]; rest: string } {
  const found = new Set<number>();
  let rest = words;
  for (;;) {
    const group = groups
      .map(([pattern, days]) => ({ match: pattern.exec(rest), days }))
      .find((one) => one.match);
    const span = range.exec(rest);
    const single = day.exec(rest);
    if (group?.match) {
      for (const one of group.days) found.add(one);
      rest = rest.slice(group.match[0].length);
    } else if (span) {
      const [from, to] = [numberOf(span[1] ?? span[2]), numberOf(span[3] ?? span[4])];
      for (let at = from; ; at = (at % 7) + 1) {
        found.add(at);
        if (at === to) break;
      }
      rest = rest.slice(span[0].length);
    } else if (single) {
      found.add(numberOf(single[1] ?? single[2]));
      rest = rest.slice(single[0].length);
    } else break;
    rest = rest.replace(between, '');
  }
  const days = found.size > 0 ? [...found].sort((one, other) => one - other) : [1, 2, 3, 4, 5, 6, 7];
  return { days, rest: rest.replace(/^[\s:：]+/, '') };
}

const numberOf = (name: string | undefined): number => dayNames[(name ?? '').toLowerCase()] ?? 1;

function clockTime(hour = '', minute?: string, half?: string): string | undefined {
  const [hours, minutes] = [Number(hour), half ? 30 : Number(minute ?? 0)];
  if (hours > 24 || minutes > 59 || (hours === 24 && minutes > 0)) return undefined;
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** What goes past midnight is two entries. */
function entriesOf(days: number[], from: string, to: string): Hours {
  if (from < to) return [{ days, from, to }];
  const next = days.map((one) => (one % 7) + 1).sort((one, other) => one - other);
  return [{ days, from, to: '24:00' }, ...(to === '00:00' ? [] : [{ days: next, from: '00:00', to }])];
}

/** Whether people are there. No hours: always. */
export function isOpen(hours: Hours, at: number, timeZone: string): boolean {
  if (hours.length === 0) return true;
  const { weekday, clock: time } = wallClock(at, timeZone);
  return hours.some(({ days, from, to }) => days.includes(weekday) && from <= time && time < to);
}

/** When people are there next, in epoch milliseconds; undefined while they are, and where they never will be. */
export const opensNext = (hours: Hours, at: number, timeZone: string): number | undefined =>
  isOpen(hours, at, timeZone) ? undefined : turnsNext(hours, at, timeZone, 'from');

/** More often than that nobody's patience is interrupted. */
const turnsMost = 100;

/** When people will have been there for so long since a moment: the time in which nobody is there does not count. */
export function afterOpenTime(hours: Hours, since: number, spanMs: number, timeZone: string): number {
  let [at, left] = [since, spanMs];
  for (let turn = 0; turn < turnsMost && hours.length > 0; turn += 1) {
    at = opensNext(hours, at, timeZone) ?? at;
    const closes = turnsNext(hours, at, timeZone, 'to');
    if (closes === undefined || closes - at >= left) break;
    left -= closes - at;
    at = closes;
  }
  return at + left;
}

/** When they open (`from`) or close (`to`) next. */
function turnsNext(hours: Hours, at: number, timeZone: string, edge: 'from' | 'to'): number | undefined {
  const now = wallClock(at, timeZone);
  const begin = Math.floor(at / minuteMs) * minuteMs;
  const ahead = hours.flatMap(({ days, [edge]: time }) =>
    days.map((one) => {
      const minutes = ((one - now.weekday + 7) % 7) * 1_440 + minutesOf(time) - minutesOf(now.clock);
      return minutes > 0 ? minutes : minutes + 7 * 1_440;
    }),
  );
  const guesses = [...ahead].sort((one, other) => one - other).map((minutes) => begin + minutes * minuteMs);
  // Where clocks are put forward or back in between, the guess is an hour wrong.
  return guesses
    .flatMap((guess) => [guess, guess - hourMs, guess + hourMs])
    .find((guess) => guess > at && isOpen(hours, guess, timeZone) === (edge === 'from'));
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(at: number, timeZone: string): { weekday: number; clock: string } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' });
  formats.set(timeZone, format);
  const parts = format.formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return { weekday: numberOf(part('weekday')), clock: `${part('hour')}:${part('minute')}` };
}

/** "周一至周五 09:00-18:00；周六 10:00-16:00", as `parseHours` reads it. */
export function hoursInWords(hours: Hours, locale: Locale): string {
  if (hours.length === 0) return text(locale, 'setup.always');
  return hours
    .map(({ days, from, to }) => `${daysInWords([...days], locale)} ${from}-${to}`)
    .join(joins[locale].entries);
}

function daysInWords(days: number[], locale: Locale): string {
  const name = (number: number) => text(locale, `setup.day.${weekdays.find((one) => one === number) ?? 1}`);
  const sorted = [...new Set(days)].sort((one, other) => one - other);
  const [first = 1] = sorted;
  const last = sorted.at(-1) ?? first;
  if (sorted.length === 7) return text(locale, 'setup.everyDay');
  if (sorted.length > 2 && last - first === sorted.length - 1)
    return text(locale, 'setup.dayRange', { from: name(first), to: name(last) });
  return sorted.map(name).join(joins[locale].days);
}

const joins: Record<Locale, { entries: string; days: string }> = {
  'zh-CN': { entries: '；', days: '、' },
  en: { entries: '; ', days: ', ' },
};
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;
