import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CardView } from '../../core/cards/card.js';
import { fit, widthOf } from '../measure.js';
import { hostileTexts, repeatRows, samples, withTexts } from '../samples.js';
import { chosenIn, type WecomCard } from './card.js';
import { type Lengths, lengths } from './limits.js';
import { renderWecom, type WecomOptions } from './render.js';

const page = 'https://desk.example/p/0123456789abcdef';
const app: WecomOptions = { where: 'app', taskId: 'card-1' };
const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);
const drawn = (name: string, options = app): WecomCard =>
  renderWecom({ ...view(name), page }, options) ?? assert.fail(`${name} is not drawn`);
const rowsOf = (card: WecomCard) =>
  (card.horizontal_content_list ?? []).map(
    ({ keyname, value, url }) => `${keyname}|${value}${url ? '|→' : ''}`,
  );
const buttonsOf = (card: WecomCard) =>
  card.card_type === 'button_interaction' ? card.button_list.map(({ text }) => text) : [];
const pressed = (card: WecomCard) =>
  card.card_type === 'button_interaction' ? card.button_list.map(({ key }) => JSON.parse(key)) : [];
const dropdown = (card: WecomCard) =>
  card.card_type === 'button_interaction' ? card.button_selection : undefined;

/** What WeCom refuses, and what its client would cut. */
function accepted(card: WecomCard, room: Lengths): void {
  const shows = (text: string | undefined, max: number) => {
    if (text === undefined) return;
    assert.ok(text !== '' && widthOf(text) <= max, `${max}: ${text}`);
    assert.ok(Buffer.byteLength(text) <= max * 2 * 32 * 3);
    assert.doesNotMatch(text, /[\u202A-\u202E\u2066-\u2069\p{Surrogate}]/u);
  };
  shows(card.source?.desc, room.source);
  shows(card.main_title.title, room.title);
  shows(card.main_title.desc, room.description);
  shows(card.quote_area?.title, room.quoteTitle);
  shows(card.quote_area?.quote_text, room.quote);
  shows(card.sub_title_text, room.paragraph);
  const rows = card.horizontal_content_list ?? [];
  assert.ok(rows.length <= 6);
  for (const { keyname, value, type, url } of rows) {
    shows(keyname, room.rowKey);
    shows(value, room.rowValue);
    assert.equal(type === 1, url !== undefined);
  }
  if (card.card_type === 'text_notice') return;
  const { button_list: buttons, button_selection: selection } = card;
  assert.ok(buttons.length >= 1 && buttons.length <= 6);
  assert.equal(new Set(buttons.map(({ key }) => key)).size, buttons.length);
  for (const { text, key } of buttons) {
    shows(text, room.button);
    assert.ok(Buffer.byteLength(key) <= 1024);
  }
  if (!selection) return;
  const { option_list: options } = selection;
  assert.ok(options.length >= 1 && options.length <= 10);
  assert.equal(new Set(options.map(({ id }) => id)).size, options.length);
  shows(selection.title, room.selectionTitle);
  for (const { id, text } of options) {
    shows(text, room.option);
    assert.ok(id !== '' && Buffer.byteLength(id) <= 128);
  }
}

test('whatever people typed, and however much, each surface gets a card that WeCom accepts and shows whole', () => {
  const typed = fc.oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.integer({ min: 1, max: 10_000 }).map((length) => '长'.repeat(length)),
  );
  const toast = fc.record({ type: fc.constantFrom('success', 'info', 'warning', 'error'), text: typed });
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(samples)),
      fc.constantFrom('app', 'aibot', 'webhook'),
      fc.array(typed, { minLength: 1, maxLength: 12 }),
      fc.option(fc.integer({ min: 0, max: 200 })),
      fc.boolean(),
      fc.option(toast, { nil: undefined }),
      (sample, where, texts, rows, hasPage, notice) => {
        const written = withTexts(sample, (at) => texts[at % texts.length] ?? '');
        const full = rows === null ? written : repeatRows(written, rows);
        const shown = hasPage ? { ...full, page } : full;
        const card = renderWecom(shown, { where, taskId: 'card-1', notice, replaced: '已处理' });
        accepted(card ?? assert.fail('not drawn'), lengths[where]);
      },
    ),
    { numRuns: 300 },
  );
});

test('a conversation that waits: how it stands in its colour, the last words of the customer, one thing to do', () => {
  const card = drawn('desk late');
  assert.deepEqual(card.source, { desc: '等待认领 · 12 分钟', desc_color: 2 });
  assert.equal(card.main_title.title, '王女士 · A12');
  assert.deepEqual(card.quote_area, {
    title: '王女士 · 14:03',
    quote_text: '都试过了，还是不行。能换一台吗？',
  });
  assert.equal(card.sub_title_text, '客户要求转人工，机器人的两个办法都没有解决不出水的问题。');
  assert.deepEqual(rowsOf(card).slice(-2), ['近期订单|T20261108-3391 · ¥1,299.00', '更多|查看全部|→']);
  assert.deepEqual(buttonsOf(card), ['认领']);
  assert.equal(drawn('desk waiting').source?.desc_color, 1);
  assert.equal(drawn('desk claimed').source?.desc_color, 3);
  assert.equal(drawn('desk closed').source?.desc_color, 0);
});

