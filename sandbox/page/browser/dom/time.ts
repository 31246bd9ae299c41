const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hourCycle: 'h23', ...options });

const clock = format({ hour: '2-digit', minute: '2-digit' });
const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = format({ month: 'numeric', day: 'numeric' });
const full = format({ dateStyle: 'long', timeStyle: 'medium' });
const dayKey = format({ year: 'numeric', month: '2-digit', day: '2-digit' });
const localTimes: Readonly<Record<string, Intl.DateTimeFormat>> = {
  date_num: dayKey,
  date_short: format({ month: 'long', day: 'numeric' }),
  date: format({ dateStyle: 'long' }),
  week: format({ weekday: 'long' }),
  week_short: format({ weekday: 'short' }),
  time: clock,
  time_sec: seconds,
};

/** 14:05, or with the day in front when that was not today. */
export function shortTime(at: number, now: number): string {
  const moment = new Date(at);
  const isToday = dayKey.format(moment) === dayKey.format(new Date(now));
  return isToday ? clock.format(moment) : `${day.format(moment)} ${clock.format(moment)}`;
}

export const timeWithSeconds = (at: number): string => seconds.format(new Date(at));
export const fullTime = (at: number): string => full.format(new Date(at));
export const localTime = (at: number, kind: string): string =>
  Number.isFinite(at) ? (localTimes[kind] ?? full).format(new Date(at)) : '';

/** The offset Feishu appends to picked dates, such as `+0800`. */
export function offset(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}${two(minutes % 60)}`;
}
