import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCourtesy, type SmallTalk, smallTalk } from './small-talk.js';

const said: Record<SmallTalk, string[]> = {
  greeting: [
    '你好',
    '您好！',
    '你好啊',
    '你好呀~',
    '在吗',
    '在吗？？',
    '在么',
    '亲，在吗',
    '亲在不在',
    '你好在吗',
    '您好，有人吗',
    '有人在吗',
    'hi',
    'Hi~',
    'Hello!',
    'HELLO',
    'hey',
    '哈喽',
    '嗨',
    '早',
    '早上好',
    '晚上好',
    '你好 你好',
    '你好👋',
    'ｈｉ',
    '客服你好',
  ],
  thanks: [
    '谢谢',
    '谢谢！',
    '谢谢你',
    '谢谢您啦',
    '多谢',
    '非常感谢',
    '太感谢了',
    '好的谢谢',
    '好的，谢谢',
    '嗯嗯，谢谢',
    '知道了，谢谢',
    '明白了谢谢您',
    'thx',
    'Thanks!',
    'thank you',
    'Thank you so much',
    '辛苦了',
    '谢谢🙏',
    '好的',
    '好',
    '嗯嗯',
    'OK',
    '知道了',
    '收到',
    '謝謝',
  ],
  bye: [
    '再见',
    '拜拜',
    'bye',
    'Bye-bye',
    '谢谢，再见',
    '好的谢谢拜拜',
    '没事了',
    '没有别的问题了，谢谢',
    '先这样',
    '晚安',
    '88',
    '再見',
  ],
};

for (const [kind, texts] of Object.entries(said)) {
  for (const text of texts) test(`${kind}: ${text}`, () => assert.equal(smallTalk(text), kind));
}

const more = [
  '你好，怎么退货',
  '你好怎么退货',
  '在吗，我的快递到哪了',
  'hi, where is my order',
  '谢谢，那发票呢',
  '好的，那什么时候发货',
  '谢谢你们但是还没收到',
  '早上发货吗',
  '可以退货吗',
  '可以吗',
  '你',
  '亲',
  '在哪里',
  '你好贵',
  '88块的那个',
  '再见面礼有吗',
  '',
  '   ',
  '？？？',
  '👍',
  '转人工',
];
for (const text of more) {
  test(`says more, or nothing: ${text}`, () => assert.equal(smallTalk(text), undefined));
}

test('a question after any courtesy is never taken for courtesy', () => {
  const courtesy = fc.constantFrom(...Object.values(said).flat());
  const question = fc.constantFrom('怎么退货', '发票怎么开', '快递到哪了', 'refund?');
  fc.assert(
    fc.property(courtesy, fc.constantFrom('', '，', ' ', '\n'), question, (first, between, then) => {
      assert.equal(smallTalk(`${first}${between}${then}`), undefined);
    }),
  );
});

for (const text of [
  ...said.thanks,
  ...said.bye,
  '👍',
  '👍🏻👍🏻',
  '❤️',
  '谢谢[玫瑰]',
  '好的[强]',
  '[OK]',
  'ok thanks',
  '嗯',
  '🙏🙏',
  '👌。',
]) {
  test(`wants nothing: ${text}`, () => assert.equal(isCourtesy(text), true));
}

for (const text of [
  ...said.greeting,
  ...more.filter((one) => one !== '👍'),
  '好的？',
  '谢谢?',
  '好吗',
  '👎',
  '😡',
  '😡👍',
  '[发怒]',
  '[愤怒]',
  '1',
  '。。。',
  '好的，那发票什么时候开',
  '谢谢，但是还没解决',
  '👍 那运费呢',
  'ok but where is it',
  '不谢谢',
]) {
  test(`wants something: ${text}`, () => assert.equal(isCourtesy(text), false));
}

test('a question after any courtesy is never mere courtesy, with whatever signs', () => {
  const courtesy = fc.constantFrom(...said.thanks, ...said.bye, '👍', '[玫瑰]');
  const question = fc.constantFrom('怎么退货', '发票怎么开', '快递到哪了', 'refund', '？', '还没收到');
  fc.assert(
    fc.property(courtesy, fc.constantFrom('', '，', ' ', '👍'), question, (first, between, then) => {
      assert.equal(isCourtesy(`${first}${between}${then}`), false);
    }),
  );
});