test('rows become one dropdown, called by the argument it fills, and one button', () => {
  const card = drawn('queue');
  const { conversation } = Object(view('desk waiting').data);
  assert.deepEqual(dropdown(card), {
    question_key: 'conversation',
    title: '选择客户',
    option_list: [
      { id: `${conversation}1`, text: 'A9 李雷 · 售后 · 已等待 12 分钟' },
      { id: `${conversation}2`, text: 'A11 Priya Nair · 已等待 6 分钟' },
      { id: conversation, text: 'A12 王女士 · 已等待 1 分钟' },
    ],
  });
  assert.deepEqual(pressed(card), [{ operation: 'conversation.claim', arguments: {} }]);
  // Whoever has waited longest is quoted, and is not said again.
  assert.deepEqual(card.quote_area, {
    title: 'A9 李雷 · 售后 · 已等待 12 分钟',
    quote_text: '退款三天了还没到账，你们到底管不管？',
  });
  assert.deepEqual(card.source, { desc: '有客户久等了', desc_color: 2 });
  assert.deepEqual(rowsOf(card), [
    'A11|Priya Nair · 国际站 · 已等待 6 分钟',
    'A12|王女士 · 售后 · 已等待 1 分钟',
    '更多|还有 12 个未显示|→',
  ]);
});

test('to whom words go is chosen by nobody but the agent: a button each, or a dropdown that begins with a question', () => {
  const choose = view('choose');
  assert.ok(choose.template === 'choose');
  const { draft, choices } = choose.data;
  const few = drawn('choose');
  assert.deepEqual(buttonsOf(few), ['发送 A9', '发送 A11', '发送 A12', '取消']);
  assert.equal(dropdown(few), undefined);
  assert.deepEqual(pressed(few)[0], {
    operation: 'draft.send',
    arguments: { draft, conversation: choices[0]?.conversation },
  });
  const [first] = choices;
  assert.ok(first);
  const many = Array.from({ length: 8 }, (_, at) => ({
    ...first,
    conversation: `c-${at}`,
    code: `B${at + 1}`,
  }));
  const card = renderWecom({ ...choose, data: { ...choose.data, choices: many } }, app);
  assert.ok(card);
  assert.deepEqual(buttonsOf(card), ['发送', '取消']);
  assert.deepEqual(dropdown(card)?.option_list.slice(0, 2), [
    { id: '-', text: '请选择' },
    { id: 'c-0', text: 'B1 李雷 · 售后 · 已等待 12 分钟' },
  ]);
  assert.deepEqual(pressed(card)[0], { operation: 'draft.send', arguments: { draft } });
  assert.deepEqual(['-', 'c-0'].map(chosenIn), ['', 'c-0']);
});

test('the one next action comes first, what destroys last, and "the next" is not mistaken for "the chosen"', () => {
  assert.deepEqual(buttonsOf(drawn('waiting')), ['认领下一位', '认领所选', '我的会话']);
  assert.deepEqual(buttonsOf(drawn('brief')), ['转交', '等待队列', '更多', '结束会话']);
  assert.deepEqual(buttonsOf(drawn('waiting one')), ['认领', '我的会话']);
  assert.deepEqual(rowsOf(drawn('waiting one')), [], 'the one who waits is quoted');
});

test('a form: what is chosen is chosen here, what is written is written on the page', () => {
  const card = drawn('brief');
  assert.deepEqual(
    dropdown(card)?.option_list.map(({ id }) => id),
    ['-', 'solved', 'unsolved', 'noReply', 'duplicate'],
  );
  assert.equal(dropdown(card)?.question_key, 'reason');
  assert.deepEqual(rowsOf(card).slice(-2), ['会话记录|查看全部|→', '会话小结|去填写|→']);
  const colleagues = Array.from({ length: 30 }, (_, at) => ({ label: `同事 ${at}`, value: `member-${at}` }));
  const transfer = view('transfer');
  assert.ok(transfer.template === 'transfer');
  const many = renderWecom({ ...transfer, page, data: { ...transfer.data, colleagues } }, app);
  assert.ok(many);
  assert.equal(dropdown(many)?.option_list.length, 10);
  assert.ok(rowsOf(many).includes('更多|查看全部|→'));
});

test('of many facts the first are shown, and the last row says where the rest is', () => {
  const brief = view('brief');
  assert.ok(brief.template === 'brief');
  const profile = Array.from({ length: 9 }, (_, at) => ({ label: `第 ${at} 项`, value: `${at}` }));
  const card = renderWecom({ ...brief, page, data: { ...brief.data, profile } }, app);
  assert.deepEqual(card && rowsOf(card), [
    ...[0, 1, 2, 3].map((at) => `第 ${at} 项|${at}`),
    '会话记录|查看全部|→',
    '会话小结|去填写|→',
  ]);
});

