/** "30分钟", "2小时", "1天", "1周", "3d": the span in milliseconds, and what follows. Undefined: it begins with no span. */
export function spanIn(words: string): { ms: number; rest: string } | undefined {
  const match =
    /^(\d{1,4})\s*(分钟|分|小时|个小时|天|日|周|星期|个月|月|min|m|h|d|w)(?![a-z])\s*([\s\S]*)$/iu.exec(
      words.normalize('NFKC').trim(),
    );
  const [, count = '', unit = '', rest = ''] = match ?? [];
  const each = units[unit.toLowerCase()];
  return each === undefined || Number(count) === 0
    ? undefined
    : { ms: Number(count) * each, rest: rest.trim() };
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const units: Readonly<Record<string, number>> = {
  分钟: minute,
  分: minute,
  m: minute,
  min: minute,
  小时: hour,
  个小时: hour,
  h: hour,
  天: day,
  日: day,
  d: day,
  周: 7 * day,
  星期: 7 * day,
  w: 7 * day,
  月: 30 * day,
  个月: 30 * day,
};
