import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../tests/database.js';
import { openHouse } from '../../tests/house.js';
import { lastPanel } from '../../tests/panels.js';
import { movableClock } from '../clock.js';
import { patternOf } from './pattern.js';
import { phoneSpellings } from './people.js';
import { snippet } from './snippet.js';

const noon = Date.UTC(2026, 10, 25, 4);
const day = 86_400_000;

async function desk(t: TestContext) {
  const clock = movableClock(noon);
  const house = await openHouse(t, {
    clock,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '周晓', role: 'agent', serves: false },
      { name: '何静姝', role: 'supervisor', serves: false },
    ],
  });
  const says = async (name: string, ...words: string[]) => {
    for (const one of words) {
      clock.advance(1_000);
      await house.customer(name).says(one);
    }
    await house.settled();
  };
  const finds = async (name: string, words: string) => {
    await house.member(name).types(`/查找 ${words}`);
    await house.settled();
    const panel = lastPanel(house.member(name).received());
    assert.ok(panel, `${name} was shown no panel`);
    return panel;
  };
  return { house, clock, says, finds };
}

test('what was said is found by its words, Chinese or English, newest first, with the words around the hit', async (t) => {
  const { says, finds } = await desk(t);
  const long = `${'前言'.repeat(60)}退货的运费由谁承担${'后语'.repeat(60)}`;
  await says('王女士', '想退货', long);
  await says('Priya Nair', 'Where is my Refund? order 20261125');
  const chinese = await finds('林小满', '退货');
  assert.deepEqual(
    chinese.data.rows.map((row) => row.text.includes('退货')),
    [true, true],
  );
  assert.match(chinese.data.rows[0]?.text ?? '', /^….*退货的运费由谁承担.*…$/u);
  assert.match(chinese.data.rows[1]?.text ?? '', /^想退货$/u);
  assert.equal((await finds('林小满', '退货 运费')).data.rows.length, 1, 'every word has to be there');
  assert.equal((await finds('林小满', '货的运费由')).data.rows.length, 1);
  assert.equal((await finds('林小满', '货的费由')).data.rows.length, 0, 'not the pairs, but the words');
  for (const words of ['refund', 'REFU', '20261125', '２０２６１１２５', 'refund where'])
    assert.equal((await finds('林小满', words)).data.rows.length, 1, words);
  assert.equal((await finds('林小满', '没有说过的话')).data.empty.includes('没有找到'), true);
});

test('customers are found by a part of their name, by code, and by a whole phone number or address', async (t) => {
  const { house, says, finds } = await desk(t);
  await says('王雨桐', '转人工');
  await says('李先生', '转人工');
  const [first] = await house.conversations();
  const { vault } = house.core;
  await house.db.query(`update customers set phone_print = $1, email_print = $2 where name = '王雨桐'`, [
    await vault.fingerprint(house.tenantId, 'phone', '13800138000'),
    await vault.fingerprint(house.tenantId, 'email', 'yutong@example.com'),
  ]);
  const byPhone = ['13800138000', '138 0013 8000', '+86 138-0013-8000', '8613800138000'];
  for (const words of [
    '王',
    '雨桐',
    '王雨桐',
    first?.code?.toLowerCase() ?? '',
    ...byPhone,
    'YuTong@example.com',
  ]) {
    const { rows } = (await finds('林小满', words)).data;
    assert.equal(rows.length, 1, words);
    assert.ok(rows[0]?.title.includes('王雨桐'), words);
    assert.deepEqual(rows[0]?.buttons[0]?.arguments, { conversation: first?.id });
  }
  for (const words of ['1380013', 'example.com', 'utong'])
    assert.equal((await finds('林小满', words)).data.rows.length, 0, words);
});

