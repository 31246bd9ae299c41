import { instantAt, wallClock } from './time.js';

/** A time that somebody said, and what they said behind it. */
export interface When {
  at: number;
  rest: string;
  /** Their words for it, to be read again. */
  said: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The hour that the part of a day means when none is said. */
const dayParts = { dawn: 6, morning: 9, noon: 12, afternoon: 14, evening: 19 } as const;
type DayPart = keyof typeof dayParts;

const partWords: Record<string, DayPart> = {
  凌晨: 'dawn',
  清晨: 'dawn',
  早上: 'morning',
  早晨: 'morning',
  上午: 'morning',
  早: 'morning',
  morning: 'morning',
  中午: 'noon',
  noon: 'noon',
  下午: 'afternoon',
  午后: 'afternoon',
  afternoon: 'afternoon',
  傍晚: 'evening',
  晚上: 'evening',
  夜里: 'evening',
  晚: 'evening',
  evening: 'evening',
  tonight: 'evening',
};
const dayWords: Record<string, number> = {
  今天: 0,
  今日: 0,
  今: 0,
  today: 0,
  明天: 1,
  明日: 1,
  明: 1,
  tomorrow: 1,
  后天: 2,
  大后天: 3,
};
const weekdays = '一二三四五六日';
const englishDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const digits = '[0-9]{1,5}(?:\\.[0-9])?|[一二两三四五六七八九十]{1,3}|半';
const unit =
  '(?:个)?(?:分钟|分(?!之)|小时|钟头|天|minutes?\\b|mins?\\b|hours?\\b|hrs?\\b|days?\\b|m\\b|h\\b|d\\b|h(?=[0-9]))';
const span = new RegExp(
  `^(?:in\\s+)?((?:(?:${digits})\\s*${unit}(?:半)?\\s*)+)(?:以后|之后|后)?(?=[\\s，,。：:]|$)`,
  'iu',
);
const spanPart = new RegExp(`(${digits})\\s*(${unit})(半)?`, 'giu');

/**
 * The time that stands in front of somebody's words: 10分钟, 1小时30分后, 半小时, 明天9点, 下午三点半, 15:30, 周五上午, 12月3日,
 * "in 20 min", "tomorrow 9am". On the clock of `timeZone`; undefined when there is none, or when it is over already.
 */
export function whenIn(words: string, now: number, timeZone: string): When | undefined {
  const text = words
    .normalize('NFKC')
    .trim()
    .replace(/^([0-9]{1,5}|[一二两三四五六七八九十]{1,3})个半(?:小时|钟头)/, '$1小时半');
  return spanIn(text, now) ?? momentIn(text, now, timeZone);
}

function spanIn(text: string, now: number): When | undefined {
  const found = span.exec(text);
  if (!found) return undefined;
  let ms = 0;
  for (const [, count = '', name = '', half] of (found[1] ?? '').matchAll(spanPart)) {
    const one = unitMs(name);
    ms += numberOf(count) * one + (half ? one / 2 : 0);
  }
  return ms > 0 ? { at: now + Math.round(ms), said: found[0], rest: restOf(text, found[0]) } : undefined;
}

function unitMs(name: string): number {
  const word = name.replace(/^个/, '').toLowerCase();
  if (/^(分|m)/.test(word)) return minuteMs;
  return /^(小时|钟头|h)/.test(word) ? hourMs : dayMs;
}

const numerals = '零一二三四五六七八九';

/** 3, 三, 十五, 二十, 半. */
function numberOf(count: string): number {
  if (count === '半') return 0.5;
  if (/^[0-9]/.test(count)) return Number(count);
  const plain = count.replaceAll('两', '二');
  const [tens, ones] = plain.includes('十') ? plain.split('十') : ['0', plain];
  const ten = tens === '' ? 1 : tens === '0' ? 0 : numerals.indexOf(tens ?? '');
  return ten * 10 + Math.max(0, ones ? numerals.indexOf(ones) : 0);
}

const alternatives = (words: readonly string[]) =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => (/[a-z]$/.test(word) ? `${word}\\b` : word))
    .join('|');
