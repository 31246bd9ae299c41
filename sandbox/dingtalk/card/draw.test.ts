import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CardContent, drawCard } from './draw.js';
import type { Drawn } from './drawn.js';
import { exampleTemplate } from './example.js';
import { bound, condition, node, said, templateFile, variable, when, words } from './example-parts.js';
import { NotPressable } from './not-pressable.js';
import { press } from './press.js';
import { readTemplate } from './template.js';

const example = readTemplate(exampleTemplate());
const draw = (cardData: Record<string, string>, more: Partial<CardContent> = {}) =>
  drawCard(example, { cardData, ...more });

/** All components of a kind, in reading order. */
function all<K extends Drawn['kind']>(tree: readonly Drawn[], kind: K): Extract<Drawn, { kind: K }>[] {
  const isOfKind = (drawn: Drawn): drawn is Extract<Drawn, { kind: K }> => drawn.kind === kind;
  return tree.flatMap((drawn) => {
    const inner =
      drawn.kind === 'loop' ? drawn.items.flat() : drawn.kind === 'header' ? drawn.after : childrenOf(drawn);
    return [...(isOfKind(drawn) ? [drawn] : []), ...all(inner, kind)];
  });
}
const childrenOf = (drawn: Drawn): readonly Drawn[] => ('children' in drawn ? drawn.children : []);

const buttons = JSON.stringify([
  { id: 'claim', text: '认领', color: 'blue', params: { ticket: 'T-1', n: 2 } },
  { id: 'close', text: '关闭', color: 'red', confirm: '确定要关闭吗？', params: {} },
  { text: '查看', url: 'https://example.com/t/1' },
]);

describe('what a viewer sees of a card', () => {
  test('text, loops and conditions follow the data', () => {
    const { tree } = draw({
      ...{ title: '工单 T-1', tag: '待认领', tag_color: 'orange', lastMessage: '新工单' },
      rows: JSON.stringify([{ label: '客户', text: '李雷' }, { label: '渠道' }]),
    });
    assert.deepEqual(
      all(tree, 'text').map(({ text }) => text),
      ['客户', '李雷', '渠道', ''],
    );
    const [header] = all(tree, 'header');
    assert.equal(header?.title, '工单 T-1');
    assert.deepEqual(all(tree, 'tag'), [{ kind: 'tag', text: '待认领', color: 'orange', solid: false }]);
    assert.equal(all(tree, 'markdown').length, 0);
    assert.equal(all(tree, 'form').length, 0);
  });

  test('private data is the viewer’s alone and wins; the public value stands in for it', () => {
    const content = { buttons: JSON.stringify([{ id: 'look', text: '仅查看' }]) };
    const labels = (privateData?: Record<string, string>) =>
      all(draw(content, { privateData }).tree, 'button').map(({ text }) => text);
    assert.deepEqual(labels(), ['仅查看']);
    assert.deepEqual(labels({ buttons }), ['认领', '关闭', '查看']);
    assert.deepEqual(labels({ title: '不是私有变量' }), ['仅查看']);
    assert.equal(all(draw({}, { privateData: { title: '不是私有变量' } }).tree, 'header')[0]?.title, '');
  });

  test('what does not fit its type is as if it were not there', () => {
    assert.equal(all(draw({ rows: '{"label":"x"}' }).tree, 'text').length, 0);
  });

  test('each form of a button does its own', () => {
    const { tree } = draw({ buttons });
    const actions = all(tree, 'button').map(({ action }) => action);
    assert.deepEqual(
      actions.map(({ kind }) => kind),
      ['request', 'request', 'link'],
    );
    const [claim, close] = actions;
    assert.deepEqual(claim?.kind === 'request' && claim.params, { params: { ticket: 'T-1', n: 2 } });
    assert.equal(close?.kind === 'request' && close.confirm?.message, '确定要关闭吗？');
  });

  test('expressions are computed, and one that needs itself is nothing', () => {
    const file = JSON.parse(
      templateFile(
        node('Card', 'c', {}, [
          node('BaseText', 'a', { text: said('colour') }),
          node('BaseText', 'b', { text: said('loops'), visible: when(condition('is_open', 'isTrue')) }),
          node('Loop', 'l', { listData: variable('items') }, [node('BaseText', 'd', { text: said('line') })]),
        ]),
        [
          { name: 'status', type: 'string' },
          { name: 'items', type: 'loopArray', fields: { name: 'string' } },
        ],
      ),
    );
    const editorData = JSON.parse(file.editorData);
    editorData.expList = [
      { name: 'colour', expContent: "status == 'open' ? 'blue' :\n(status == 'late' ? 'red' : 'gray')" },
      { name: 'is_open', expContent: "status == 'open' || len(items) > 5" },
      { name: 'loops', expContent: 'loops + 1' },
      { name: 'line', expContent: 'concat(subdataIndex() + 1, ". ", subdata("name"))' },
    ];
    const template = readTemplate({ ...file, editorData: JSON.stringify(editorData) });
    const seen = (status: string) =>
      all(
        drawCard(template, { cardData: { status, items: '[{"name":"甲"},{"name":"乙"}]' } }).tree,
        'text',
      ).map(({ text }) => text);
    assert.deepEqual(seen('late'), ['red', '1. 甲', '2. 乙']);
    assert.deepEqual(seen('open'), ['blue', '1', '1. 甲', '2. 乙']);
  });

  test('data may decide between a link and a request', () => {
    const template = readTemplate(
      templateFile(
        node('Card', 'c', {}, [
          node('Loop', 'l', { listData: variable('btns') }, [
            node('SingleButton', 'b', {
              ...{ text: words('x'), actionType: 'dynamicEvent' },
              dynamicEventVar: { ...variable('btns[0].action'), varType: 'dynamicEvent' },
              status: bound('dynamicSelect', 'btns[0].status', 'normal'),
            }),
          ]),
        ]),
        [{ name: 'btns', type: 'loopArray', fields: { action: 'dynamicEvent', status: 'string' } }],
      ),
    );
    const btns = JSON.stringify([
      { action: { type: 'openLink', params: { url: 'https://example.com/' } } },
      {
        action: { type: 'sendCardRequest', params: { actionId: 'go', params: { a: [1] } } },
        status: 'disabled',
      },
    ]);
    const drawn = all(drawCard(template, { cardData: { btns } }).tree, 'button');
    assert.deepEqual(
      drawn.map(({ disabled, action }) => [disabled, action.kind]),
      [
        [false, 'link'],
        [true, 'request'],
      ],
    );
  });
});

