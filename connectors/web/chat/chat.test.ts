import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs } from './backoff.js';
import { inkOn } from './ink.js';
import { partsOf } from './links.js';
import { fromKept, type Pending, toKeep } from './pending.js';
import { continues, inOrder, merged, stillPending, unreadAbove } from './timeline.js';
import { timeLabel } from './times.js';
import type { ChatMessage } from './wire.js';
import { errorText, wordsFor } from './words.js';

const hrefs = (text: string) => partsOf(text).flatMap((part) => ('href' in part ? [part.href] : []));

test('addresses become links, sentences around them do not', () => {
  assert.deepEqual(hrefs('请看https://a.cn/x?y=1，谢谢。'), ['https://a.cn/x?y=1']);
  assert.deepEqual(hrefs('(see http://a.cn/b_(c)) and https://d.cn.'), [
    'http://a.cn/b_(c)',
    'https://d.cn/',
  ]);
  assert.deepEqual(hrefs('javascript:alert(1) data:text/html,x //a.cn ftp://a.cn https://'), []);
  assert.deepEqual(hrefs('https://a.cn/"><img src=x>'), ['https://a.cn/']);
});

test('whatever the text, its parts are the text, and every link is http or https', () => {
  const text = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('https://', 'HTTP://a', 'javascript:', '。', '.', ')'),
    ),
  );
  fc.assert(
    fc.property(text, (words) => {
      const parts = partsOf(words.join(''));
      assert.equal(parts.map((part) => part.text).join(''), words.join(''));
      for (const part of parts) if ('href' in part) assert.match(part.href, /^https?:\/\//);
    }),
  );
});

const message = (more: Partial<ChatMessage> & { id: string }): ChatMessage => ({
  revision: 1,
  at: 1,
  by: { kind: 'agent', name: '陈一' },
  content: { type: 'text', text: 'x' },
  ref: more.id,
  ...more,
});

test('messages may come in any order and any number of times', () => {
  const all = [
    message({ id: 'a', at: 1, revision: 1 }),
    message({ id: 'b', at: 2, revision: 2 }),
    message({ id: 'c', at: 2, revision: 3 }),
    message({ id: 'a', at: 1, revision: 4, content: { type: 'recalled' } }),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 4 }), fc.nat(3), (order, again) => {
      const known = merged(merged(new Map(), order), order.slice(again));
      assert.deepEqual(
        inOrder(known).map(({ id, revision }) => [id, revision]),
        [
          ['a', 4],
          ['b', 2],
          ['c', 3],
        ],
      );
    }),
  );
});

test('what the transcript shows back is no longer pending, and counts as unread only when others said it', () => {
  const pending: Pending[] = [
    { id: 'x', at: 1, text: '一', state: 'sent' },
    { id: 'y', at: 2, text: '二', state: 'waiting' },
  ];
  const known = merged(new Map(), [
    message({ id: 'm1', revision: 5, client: 'x', by: { kind: 'customer' } }),
    message({ id: 'm2', revision: 6 }),
    message({ id: 'm3', revision: 7, by: { kind: 'system' } }),
    message({ id: 'm4', revision: 8, content: { type: 'recalled' } }),
  ]);
  assert.deepEqual(
    stillPending(pending, known).map(({ id }) => id),
    ['y'],
  );
  assert.deepEqual(
    unreadAbove(known, 0).map(({ id }) => id),
    ['m2'],
  );
  assert.deepEqual(unreadAbove(known, 6), []);
});

test('words that did not arrive survive the page under the same id; files and oddities do not', () => {
  const now = 1_700_000_000_000;
  const kept = toKeep([
    { id: 'a', at: now, text: '在吗', state: 'sending', quote: { ref: 'k', id: 'm' } },
    { id: 'b', at: now, text: '到了', state: 'sent' },
    { id: 'c', at: now, file: 'a.png', state: 'waiting' },
    { id: 'd', at: now - 25 * 3_600_000, text: '昨天的', state: 'failed' },
  ]);
  assert.deepEqual(fromKept(kept, now), [
    { id: 'a', at: now, text: '在吗', quote: { ref: 'k', id: 'm' }, state: 'waiting' },
  ]);
  for (const odd of [null, '', '{', '{}', '[null,1,{"id":1}]', '[{"id":"a","text":"x"}]']) {
    assert.deepEqual(fromKept(odd, now), []);
  }
});

test('reconnecting waits longer each time, never over half a minute, and not all at once', () => {
  const at = (n: number, random: number) => backoffMs(n, () => random);
  assert.deepEqual([at(0, 0), at(0, 1), at(3, 1), at(50, 1), at(50, 0)], [500, 1000, 8000, 30_000, 15_000]);
});

test('text on the brand colour can be read', () => {
  assert.deepEqual(['#000000', '#2563eb', '#ffd400', '#ffffff'].map(inkOn), [
    '#ffffff',
    '#ffffff',
    '#16202e',
    '#16202e',
  ]);
});

test('times and groups are told as people tell them', () => {
  const words = wordsFor('zh-CN');
  const noon = new Date(2026, 2, 5, 14, 3).getTime();
  assert.equal(timeLabel(noon, noon + 60_000, words), '14:03');
  assert.equal(timeLabel(noon, noon + 86_400_000, words), '昨天 14:03');
  assert.equal(timeLabel(noon, noon + 9 * 86_400_000, words), '3月5日 14:03');
  const first = message({ id: 'a', at: 0 });
  assert.ok(continues(first, message({ id: 'b', at: 1000 })));
  assert.ok(!continues(first, message({ id: 'b', at: 1000, by: { kind: 'robot', name: '陈一' } })));
  assert.equal(errorText('constructor', words), words.errors.other);
  assert.equal(wordsFor('zh-TW').locale, 'zh-CN');
  assert.equal(wordsFor('fr').locale, 'en');
});
