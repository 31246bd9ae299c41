import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Problem, validateTemplateCard, type Where } from './validate.js';

type Card = Record<string, unknown>;

const opens = { type: 1, url: 'https://kf.example.com/c/1' };
const text: Card = { card_type: 'text_notice', main_title: { title: '通知' }, card_action: opens };
const news: Card = {
  card_type: 'news_notice',
  main_title: { title: '图文' },
  card_image: { url: 'https://kf.example.com/a.png' },
  card_action: opens,
};
const button: Card = {
  card_type: 'button_interaction',
  task_id: 'conv-8812-1',
  main_title: { title: '新会话 #8812' },
  button_list: [{ text: '认领', style: 1, key: 'claim:8812' }],
};
const options = [{ id: 'a', text: '甲' }];
const vote: Card = {
  card_type: 'vote_interaction',
  task_id: 'v-1',
  main_title: { title: '投票' },
  checkbox: { question_key: 'q', option_list: options },
  submit_button: { text: '提交', key: 'go' },
};
const multiple: Card = {
  card_type: 'multiple_interaction',
  task_id: 'm-1',
  main_title: { title: '选择' },
  select_list: [{ question_key: 'q', title: '原因', option_list: options }],
  submit_button: { text: '提交', key: 'go' },
};

const refusals = (card: Card, where: Where = 'app'): Problem[] =>
  validateTemplateCard(card, where).filter(({ severity }) => severity === 'refused');
const refused = (card: Card, where: Where = 'app'): string[] =>
  refusals(card, where).map(({ code, path }) => `${code} ${path}`);
const cut = (card: Card, where: Where = 'app'): string[] =>
  validateTemplateCard(card, where)
    .filter(({ severity }) => severity === 'cut')
    .map(({ path }) => path);