const form = JSON.stringify({
  fields: [
    { name: 'ticket', type: 'TEXT', hidden: true, defaultValue: 'T-1' },
    { name: 'reply', type: 'TEXT_AREA', label: '回复', required: true },
    {
      ...{ name: 'level', type: 'SELECT', label: '级别' },
      options: [
        { value: 'low', text: '低' },
        { value: 'high', text: '高' },
      ],
    },
    { name: 'tags', type: 'MULTI_SELECT', label: '标签', options: [{ value: 'a', text: '甲' }] },
    { name: 'notify', type: 'SWITCH', label: '通知客户' },
    { name: 'owner', type: 'TEXT', label: '负责人', readOnly: true, defaultValue: '小王' },
  ],
});

describe('a press', () => {
  const pressing = (selector: Parameters<typeof press>[1], values?: Record<string, unknown>) =>
    press(draw({}, { privateData: { buttons, form, form_button: '发送' } }), selector, values).action;

  test('finds its component by action id, by words or by path, and says what there is otherwise', () => {
    const claim = pressing({ name: 'claim' });
    assert.deepEqual(pressing({ text: '认领' }), claim);
    const path = [3, 'items', 0, 0];
    assert.deepEqual(pressing({ path }), claim);
    assert.throws(() => pressing({ text: '转交' }), /it has "认领", "关闭", "查看", "发送"/);
    assert.throws(() => pressing(undefined), /ambiguous/);
  });

  test('on a form sends a value per field, hidden and read-only ones with their defaults', () => {
    const action = pressing({ text: '发送' }, { reply: '已处理', level: 'high', tags: ['a'] });
    assert.deepEqual(action.kind === 'request' && [action.actionId, action.params], [
      'form',
      {
        form: {
          ...{ ticket: 'T-1', reply: '已处理', level: { index: 1, value: 'high' } },
          ...{ tags: { index: [0], value: ['a'] }, notify: false, owner: '小王' },
        },
      },
    ]);
  });

  test('is not sent while something required is missing or was invented', () => {
    assert.throws(() => pressing({ text: '发送' }, {}), /回复是必填项/);
    assert.throws(() => pressing({ text: '发送' }, { reply: 'x', level: 'none' }), /has no option none/);
    assert.throws(() => pressing({ text: '发送' }, { reply: 'x', owner: '我' }), /cannot be edited/);
    assert.throws(() => pressing({ text: '发送' }, { reply: 'x', other: 1 }), NotPressable);
    assert.throws(() => pressing({ name: 'claim' }, { reply: 'x' }), NotPressable);
  });

  test('on what is disabled does nothing', () => {
    const off = JSON.stringify([{ id: 'claim', text: '认领', status: 'disabled' }]);
    assert.throws(() => press(draw({ buttons: off }), { text: '认领' }, undefined), /is disabled/);
    const done = draw({}, { privateData: { form, form_button: '发送', form_status: 'disabled' } });
    assert.throws(() => press(done, { text: '发送' }, { reply: 'x' }), /is disabled/);
  });

  test('buttons within a form submit it where the template says so', () => {
    const file = templateFile(
      node('Card', 'c', {}, [
        node('Form', 'f', { id: 'form', formSchema: variable('form'), customSubmitEvent: true }, [
          node('SingleButton', 'r', {
            ...{ text: words('回复'), actionType: 'eventChain' },
            events: [
              {
                event: {
                  ...{ actionType: 'request', actionId: words('reply') },
                  params: [{ name: 'form', type: 'fixed', value: 'form' }],
                },
              },
            ],
          }),
          node('SingleButton', 'n', {
            text: words('取消'),
            actionType: 'request',
            actionId: words('cancel'),
          }),
        ]),
      ]),
      [{ name: 'form', type: 'form' }],
    );
    const drawing = drawCard(readTemplate(file), { cardData: { form } });
    const reply = press(drawing, { text: '回复' }, { reply: '好的' }).action;
    assert.equal(reply.kind === 'request' && JSON.stringify(reply.params.form).includes('好的'), true);
    assert.deepEqual(press(drawing, { text: '取消' }, undefined).action.kind, 'request');
  });
});