test('time, state and handler narrow a search, and pages lead back without repeating when more is said meanwhile', async (t) => {
  const { house, clock, says, finds } = await desk(t);
  await says('王女士', ...Array.from({ length: 12 }, (_, at) => `退货 ${at + 1}`));
  const first = await finds('何静姝', '退货');
  const numbers = (rows: { text: string }[]) => rows.map((row) => Number(/\d+/.exec(row.text)?.[0]));
  assert.deepEqual(numbers(first.data.rows), [12, 11, 10, 9, 8, 7, 6, 5]);
  await says('王女士', '退货 13', '退货 14');
  const older = first.data.buttons.find(({ label }) => label === '更早');
  assert.ok(older);
  const answer = await house.member('何静姝').clicks(older.operation, older.arguments, first.id);
  assert.ok(answer.card?.template === 'panel', 'the same card turns over');
  assert.deepEqual(numbers(answer.card.data.rows), [4, 3, 2, 1]);
  assert.deepEqual(
    answer.card.data.buttons.map(({ label }) => label),
    ['回到最新'],
  );

  clock.advance(40 * day);
  await says('李先生', '退货 99');
  const he = house.member('何静姝');
  const narrowed = async (form: Record<string, string>) => {
    const shown = await he.clicks('conversation.find', { words: '退货', ...form }, first.id);
    assert.ok(shown.card?.template === 'panel');
    return shown.card.data.rows.length;
  };
  assert.equal(await narrowed({ days: '30', queue: 'all', agent: '', state: 'all' }), 1);
  assert.equal(await narrowed({ days: '90' }), 8);
  assert.equal(await narrowed({ days: 'all', state: 'closed' }), 0);
  assert.equal(await narrowed({ days: 'all', agent: house.memberId('林小满') }), 0);
  assert.equal(
    (await he.clicks('conversation.find', { words: '退货', days: 'tomorrow' })).toast?.type,
    'warning',
  );
});

test('an agent finds what is in the queues they serve and in their own hands, a supervisor what is not confidential', async (t) => {
  const { house, says, finds } = await desk(t);
  await says('王女士', '想退货', '转人工');
  assert.equal((await finds('周晓', '退货')).data.rows.length, 0);
  assert.equal((await finds('何静姝', '退货')).data.rows.length, 1);
  const zhou = [house.memberId('周晓'), `update conversations set state = 'active', owner_id = $1`] as const;
  await house.db.query(zhou[1], [zhou[0]]);
  assert.equal((await finds('周晓', '退货')).data.rows.length, 1, 'their own');
  await house.db.query('update queues set confidential = true');
  assert.equal((await finds('何静姝', '退货')).data.rows.length, 0);
  assert.equal((await finds('何静姝', '王女士')).data.rows.length, 0, 'nor that there is such a customer');
  assert.equal((await finds('林小满', '退货')).data.rows.length, 1, 'who serves it');
  assert.equal((await finds('周晓', '退货')).data.rows.length, 1, 'in their hands');
  await house.db.query(`update conversations set state = 'closed', closed_at = now()`);
  assert.equal((await finds('周晓', '退货')).data.rows.length, 0, 'no longer in their hands');
});

test('whatever is typed is a search and nothing else', async (t) => {
  const { house, says, finds } = await desk(t);
  const hostile = [
    `'); drop table messages; --`,
    `a' | !b & (c:*`,
    '%_\\',
    '<at id=all></at>',
    '{{words}}',
    '\u202e反',
    `''`,
  ];
  await says('王女士', ...hostile);
  for (const words of [...hostile, '   ', '，。！', '🙂', 'x'.repeat(5_000)]) await finds('林小满', words);
  assert.deepEqual(await house.putAside(), []);
  assert.equal((await finds('林小满', 'drop')).data.rows.length, 1);
});

test('of any text a pattern is made that PostgreSQL can read', async (t) => {
  const { db } = await testDatabase(t);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (words) => {
      const pattern = patternOf(words);
      if (pattern) await db.query('select $1::tsquery as query', [pattern.query]);
    }),
    { numRuns: 200 },
  );
});

test('a snippet is short, on one line, and holds the hit', () => {
  const grapheme = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(grapheme, grapheme, fc.integer({ min: 10, max: 80 }), (before, after, max) => {
      const shown = snippet(`${before} 退货 ${after}`, ['退货'], max);
      assert.ok([...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(shown)].length <= max);
      assert.ok(shown.includes('退货') || before.includes('退货'), shown);
      assert.doesNotMatch(shown, /[\n\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

test('a phone number is looked for in every way it may have been kept', () => {
  assert.deepEqual(phoneSpellings('138 0013 8000').sort(), [
    '+8613800138000',
    '13800138000',
    '8613800138000',
  ]);
  assert.ok(phoneSpellings('+8613800138000').includes('13800138000'));
  assert.deepEqual(phoneSpellings('A3'), []);
  assert.deepEqual(phoneSpellings('退货 20261125'), []);
});