describe('the rules of template cards', () => {
  test('the smallest card of each kind is taken', () => {
    for (const card of [text, news, button, vote, multiple])
      assert.deepEqual(validateTemplateCard(card, 'app'), []);
    for (const card of [text, news, button, vote, multiple])
      assert.deepEqual(validateTemplateCard(card, 'aibot'), []);
  });

  test('the full button card of the documents is taken', () => {
    const full = {
      ...button,
      source: { icon_url: 'https://kf.example.com/i.png', desc: '客服工作台', desc_color: 1 },
      action_menu: { desc: '更多', action_list: [{ text: '静音', key: 'mute' }] },
      quote_area: { ...opens, title: '引用', quote_text: '原话' },
      sub_title_text: '订单三天没发货',
      horizontal_content_list: [
        { keyname: '等级', value: 'VIP' },
        { keyname: '资料', value: '查看', ...opens },
        { keyname: '附件', value: '合同.pdf', type: 2, media_id: 'M' },
        { keyname: '负责', value: '林', type: 3, userid: 'lin' },
      ],
      card_action: opens,
      button_selection: { question_key: 's', title: '转给', option_list: options, selected_id: 'a' },
    };
    assert.deepEqual(validateTemplateCard(full, 'app'), []);
  });

  test('what a kind must have is missed', () => {
    const without = (card: Card, name: string) => refused({ ...card, [name]: undefined });
    assert.deepEqual(refused({ card_type: 'text_notice', card_action: opens }), ['40063 main_title.title']);
    assert.deepEqual(refused({ card_type: 'text_notice', card_action: opens, sub_title_text: 'x' }), []);
    assert.ok(refused({ ...text, card_action: { type: 0 } }).length > 0);
    assert.ok(refused({ ...text, card_action: { type: 1 } }).includes('40063 card_action.url'));
    assert.ok(without(news, 'main_title').length > 0);
    const plain = { card_type: 'news_notice', main_title: { title: '图文' }, card_action: opens };
    assert.deepEqual(refused(plain), ['40063 card_image']);
    assert.deepEqual(refused({ ...button, main_title: { desc: '只有说明' } }), ['40063 main_title.title']);
    for (const [card, name] of [
      [button, 'button_list'],
      [vote, 'checkbox'],
      [multiple, 'select_list'],
    ] as const) {
      const { [name]: _, ...rest } = card;
      assert.deepEqual(refused(rest), [`40063 ${name}`]);
    }
  });

  test('a card that calls back needs a task_id from an app, not from a bot', () => {
    const { task_id: _, ...untasked } = button;
    assert.deepEqual(refused(untasked), ['40063 task_id']);
    assert.deepEqual(refused(untasked, 'aibot'), []);
    const menu = { action_list: [{ text: '静音', key: 'mute' }] };
    assert.deepEqual(refused({ ...text, action_menu: menu }), ['40063 task_id']);
    assert.deepEqual(refused({ ...text, action_menu: menu, task_id: 'a@b-c_1' }), []);
    for (const task_id of ['', 'a b', '任务', 'x'.repeat(129), 5])
      assert.deepEqual(refused({ ...button, task_id }), ['42014 task_id'], String(task_id));
  });

  test('a field stands only where the kind has it', () => {
    assert.deepEqual(refused({ ...button, emphasis_content: { title: '1' } }), ['40058 emphasis_content']);
    assert.deepEqual(refused({ ...button, jump_list: [] }), ['40058 jump_list']);
    assert.deepEqual(refused({ ...button, jump_list: [{ title: '去' }] }, 'passive'), []);
    assert.deepEqual(refused({ ...vote, sub_title_text: 'x' }), ['40058 sub_title_text']);
    assert.deepEqual(refused({ ...text, button_list: [] }), ['40058 button_list']);
    assert.deepEqual(refused({ ...button, header: {} }), ['40058 header']);
    assert.deepEqual(refused({ ...button, replace_text: '已认领' }), ['40058 replace_text']);
    assert.deepEqual(refused({ ...button, replace_text: '已认领' }, 'app-update'), []);
    assert.deepEqual(refused({ ...button, feedback: { id: 'f' } }), ['40058 feedback']);
    assert.deepEqual(refused({ ...button, feedback: { id: 'f' } }, 'aibot'), []);
  });

  test('counts are kept', () => {
    const many = <T>(count: number, make: (at: number) => T): T[] =>
      Array.from({ length: count }, (_, at) => make(at));
    const buttons = (count: number) => ({
      ...button,
      button_list: many(count, (at) => ({ text: '好', key: `k${at}` })),
    });
    assert.deepEqual(refused(buttons(6)), []);
    assert.deepEqual(refused(buttons(7)), ['40058 button_list']);
    assert.deepEqual(refused(buttons(0)), ['40058 button_list']);
    const rows = (count: number) => ({
      ...text,
      horizontal_content_list: many(count, () => ({ keyname: '行' })),
    });
    assert.deepEqual([refused(rows(6)), refused(rows(7))], [[], ['40058 horizontal_content_list']]);
    const jumps = (count: number) => ({ ...text, jump_list: many(count, () => ({ title: '去' })) });
    assert.deepEqual([refused(jumps(3)), refused(jumps(4))], [[], ['40058 jump_list']]);
    const verticals = (count: number) => ({
      ...news,
      vertical_content_list: many(count, () => ({ title: '段' })),
    });
    assert.deepEqual([refused(verticals(4)), refused(verticals(5))], [[], ['40058 vertical_content_list']]);
    const choices = (count: number) => many(count, (at) => ({ id: `${at}`, text: '项' }));
    const box = (count: number) => ({
      ...vote,
      checkbox: { question_key: 'q', option_list: choices(count) },
    });
    assert.deepEqual([refused(box(20)), refused(box(21))], [[], ['40058 checkbox.option_list']]);
    const select = (at: number, count = 1) => ({ question_key: `q${at}`, option_list: choices(count) });
    const selects = (count: number) => ({ ...multiple, select_list: many(count, (at) => select(at)) });
    assert.deepEqual([refused(selects(3)), refused(selects(4))], [[], ['40058 select_list']]);
    assert.equal(refused({ ...multiple, select_list: [select(1, 11)] }).length, 1);
    const menu = (count: number) => ({ action_list: many(count, (at) => ({ text: '项', key: `${at}` })) });
    assert.equal(refused({ ...button, action_menu: menu(4) }).length, 1);
    assert.equal(refused({ ...button, action_menu: menu(4) }, 'passive').length, 0);
  });

  test('keys are there, short enough and different', () => {
    const two = (first: unknown, second: unknown) => ({
      ...button,
      button_list: [
        { text: '一', key: first },
        { text: '二', key: second },
      ],
    });
    assert.deepEqual(refused(two('a', 'a')), ['42019 button_list[1].key']);
    assert.deepEqual(refused(two('a', '')), ['42018 button_list[1].key']);
    assert.deepEqual(refused(two('a', '长'.repeat(342))), ['42018 button_list[1].key']);
    assert.deepEqual(refused(two('a', '长'.repeat(341))), []);
    assert.deepEqual(refused({ ...button, button_list: [{ text: '', key: 'a' }] }), [
      '42020 button_list[0].text',
    ]);
    const item = { text: '项', key: 'claim:8812' };
    assert.deepEqual(refused({ ...button, action_menu: { action_list: [item] } }), []);
    const menuTwice = { ...button, action_menu: { action_list: [item, item] } };
    assert.deepEqual(refused(menuTwice), ['42019 action_menu.action_list[1].key']);
    const same = [...options, { id: 'a', text: '乙' }];
    const twice = { ...vote, checkbox: { question_key: 'q', option_list: same } };
    assert.deepEqual(refused(twice), ['42019 checkbox.option_list[1].id']);
    const select = { question_key: 'q', option_list: options };
    assert.deepEqual(refused({ ...multiple, select_list: [select, select] }), [
      '42019 select_list[1].question_key',
    ]);
  });

  test('a type brings what it needs, and a link is a whole address', () => {
    const row = (more: Card) => ({
      ...text,
      horizontal_content_list: [{ keyname: '行', value: 'x', ...more }],
    });
    assert.deepEqual(refused(row({ type: 1 })), ['40063 horizontal_content_list[0].url']);
    assert.deepEqual(refused(row({ type: 2 })), ['40063 horizontal_content_list[0].media_id']);
    assert.deepEqual(refused(row({ type: 3 })), ['40063 horizontal_content_list[0].userid']);
    assert.deepEqual(refused(row({ type: 4 })), ['40058 horizontal_content_list[0].type']);
    assert.deepEqual(refused(row({ type: 2, media_id: 'm' }), 'aibot'), [
      '40058 horizontal_content_list[0].type',
    ]);
    for (const url of ['', 'kf.example.com', 'javascript:alert(1)', `https://x/${'a'.repeat(2048)}`])
      assert.equal(refused(row({ type: 1, url })).length > 0, true, url);
    assert.deepEqual(refused({ ...text, quote_area: { type: 2 } }), ['40063 quote_area.appid']);
    const jump = (more: Card) => ({ ...text, jump_list: [{ title: '问', type: 3, ...more }] });
    assert.deepEqual(refused(jump({ question: '查订单' }), 'aibot'), []);
    assert.deepEqual(refused(jump({}), 'aibot'), ['40063 jump_list[0].question']);
    assert.ok(refused(jump({ question: '查订单' })).length > 0);
    assert.deepEqual(refused({ ...news, card_image: { url: opens.url, aspect_ratio: 2.25 } }), [
      '40058 card_image.aspect_ratio',
    ]);
  });

  test('buttons that open an address are for apps only', () => {
    const linked = { ...button, button_list: [{ text: '打开', ...opens }] };
    assert.deepEqual(refused(linked), []);
    assert.deepEqual(refused({ ...button, button_list: [{ text: '打开', type: 1 }] }), [
      '40063 button_list[0].url',
    ]);
    assert.ok(refused(linked, 'aibot').includes('40058 button_list[0].type'));
  });

  test('a webhook sends notices without a menu', () => {
    assert.deepEqual(validateTemplateCard(text, 'webhook'), []);
    assert.deepEqual(refused(button, 'webhook'), ['40058 card_type']);
    const menu = { action_list: [{ text: '项', key: 'k' }] };
    assert.deepEqual(refused({ ...text, action_menu: menu }, 'webhook'), ['40058 action_menu']);
  });

  test('what is too long to be shown is cut, sooner for bots, and not refused', () => {
    const long = { ...button, main_title: { title: '题'.repeat(27) }, sub_title_text: '文'.repeat(113) };
    assert.deepEqual(cut(long), []);
    assert.deepEqual(cut(long, 'aibot'), ['main_title.title', 'sub_title_text']);
    assert.deepEqual(cut({ ...button, button_list: [{ text: '一二三四五六七八九十一', key: 'k' }] }), [
      'button_list[0].text',
    ]);
    assert.deepEqual(cut({ ...button, main_title: { title: '😀'.repeat(36) } }), []);
    assert.deepEqual(cut({ ...button, main_title: { title: '😀'.repeat(37) } }), ['main_title.title']);
    assert.deepEqual(cut({ ...button, button_list: [{ text: '好', key: 'k', style: 9 }] }), [
      'button_list[0].style',
    ]);
    const both = { ...text, quote_area: { title: '引' }, emphasis_content: { title: '1' } };
    assert.deepEqual([cut(both), refused(both)], [['quote_area'], []]);
  });

  test('what is no card at all is refused with words', () => {
    const odd: unknown[] = [null, 'card', [], {}, { card_type: 'poster' }, { ...button, button_list: 'x' }];
    for (const card of [...odd, { ...button, main_title: 5 }, { ...vote, checkbox: [] }])
      assert.ok(validateTemplateCard(card, 'app').length > 0);
  });
});
