import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fold } from './fold.js';
import { wordsOfHtml } from './words.js';

/** How mail programs begin what they quote; what stands below is not marked. */
const openings = [
  '------------------ 原始邮件 ------------------\n发件人: "客服" <kf@shop.example>;',
  '------------------ Original ------------------\nFrom: "kf" <kf@shop.example>;',
  '-----邮件原件-----\n发件人: 客服',
  '-----Original Message-----\nFrom: Shop',
  '---- 回复的原邮件 ----\n| 发件人 | 客服 |',
  '在 2024-05-06 10:20:33，"客服" <kf@shop.example> 写道：',
  '在 2024年5月6日，上午10:20，客服 <kf@shop.example> 写道：',
  '客服 <kf@shop.example> 于2024年5月6日周一 10:20写道：',
  'At 2024-05-06 10:20:33, "kf" <kf@shop.example> wrote:',
  'On Mon, May 6, 2024 at 10:20 AM Shop\n<kf@shop.example> wrote:',
  '________________________________\n发件人: 客服 <kf@shop.example>\n发送时间: 2024年5月6日 10:20\n收件人: 王女士\n主题: 茶壶',
  '发件人： 客服\n发送时间： 2024-05-06 10:20\n收件人： 王女士\n主题： 茶壶',
  'From: Shop <kf@shop.example>\nSent: Monday\nTo: Wang\nSubject: pot',
];

/** What customers write: lines without what a mail program would write. */
const line = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9 ,.!?()一-龥，。！？：:"-]{0,60}$/),
  fc.constantFrom(
    '茶壶漏水了',
    '快递单上发件人：张三',
    '他写道：不好',
    '- 一个\n- 两个',
    '时间：下午 3:04',
    'wrote: me',
    '---',
    '',
  ),
);
const fresh = fc
  .array(line, { minLength: 1, maxLength: 12 })
  .map((lines) =>
    lines
      .join('\n')
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  )
  .filter(
    (text) =>
      text !== '' && !/^-- ?$/m.test(text) && !/发件人|from\s*[:：]/im.test(text.split('\n').at(-1) ?? ''),
  );

test('nothing that stands above a quote is ever lost, whichever program quoted', () => {
  const old = fc.array(fc.stringMatching(/^[a-z一-龥 ]{0,40}$/), { maxLength: 20 });
  fc.assert(
    fc.property(fresh, fc.constantFrom(...openings), old, (text, opening, lines) => {
      const folded = fold(`${text}\n\n${opening}\n\n${lines.join('\n')}`, true);
      assert.equal(folded.fresh, text);
      assert.ok(folded.quoted.includes(opening.split('\n')[0] ?? ''));
    }),
    { numRuns: 2000 },
  );
});

test('marked lines are folded wherever they stand, and what is written between them stays', () => {
  const answer = fc.stringMatching(/^[a-z一-龥]{1,30}$/);
  const quote = fc.stringMatching(/^[a-z一-龥 ]{0,30}$/).map((text) => `> ${text}`);
  fc.assert(
    fc.property(fc.array(fc.tuple(quote, answer), { minLength: 1, maxLength: 10 }), (pairs) => {
      const folded = fold(pairs.map(([one, other]) => `${one}\n\n${other}`).join('\n\n'), true);
      const answers = pairs.map(([, other]) => other);
      assert.deepEqual(
        folded.fresh.split('\n').filter((text) => text !== ''),
        answers,
      );
    }),
  );
});

test('a letter without a quote is left as it is, but for a device’s signature', () => {
  fc.assert(fc.property(fresh, (text) => assert.equal(fold(text, false).fresh, text)));
  for (const signature of [
    '发自我的 iPhone',
    'Sent from my iPhone',
    '发自我的华为手机',
    '获取 Outlook for iOS',
  ]) {
    assert.equal(fold(`好的\n\n${signature}`, true).fresh, '好的');
  }
  assert.equal(
    fold('发自我的 iPhone 的照片没有显示\n请看看', false).fresh,
    '发自我的 iPhone 的照片没有显示\n请看看',
  );
});

test('any text at all is folded quickly and without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.boolean(), (text, answers) => {
      const { fresh, quoted } = fold(text, answers);
      assert.ok(fresh.length + quoted.length <= text.length + 1);
    }),
  );
  const started = performance.now();
  for (const text of [
    '写道'.repeat(200_000),
    `${'在 '.repeat(100_000)}`,
    '在 10:20\n'.repeat(50_000),
    '发件人：x\n'.repeat(50_000),
    '-'.repeat(300_000),
  ])
    fold(text, true);
  assert.ok(performance.now() - started < 4000);
});

test('of HTML only what is seen is read, and nothing of it can act', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      assert.doesNotMatch(
        wordsOfHtml(`<p>${text.replaceAll('<', '&lt;')}<script>alert('x-y-z')</script>`),
        /x-y-z/,
      );
    }),
  );
  for (const style of ['display:none', 'font-size:0', 'visibility: hidden', 'font-size: 0px;color:#fff']) {
    assert.equal(wordsOfHtml(`<p>看得见</p><div style="${style}">看不见</div>`).trim(), '看得见');
  }
  assert.equal(wordsOfHtml('<p style="font-size:0.9em">小字</p>').trim(), '小字');
  assert.equal(wordsOfHtml(`${'<div>'.repeat(5000)}深${'</div>'.repeat(5000)}`).length < 10_000, true);
});
