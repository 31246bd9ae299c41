import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locales } from '../i18n/texts.js';
import { type Hours, hoursInWords, isOpen, opensNext, parseHours } from './hours.js';
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
