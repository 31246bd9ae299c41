import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { focusLifeMs, type Target, type Typed, targetOf } from './target.js';

const now = 1_000_000_000;
const open = (id: string, newsAt = now - 600_000) => ({ id, newsAt });
const focusOn = (conversationId: string, agoMs = 60_000) => ({ conversationId, at: now - agoMs });
const to = (id: string, by: Extract<Target, { kind: 'conversation' }>['by']): Target => ({
  kind: 'conversation',
  id,
  by,
});

const cases: { when: string; typed: Omit<Typed, 'now'>; meant: Target }[] = [
  { when: 'nobody is being served', typed: { open: [] }, meant: { kind: 'nobody' } },
  { when: 'there is one customer', typed: { open: [open('a')] }, meant: to('a', 'only') },
  {
    when: 'there are two and no word to either yet',
    typed: { open: [open('a'), open('b')] },
    meant: { kind: 'doubt', why: 'several', candidates: ['a', 'b'] },
  },
  {
    when: 'the agent has just written to one of two',
    typed: { open: [open('a'), open('b')], focus: focusOn('b') },
    meant: to('b', 'focus'),
  },
  {
    when: 'the other customer has written since',
    typed: { open: [open('a', now - 1_000), open('b')], focus: focusOn('b') },
    meant: { kind: 'doubt', why: 'newer', candidates: ['a', 'b'] },
  },
  {
    when: 'the customer in focus has written since',
    typed: { open: [open('a'), open('b', now - 1_000)], focus: focusOn('b') },
    meant: to('b', 'focus'),
  },
  {
    when: 'the last word to anybody was long ago',
    typed: { open: [open('a', 0), open('b', 0)], focus: focusOn('b', focusLifeMs + 1) },
    meant: { kind: 'doubt', why: 'old', candidates: ['a', 'b'] },
  },
  {
    when: 'the last word was long ago, but there is only one customer',
    typed: { open: [open('a', 0)], focus: focusOn('a', 10 * focusLifeMs) },
    meant: to('a', 'focus'),
  },
  {
    when: 'the conversation in focus was closed or given away',
    typed: { open: [open('a')], focus: focusOn('gone') },
    meant: { kind: 'doubt', why: 'gone', candidates: ['a'] },
  },
  {
    when: 'another was offered since',
    typed: { open: [open('a')], focus: focusOn('a'), offeredAt: now - 1_000 },
    meant: { kind: 'doubt', why: 'newer', candidates: ['a'] },
  },
  {
    when: 'another was offered, and no word to anybody yet',
    typed: { open: [open('a')], offeredAt: now - 1_000 },
    meant: { kind: 'doubt', why: 'newer', candidates: ['a'] },
  },
  {
    when: 'another was offered, and they have gone on with theirs since',
    typed: { open: [open('a')], focus: focusOn('a'), offeredAt: now - 120_000 },
    meant: to('a', 'focus'),
  },
  {
    when: 'a quote names a',
    typed: { quoted: 'a', open: [open('a'), open('b')], focus: focusOn('b') },
    meant: to('a', 'quote'),
  },
  {
    when: 'a code names a',
    typed: { coded: 'a', open: [open('a'), open('b')], focus: focusOn('b') },
    meant: to('a', 'code'),
  },
  {
    when: 'a quote names somebody else’s',
    typed: { quoted: 'x', open: [open('a')] },
    meant: to('x', 'quote'),
  },
  {
    when: 'quote and code agree',
    typed: { quoted: 'a', coded: 'a', open: [open('a')] },
    meant: to('a', 'quote'),
  },
  {
    when: 'quote and code disagree',
    typed: { quoted: 'a', coded: 'b', open: [open('a'), open('b')] },
    meant: { kind: 'doubt', why: 'unclear', candidates: ['a', 'b'] },
  },
  {
    when: 'the quoted message is nobody’s',
    typed: { quoted: null, open: [open('a')], focus: focusOn('a') },
    meant: { kind: 'doubt', why: 'unclear', candidates: ['a'] },
  },
  {
    when: 'an unknown code stands in front and there are several',
    typed: { coded: null, open: [open('a'), open('b')], focus: focusOn('a') },
    meant: { kind: 'doubt', why: 'unclear', candidates: ['a', 'b'] },
  },
  {
    when: 'what looks like a code is just a word, said to the only customer',
    typed: { coded: null, open: [open('a')], focus: focusOn('a') },
    meant: to('a', 'focus'),
  },
];
for (const { when, typed, meant } of cases) {
  test(`words when ${when}: ${meant.kind === 'conversation' ? `to ${meant.id}` : meant.kind}`, () =>
    assert.deepEqual(targetOf({ ...typed, now }), meant));
}

const ids = ['a', 'b', 'c', 'd'];
const typedOf = fc.record(
  {
    quoted: fc.constantFrom(...ids, null),
    coded: fc.constantFrom(...ids, null),
    focus: fc.record({ conversationId: fc.constantFrom(...ids), at: fc.integer({ min: 0, max: 2_000_000 }) }),
    open: fc.uniqueArray(
      fc.record({ id: fc.constantFrom(...ids), newsAt: fc.integer({ min: 0, max: 2_000_000 }) }),
      {
        selector: (one) => one.id,
        maxLength: 4,
      },
    ),
    now: fc.integer({ min: 0, max: 2_000_000 }),
  },
  { requiredKeys: ['open', 'now'] },
);

test('words without a pointer reach only the customer in focus or the only one, and never while another has news', () => {
  fc.assert(
    fc.property(typedOf, (typed) => {
      const target = targetOf(typed);
      if (target.kind !== 'conversation') return;
      if (target.by === 'quote') return assert.equal(target.id, typed.quoted);
      if (target.by === 'code') return assert.equal(target.id, typed.coded);
      assert.ok(typed.quoted === undefined, 'a quote that leads nowhere is no reason to guess');
      assert.ok(
        typed.open.some((one) => one.id === target.id),
        'plain words go to a conversation of one’s own',
      );
      if (typed.open.length === 1) return;
      assert.equal(target.id, typed.focus?.conversationId);
      for (const other of typed.open.filter((one) => one.id !== target.id)) {
        assert.ok(other.newsAt <= (typed.focus?.at ?? -1), 'another customer has written since');
      }
    }),
  );
});

test('who is asked can choose any of their own, and has at least one', () => {
  fc.assert(
    fc.property(typedOf, (typed) => {
      const target = targetOf(typed);
      if (target.kind !== 'doubt') return;
      assert.deepEqual(
        target.candidates,
        typed.open.map((one) => one.id),
      );
      assert.ok(target.candidates.length > 0);
    }),
  );
});
