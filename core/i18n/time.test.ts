import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAgo, formatTime, formatWaited } from './time.js';

const shanghai = { timeZone: 'Asia/Shanghai', locale: 'zh-CN' } as const;
const at = (iso: string) => new Date(iso);
const now = at('2026-11-03T16:30:00+08:00');

test('a time is said the way people say it', () => {
  const said = (iso: string) => formatTime(at(iso), { ...shanghai, now });
  assert.equal(said('2026-11-03T14:05:00+08:00'), '今天 14:05');
  assert.equal(said('2026-11-02T14:05:00+08:00'), '昨天 14:05');
  assert.equal(said('2026-11-04T09:00:00+08:00'), '明天 09:00');
  assert.equal(said('2026-11-01T14:05:00+08:00'), '11月1日 14:05');
  assert.equal(said('2025-12-31T23:59:00+08:00'), '2025年12月31日 23:59');
});

test('in English too', () => {
  const said = (iso: string) => formatTime(at(iso), { ...shanghai, locale: 'en', now });
  assert.equal(said('2026-11-03T14:05:00+08:00'), 'today 14:05');
  assert.equal(said('2026-10-20T14:05:00+08:00'), '20 Oct 14:05');
  assert.equal(said('2025-10-20T14:05:00+08:00'), '20 Oct 2025 14:05');
});

test('the day changes at midnight where the tenant is, and midnight is 00:00', () => {
  const justAfter = at('2026-11-03T00:01:00+08:00');
  const said = (iso: string) => formatTime(at(iso), { ...shanghai, now: justAfter });
  assert.equal(said('2026-11-02T23:59:59+08:00'), '昨天 23:59');
  assert.equal(said('2026-11-03T00:00:00+08:00'), '今天 00:00');
  assert.equal(
    formatTime(at('2026-11-02T23:59:59+08:00'), { timeZone: 'UTC', locale: 'zh-CN', now: justAfter }),
    '今天 15:59',
  );
});

test('yesterday is yesterday on the long and short days of summer time', () => {
  const newYork = { timeZone: 'America/New_York', locale: 'zh-CN' } as const;
  for (const day of ['2026-03-08', '2026-11-01']) {
    const noon = at(`${day}T17:00:00Z`);
    const next = noon.getTime() + 24 * 3_600_000;
    assert.match(formatTime(noon, { ...newYork, now: next }), /^昨天 /);
  }
});

test('an instant may be given in milliseconds', () => {
  assert.equal(formatTime(now.getTime(), { ...shanghai, now: now.getTime() }), '今天 16:30');
});

test('a span is said in its two largest units', () => {
  const minute = 60_000;
  const said = (minutes: number) => formatWaited(minutes * minute, 'zh-CN');
  assert.equal(formatWaited(59_999, 'zh-CN'), '刚刚');
  assert.equal(said(-5), '刚刚');
  assert.equal(said(1), '1 分钟');
  assert.equal(said(3.9), '3 分钟');
  assert.equal(said(60), '1 小时');
  assert.equal(said(80), '1 小时 20 分');
  assert.equal(said(24 * 60), '1 天');
  assert.equal(said(51 * 60 + 30), '2 天 3 小时');
  assert.equal(formatWaited(80 * minute, 'en'), '1 h 20 min');
});

test('how long ago is said as people say it', () => {
  assert.equal(formatAgo(59_999, 'zh-CN'), '刚刚');
  assert.equal(formatAgo(80 * 60_000, 'zh-CN'), '1 小时 20 分前');
  assert.equal(formatAgo(80 * 60_000, 'en'), '1 h 20 min ago');
});

test('a span never says zero of something, nor more than fits', () => {
  const fits: Record<string, number> = { 天: 400, 小时: 23, 分: 59 };
  fc.assert(
    fc.property(fc.integer({ min: 60_000, max: 400 * 86_400_000 }), (ms) => {
      const said = [...formatWaited(ms, 'zh-CN').matchAll(/(\d+) (天|小时|分)/g)];
      assert.ok(said.length === 1 || said.length === 2);
      for (const [, amount, unit = ''] of said) {
        assert.ok(Number(amount) >= 1 && Number(amount) <= (fits[unit] ?? 0), `${amount} ${unit}`);
      }
    }),
  );
});
