import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locales } from '../i18n/texts.js';
import { afterOpenTime, type Hours, hoursInWords, isOpen, opensNext, parseHours } from './hours.js';
import { queueSettings } from './settings.js';

const week = [1, 2, 3, 4, 5, 6, 7];
const read: [string, Hours | undefined][] = [
  ['周一至周五 9:00-18:00', [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }]],
  ['周一到周五9点到18点', [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }]],
  ['工作日 9：30－18：00'.replace('－', '-'), [{ days: [1, 2, 3, 4, 5], from: '09:30', to: '18:00' }]],
  ['每天 8:00~22:00', [{ days: week, from: '08:00', to: '22:00' }]],
  ['9:00-18:00', [{ days: week, from: '09:00', to: '18:00' }]],
  ['9点半-18点', [{ days: week, from: '09:30', to: '18:00' }]],
  ['周一、周三、周五 9:00-12:00', [{ days: [1, 3, 5], from: '09:00', to: '12:00' }]],
  [
    '周一至周五 9:00-12:00, 13:30-18:00；周末 10:00-16:00',
    [
      { days: [1, 2, 3, 4, 5], from: '09:00', to: '12:00' },
      { days: [1, 2, 3, 4, 5], from: '13:30', to: '18:00' },
      { days: [6, 7], from: '10:00', to: '16:00' },
    ],
  ],
  ['周六至周一 10:00-12:00', [{ days: [1, 6, 7], from: '10:00', to: '12:00' }]],
  [
    '星期五 22:00-6:00',
    [
      { days: [5], from: '22:00', to: '24:00' },
      { days: [6], from: '00:00', to: '06:00' },
    ],
  ],
  ['Mon-Fri 9:00-18:00', [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }]],
  ['weekdays 9:00 to 17:30', [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' }]],
  ['全天', []],
  ['24小时', []],
  ['7x24小时', []],
  ['', undefined],
  ['周一', undefined],
  ['下午', undefined],
  ['周一 25:00-26:00', undefined],
  ['周一 9:70-10:00', undefined],
  ['周一 9:00-9:00', undefined],
  ['周一 9:00-18:00 之外', undefined],
];
for (const [words, hours] of read) {
  test(`「${words}」 is ${hours ? JSON.stringify(hours) : 'not understood'}`, () =>
    assert.deepEqual(parseHours(words), hours));
}

test('what is shown can be typed again and means the same, in every language', () => {
  for (const locale of locales) {
    for (const [, hours] of read) {
      if (hours)
        assert.deepEqual(parseHours(hoursInWords(hours, locale)), hours, hoursInWords(hours, locale));
    }
  }
});

test('nothing anybody types breaks it, and whatever is understood can be kept', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc
          .array(
            fc.constantFrom(
              '周',
              '一',
              '至',
              '五',
              ' ',
              '9',
              ':',
              '00',
              '-',
              '18',
              '点',
              '，',
              '每天',
              'Mon',
            ),
            {
              maxLength: 20,
            },
          )
          .map((parts) => parts.join('')),
      ),
      (words) => {
        const hours = parseHours(words);
        if (hours) assert.ok(queueSettings.safeParse({ hours }).success, words);
      },
    ),
  );
});

const shanghai = 'Asia/Shanghai';
const at = (iso: string) => new Date(`${iso}+08:00`).getTime();

test('people are there within their hours, on the clock of their own time zone', () => {
  const hours = parseHours('周一至周五 9:00-18:00') ?? [];
  assert.ok(isOpen(hours, at('2026-11-27T09:00:00'), shanghai), 'Friday at nine');
  assert.ok(!isOpen(hours, at('2026-11-27T18:00:00'), shanghai), 'until six');
  assert.ok(!isOpen(hours, at('2026-11-28T10:00:00'), shanghai), 'not on Saturday');
  assert.ok(!isOpen(hours, at('2026-11-27T09:00:00'), 'Europe/Berlin'), 'it is the night there');
  assert.ok(isOpen([], at('2026-11-28T03:00:00'), shanghai), 'no hours are always');
});

test('they are told when people are back', () => {
  const hours = parseHours('周一至周五 9:00-18:00') ?? [];
  assert.equal(opensNext(hours, at('2026-11-27T20:00:00'), shanghai), at('2026-11-30T09:00:00'));
  assert.equal(opensNext(hours, at('2026-11-30T08:59:30'), shanghai), at('2026-11-30T09:00:00'));
  assert.equal(opensNext(hours, at('2026-11-30T10:00:00'), shanghai), undefined);
  const odd = parseHours('周三 09:07-09:12') ?? [];
  assert.equal(opensNext(odd, at('2026-11-27T20:00:00'), shanghai), at('2026-12-02T09:07:00'));
});

test('a span in which people are there ends when they have been there for so long', () => {
  const hours = parseHours('周一至周五 9:00-12:00 13:00-18:00') ?? [];
  const passed = (since: string, minutes: number) =>
    afterOpenTime(hours, at(since), minutes * 60_000, shanghai);
  assert.equal(passed('2026-11-27T10:00:00', 5), at('2026-11-27T10:05:00'));
  assert.equal(passed('2026-11-27T11:58:00', 5), at('2026-11-27T13:03:00'), 'lunch does not count');
  assert.equal(passed('2026-11-27T12:30:00', 5), at('2026-11-27T13:05:00'));
  assert.equal(passed('2026-11-27T17:50:00', 15), at('2026-11-30T09:05:00'), 'nor does the weekend');
  assert.equal(passed('2026-11-27T11:55:00', 5), at('2026-11-27T12:00:00'));
  assert.equal(afterOpenTime([], at('2026-11-28T03:00:00'), 60_000, shanghai), at('2026-11-28T03:01:00'));
});

test('whatever the hours, no minute in which people are there is counted twice or left out', () => {
  const clock = fc.integer({ min: 0, max: 24 * 60 }).map((minutes) => {
    const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
    return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  });
  const entry = fc
    .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), clock, clock)
    .map(([days, one, other]) => ({
      days,
      from: one < other ? one : other,
      to: one < other ? other : one,
    }))
    .filter(({ from, to }) => from < to);
  const begin = at('2026-11-27T00:00:00');
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 1, max: 90 }),
      (hours, since, minutes) => {
        const end = afterOpenTime(hours, begin + since * 60_000, minutes * 60_000, shanghai);
        let open = 0;
        for (let time = begin + since * 60_000; time < end; time += 60_000)
          if (isOpen(hours, time, shanghai)) open += 1;
        assert.equal(open, minutes);
      },
    ),
    { numRuns: 40 },
  );
});
