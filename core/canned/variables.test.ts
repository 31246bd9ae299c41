import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findCanned, onlyMeant } from './find.js';
import { filled, missingIn, unknownIn, type Values, variables } from './variables.js';

const values = (given: Partial<Values>): Values => ({
  customer: '王女士',
  agent: '林小满',
  code: 'A3',
  order: 'SY-100231',
  orderStatus: '运输中',
  queue: '售后客服',
  company: '山屿茶器',
  ...given,
});

test('variables are understood in every language, in either width, and stand for themselves nowhere else', () => {
  assert.equal(
    filled('{客户}您好，我是{agent}，订单｛订单｝{ 订单状态 }', values({})),
    '王女士您好，我是林小满，订单SY-100231运输中',
  );
  assert.equal(filled('见 {附件} 与 {}', values({})), '见 {附件} 与 {}');
  assert.deepEqual(unknownIn('{客户} {称呼} ｛日期｝{称呼}'), ['{称呼}', '｛日期｝']);
  assert.deepEqual(missingIn('{客户} {订单} {order}', values({ order: '' })), ['order']);
});

test('whatever a customer is called stays what they are called: no name becomes another variable', () => {
  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{编号}', '{order}', '$&', '$1', '｛客服｝', '{客户}', '**x**', '<at id=all></at>'),
  );
  fc.assert(
    fc.property(names, fc.string(), (name, between) => {
      const around = between.replace(/[{}｛｝]/g, '');
      const all = Object.fromEntries(variables.map((each) => [each, name]));
      const said = filled(`甲${around}{客户}乙{code}丙`, values({ ...all, code: 'C' }));
      assert.equal(said, `甲${around}${name}乙C丙`);
    }),
  );
});

test('what is unknown or missing is told of any text, and filling never fails', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (words) => {
      const unknown = unknownIn(words);
      const whole = filled(words, values({}));
      for (const one of unknown) assert.ok(whole.includes(one));
      assert.deepEqual(missingIn(words, values({})), []);
    }),
  );
});

const kept = [
  { name: '退款说明', words: '您好，退款会在 3 个工作日内原路退回。' },
  { name: '退款', words: '已为您申请退款。' },
  { name: '催发货', words: '我这就帮您催一下仓库，请稍等。' },
  { name: 'Thanks', words: '感谢您的来信' },
];

test('the name decides, then a part of it, then what it says', () => {
  assert.deepEqual(
    findCanned(kept, '退款').map(({ name }) => name),
    ['退款', '退款说明'],
  );
  assert.deepEqual(
    findCanned(kept, '仓库').map(({ name }) => name),
    ['催发货'],
  );
  assert.deepEqual(
    findCanned(kept, '帮您催仓库').map(({ name }) => name),
    ['催发货'],
  );
  assert.equal(findCanned(kept, '').length, kept.length);
  assert.deepEqual(findCanned(kept, '发票'), []);
});

test('one is surely meant only by its name, and only if no other is', () => {
  assert.equal(onlyMeant(kept, '退款')?.name, '退款');
  assert.equal(onlyMeant(kept, '说明')?.name, '退款说明');
  assert.equal(onlyMeant(kept, 'thanks')?.name, 'Thanks');
  assert.equal(onlyMeant(kept, '仓库'), undefined, 'what it says is not what it is called');
  assert.equal(onlyMeant([...kept, { name: '退款', words: '又一个' }], '退款'), undefined);
  assert.equal(onlyMeant(kept, ''), undefined);
});