const dayOf = `(?<day>${alternatives(Object.keys(dayWords))})`;
const weekdayOf = `(?<next>下|这|本|next\\s+)?(?:个)?(?:(?:周|星期|礼拜)(?<weekday>[一二三四五六日天])|(?<english>${englishDays.join('|')})\\b)`;
const dateOf = '(?<month>[0-9]{1,2})(?:月|-|/)(?<date>[0-9]{1,2})(?:日|号|(?=\\s|$))';
const part = `(?<part>${alternatives(Object.keys(partWords))})`;
const clock =
  '(?<hour>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:\\s*(?<half>am|pm)\\b|(?<sign>[:点时])(?:钟)?(?<minute>半|一刻|三刻|[0-5]?[0-9]|[一二三四五][十五]{0,2})?(?:分)?(?:\\s*(?<late>am|pm)\\b)?)';
const moment = new RegExp(
  `^(?:(?:${dateOf}|${weekdayOf}|${dayOf})\\s*)?(?:at\\s+)?(?:${part}\\s*(?:at\\s+)?)?(?:${clock})?(?=[\\s，,。]|$)`,
  'iu',
);

function momentIn(text: string, now: number, timeZone: string): When | undefined {
  const found = moment.exec(text);
  const groups = found?.groups;
  if (!found || !groups || found[0].trim() === '') return undefined;
  const today = wallClock(now, timeZone).day;
  const day = dayIn(groups, today);
  const hours = hoursIn(groups);
  if (Number.isNaN(day) || !hours) return undefined;
  const days = day === undefined ? [today, today + dayMs] : [day];
  const at = days
    .flatMap((one) => hours.map(([hour, minute]) => instantAt(one, hour, minute, timeZone)))
    .filter((one) => one > now)
    .sort((one, other) => one - other)[0];
  return at === undefined ? undefined : { at, said: found[0], rest: restOf(text, found[0]) };
}

type Groups = Record<string, string | undefined>;

/** Undefined: none was said. NaN: one that there is not. */
function dayIn({ day, weekday, english, next, month, date }: Groups, today: number): number | undefined {
  if (day !== undefined) return today + (dayWords[day.toLowerCase()] ?? 0) * dayMs;
  if (month !== undefined && date !== undefined) {
    const year = new Date(today).getUTCFullYear();
    const inYear = (which: number) => Date.UTC(which, Number(month) - 1, Number(date));
    const one = inYear(year) < today ? inYear(year + 1) : inYear(year);
    return new Date(one).getUTCDate() === Number(date) ? one : Number.NaN;
  }
  const wanted =
    weekday !== undefined
      ? weekdays.indexOf(weekday === '天' ? '日' : weekday)
      : english !== undefined
        ? englishDays.indexOf(english.toLowerCase())
        : undefined;
  if (wanted === undefined) return undefined;
  const monday = (new Date(today).getUTCDay() + 6) % 7;
  if (next?.trim() === '下') return today + (7 - monday + wanted) * dayMs;
  const ahead = (wanted - monday + 7) % 7;
  return today + (next !== undefined && english !== undefined && ahead === 0 ? 7 : ahead) * dayMs;
}

/** The hours that may be meant: three o'clock is in the afternoon too. */
function hoursIn(groups: Groups): [hour: number, minute: number][] | undefined {
  const said = groups.part === undefined ? undefined : partWords[groups.part.toLowerCase()];
  if (groups.hour === undefined) return [[said ? dayParts[said] : 9, 0]];
  const hour = numberOf(groups.hour);
  const minute = minuteIn(groups.minute);
  const half = (groups.half ?? groups.late)?.toLowerCase();
  if (minute > 59 || hour > 24 || (hour === 24 && minute > 0) || (half && (hour > 12 || hour === 0)))
    return undefined;
  if (half) return [[(hour % 12) + (half === 'pm' ? 12 : 0), minute]];
  const isLate = said === 'afternoon' || said === 'evening' || (said === 'noon' && hour < 11);
  if (isLate) return [[hour < 12 ? hour + 12 : hour === 12 && said === 'evening' ? 24 : hour, minute]];
  if (said !== undefined || groups.sign === ':' || hour > 12) return [[hour, minute]];
  return dayWasSaid(groups)
    ? [[hour, minute]]
    : [
        [hour, minute],
        [hour === 12 ? 24 : hour + 12, minute],
      ];
}

const dayWasSaid = ({ day, weekday, english, month }: Groups): boolean =>
  [weekday, english, month].some((one) => one !== undefined) ||
  (day !== undefined && dayWords[day.toLowerCase()] !== 0);

function minuteIn(minute: string | undefined): number {
  if (minute === undefined) return 0;
  if (minute === '半') return 30;
  if (minute === '一刻') return 15;
  return minute === '三刻' ? 45 : numberOf(minute);
}

const restOf = (text: string, said: string): string => text.slice(said.length).replace(/^[\s，,。：:]+/, '');
