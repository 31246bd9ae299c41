import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime, startOfDay } from './time.js';
import { whenIn } from './when.js';

const timeZone = 'Asia/Shanghai';
/** Thursday, 26 November 2026, 14:05 in Shanghai. */
const now = Date.UTC(2026, 10, 26, 6, 5);
const shown = (at: number) => formatTime(at, { timeZone, locale: 'zh-CN', now });

const said: [words: string, meant: string, rest?: string][] = [
  ['10分钟', '今天 14:15'],
  ['10 分钟 等仓库回复', '今天 14:15', '等仓库回复'],
  ['10min', '今天 14:15'],
  ['in 20 minutes call back', '今天 14:25', 'call back'],
  ['半小时后', '今天 14:35'],
  ['半个小时 核对', '今天 14:35', '核对'],
  ['一个半小时 核对', '今天 15:35', '核对'],
  ['1小时30分', '今天 15:35'],
  ['1个小时半', '今天 15:35'],
  ['1.5小时', '今天 15:35'],
  ['两小时后，问仓库', '今天 16:05', '问仓库'],
  ['2h', '今天 16:05'],
  ['1h30m', '今天 15:35'],
  ['十五分钟', '今天 14:20'],
  ['3天', '11月29日 14:05'],
  ['明天9点', '明天 09:00'],
  ['明天 9:30 回电', '明天 09:30', '回电'],
  ['明天上午', '明天 09:00'],
  ['明早8点半', '明天 08:30'],
  ['明天下午三点', '明天 15:00'],
  ['明晚', '明天 19:00'],
  ['明天', '明天 09:00'],
  ['后天下午2点一刻', '11月28日 14:15'],
  ['15:30', '今天 15:30'],
  ['15：30 给王女士回电', '今天 15:30', '给王女士回电'],
  ['9:00', '明天 09:00'],
  ['3点', '今天 15:00'],
  ['下午3点', '今天 15:00'],
  ['今晚8点', '今天 20:00'],
  ['今天9点', '今天 21:00'],
  ['今天16点20分', '今天 16:20'],
  ['周五上午10点', '明天 10:00'],
  ['周一', '11月30日 09:00'],
  ['下周四 9点', '12月3日 09:00'],
  ['12月3日 9点', '12月3日 09:00'],
  ['1月5号', '2027年1月5日 09:00'],
  ['tomorrow 9am', '明天 09:00'],
  ['tomorrow at 15:30', '明天 15:30'],
  ['at 3pm check stock', '今天 15:00', 'check stock'],
  ['monday', '11月30日 09:00'],
  ['12pm', '明天 12:00'],
];
for (const [words, meant, rest = ''] of said) {
  test(`${words} is ${meant}`, () => {
    const found = whenIn(words, now, timeZone);
    assert.ok(found, 'understood');
    assert.deepEqual([shown(found.at), found.rest], [meant, rest]);
  });
}

for (const words of [
  '',
  '等仓库回复',
  '上午',
  '今天上午',
  '25:00',
  '2月30日',
  '10分之一',
  '100元退款',
  '3',
  '0分钟',
  '天',
  'minutes',
]) {
  test(`「${words}」 names no time ahead`, () =>
    assert.equal(whenIn(words, now, timeZone)?.said, words === '上午' ? '上午' : undefined));
}

const zones = fc.constantFrom(
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Apia',
);
const instants = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) });

test('whatever is typed, a time found lies ahead, and the words behind it are kept', () => {
  const piece = fc.constantFrom(
    '明天',
    '下午',
    '3点',
    '半',
    '10',
    '分钟',
    '小时',
    ':',
    '30',
    ' ',
    'pm',
    '周',
    '五',
    '回电',
    'at',
    '后',
  );
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.array(piece, { maxLength: 6 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(words, instants, zones, (typed, at, zone) => {
      const found = whenIn(typed, at, zone);
      if (!found) return;
      assert.ok(found.at > at && found.said.length > 0);
      assert.ok(typed.normalize('NFKC').trim().endsWith(found.rest), found.rest);
    }),
  );
});

test('an hour of tomorrow is that hour on the tenant’s clock, whatever its zone and season', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      instants,
      zones,
      (hour, minute, at, zone) => {
        const clock = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const found = whenIn(`明天${clock} 回电`, at, zone);
        assert.ok(found);
        assert.equal(formatTime(found.at, { timeZone: zone, locale: 'zh-CN', now: at }), `明天 ${clock}`);
        assert.equal(found.rest, '回电');
      },
    ),
  );
});

test('a span is as long as it says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), instants, zones, (minutes, at, zone) => {
      for (const words of [`${minutes}分钟`, `${minutes} min`, `in ${minutes} minutes`, `${minutes}分钟后`])
        assert.equal(whenIn(words, at, zone)?.at, at + minutes * 60_000, words);
    }),
  );
});

test('a day began at midnight of its own zone', () => {
  fc.assert(
    fc.property(instants, zones, (at, zone) => {
      const start = startOfDay(at, zone);
      assert.ok(start <= at && at - start < 25 * 3_600_000);
      assert.match(formatTime(start, { timeZone: zone, locale: 'zh-CN', now: at }), /^今天 0[01]:00$/);
    }),
  );
});