test('without a page nothing leads anywhere; what can be neither pressed nor opened is said in words', () => {
  const card = renderWecom(view('queue'), app);
  assert.ok(card && !JSON.stringify(card).includes('"url"'));
  assert.equal(card.main_title.desc, '还有 12 个未显示');
  assert.equal(renderWecom(view('desk closed'), app), undefined);
  assert.equal(renderWecom(view('transfer nobody'), app), undefined);
});

test('an update that leaves nothing to press keeps the look of the card and has one dead label', () => {
  const card = renderWecom(view('desk closed'), { where: 'app', replaced: '已处理' });
  assert.ok(card?.card_type === 'button_interaction');
  assert.deepEqual([card.replace_text, card.source?.desc], ['已处理', '已结束 · 已解决']);
  assert.equal(drawn('desk closed', { where: 'app', replaced: '已处理' }).card_type, 'text_notice');
});

test('a notice stands in the first line in its own colour; a long one below the title', () => {
  const claimed = (type: 'success' | 'warning', text: string) =>
    drawn('desk claimed', { where: 'app', notice: { type, text } });
  const done = claimed('success', '已认领 A12（王女士）');
  assert.deepEqual(done.source, { desc: '✓ 已认领 A12（王女士）', desc_color: 3 });
  assert.equal(done.main_title.desc, '陈一 处理中');
  const refused = claimed('warning', '这个会话由 陈一 处理，需要时请联系 TA 或主管。');
  assert.deepEqual(refused.source, { desc: '陈一 处理中', desc_color: 2 });
  assert.equal(refused.main_title.desc, '⚠ 这个会话由 陈一 处理，需要时请联系 TA 或主管。');
});

test('no more than one button stands out', () => {
  for (const [name, sample] of Object.entries(samples)) {
    for (const where of ['app', 'aibot'] as const) {
      const card = renderWecom({ ...sample, page }, { where });
      const positive =
        card?.card_type === 'button_interaction' ? card.button_list.filter(({ style }) => style === 1) : [];
      assert.ok(positive.length <= 1, `${name} in an ${where}`);
    }
  }
});

test('an alert says in a word that it wants to be looked at', () => {
  assert.deepEqual(drawn('alert').source, { desc: '请留意', desc_color: 2 });
  assert.deepEqual(drawn('alert with a button').source, { desc: '需要处理', desc_color: 2 });
});

test('a group’s webhook gets a card to read and to open, and nothing to press', () => {
  const card = drawn('alert with a button', { where: 'webhook' });
  assert.equal(card.card_type, 'text_notice');
  assert.deepEqual(card.card_action, { type: 1, url: page });
  assert.equal(renderWecom(view('alert with a button'), { where: 'webhook' }), undefined);
});

test('answers too many or too long for buttons become a dropdown under their heading', () => {
  const answer = view('answer');
  assert.ok(answer.template === 'answer');
  const asking = (...questions: string[]) => {
    const related = questions.map((question) => ({ question }));
    return renderWecom({ ...answer, data: { ...answer.data, related } }, app) ?? assert.fail();
  };
  assert.deepEqual(buttonsOf(asking('多久到货', '运费谁出')), ['多久到货', '运费谁出']);
  assert.deepEqual(buttonsOf(asking('换货多久能收到新机')), ['换货多久能收到新机']);
  // Two share a line, and have half of it each.
  const questions = ['换货多久能收到新机', '超过 7 天还能换货吗'];
  const card = asking(...questions);
  assert.equal(dropdown(card)?.title, '相关问题');
  assert.deepEqual(buttonsOf(card), ['查看']);
  assert.deepEqual(
    dropdown(card)?.option_list.map(({ id }) => id),
    questions,
  );
});

test('a long name gives way to the code and to how long the customer has waited', () => {
  const queue = view('queue');
  assert.ok(queue.template === 'queue');
  const rows = queue.data.rows.map((row) => ({ ...row, customer: '欧阳'.repeat(60) }));
  const card = renderWecom({ ...queue, data: { ...queue.data, rows } }, app);
  assert.ok(card);
  assert.match(rowsOf(card)[0] ?? '', /^A11\|欧阳.*… · 国际站 · 已等待 6 分钟$/);
  assert.match(dropdown(card)?.option_list[0]?.text ?? '', /^A9 欧阳.*… · 已等待 12 分钟$/);
  const desk = view('desk waiting');
  assert.ok(desk.template === 'desk');
  const named = renderWecom({ ...desk, data: { ...desk.data, customer: '欧阳'.repeat(60) } }, app);
  assert.match(named?.main_title.title ?? '', /^欧阳.*… · A12$/);
});

test('texts are measured as they stand, and cut between what is read as one', () => {
  assert.equal(widthOf('A12 王女士'), 5);
  assert.equal(fit('王女士', 3), '王女士');
  assert.equal(fit('王女士们', 3), '王女…');
  assert.equal(fit('abcdefgh', 4), 'abcdefgh');
  assert.equal(fit('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2), '👩‍👩‍👧‍👦…');
  const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, max) => {
      const short = fit(text, max);
      assert.ok(widthOf(short) <= max);
      assert.ok(short === text || (short.endsWith('…') && text.startsWith(short.slice(0, -1))));
    }),
  );
});
