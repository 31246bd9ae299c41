import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually } from '../../testing.js';
import { childOf, textOf } from '../callback/xml.js';
import {
  type AppServer,
  agentId,
  bot,
  buttonCard,
  callback,
  type Heard,
  passive,
  startApp,
  startWecom,
  type Wecom,
  world,
} from '../testing.js';

const field = (heard: Heard, name: string): string | undefined => textOf(heard.xml, name);

describe('cards: presses, copies and codes', () => {
  let app: AppServer;
  let wecom: Wecom;
  before(async () => {
    app = await startApp();
    wecom = await startWecom(world({ callback: { url: app.url, ...callback } }));
  });
  after(async () => {
    await wecom.close();
    await app.close();
  });
  beforeEach(async () => {
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
    app.heard = [];
    app.answer = () => undefined;
  });

  const nextOf = (event: string) =>
    eventually(() => app.heard.find((heard) => field(heard, 'Event') === event));
  const last = async (as = 'lin') => (await wecom.seen(as)).at(-1);
  const error = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail('it was allowed'),
      (refusal: Error) => String(JSON.parse(refusal.message).code),
    );

  const sendCard = async (more: Record<string, unknown> = {}, to: Record<string, unknown> = {}) => {
    const sent = await wecom.send('template_card', buttonCard(more), {
      touser: 'linxiaoman|weiran',
      ...to,
    });
    assert.equal(sent.errcode, 0, String(sent.errmsg));
    const message = async (as: string) => (await last(as)) ?? assert.fail('no message');
    return { code: sent.response_code, lin: (await message('lin')).id, wei: (await message('wei')).id };
  };
  const click = (as: string, message: unknown, more: Record<string, unknown> = {}) =>
    wecom.control('POST', 'click', { as, message, button: { name: 'claim' }, ...more });
  const update = (code: unknown, more: Record<string, unknown>) =>
    wecom.call('POST', '/cgi-bin/message/update_template_card', {
      agentid: agentId,
      response_code: code,
      ...more,
    });
  const replaced = async (as: string) => (await last(as))?.card?.replace_text;

  test('a press tells key, task, a code of its own and what is selected', async () => {
    const { lin } = await sendCard({ task_id: 'conv-1' });
    await click('lin', lin, { form: { skill: 'pre' } });
    const heard = await nextOf('template_card_event');
    const read = ['FromUserName', 'EventKey', 'TaskId', 'CardType', 'AgentID'].map((name) =>
      field(heard, name),
    );
    assert.deepEqual(read, ['LinXiaoMan', 'claim', 'conv-1', 'button_interaction', bot]);
    assert.ok(field(heard, 'ResponseCode'));
    const item = childOf(childOf(heard.xml, 'SelectedItems'), 'SelectedItem');
    assert.equal(textOf(item, 'QuestionKey'), 'skill');
    assert.equal(textOf(childOf(item, 'OptionIds'), 'OptionId'), 'pre');
    app.heard = [];
    await click('lin', lin, { button: { text: '转接' } });
    const preset = await nextOf('template_card_event');
    assert.match(preset.plain, /<OptionId><!\[CDATA\[post\]\]>/);
    assert.equal(await error(click('lin', lin, { form: { skill: 'none' } })), 'not-pressable');
    assert.equal(await error(click('lin', lin, { button: { name: 'close' } })), 'not-pressable');
    assert.equal(await error(click('lin', lin, { form: { other: '1' } })), 'not-pressable');
  });

  test('votes and selects tell one item each, a vote with all its options', async () => {
    const submit = { submit_button: { text: '提交', key: 'go' }, main_title: { title: '题' } };
    const option_list = ['a', 'b', 'c'].map((id) => ({ id, text: id, is_checked: id === 'a' }));
    const vote = { card_type: 'vote_interaction', task_id: 'vote-1', ...submit };
    await wecom.send('template_card', { ...vote, checkbox: { question_key: 'q', mode: 1, option_list } });
    const voted = await last();
    await click('lin', voted?.id, { button: { text: '提交' }, form: { q: ['b', 'c'] } });
    const heard = await nextOf('template_card_event');
    const ids = heard.plain.match(/<OptionId><!\[CDATA\[(\w)/g);
    assert.deepEqual([ids?.length, field(heard, 'EventKey')], [2, 'go']);
    app.heard = [];
    const plain = option_list.map(({ id, text }) => ({ id, text }));
    const select_list = ['x', 'y'].map((key) => ({
      question_key: key,
      option_list: plain,
      selected_id: 'b',
    }));
    await wecom.send('template_card', {
      card_type: 'multiple_interaction',
      task_id: 'm-1',
      ...submit,
      select_list,
    });
    await click('lin', (await last())?.id, { button: undefined, form: { y: 'c' } });
    const chosen = (await nextOf('template_card_event')).plain.match(/<OptionId><!\[CDATA\[(\w)/g);
    assert.deepEqual(chosen, ['<OptionId><![CDATA[b', '<OptionId><![CDATA[c']);
  });

  test('a passive answer changes the copy of whoever pressed, and nobody else’s', async () => {
    const { lin, wei } = await sendCard();
    app.answer = () =>
      passive('update_button', '<Button><ReplaceName><![CDATA[已认领]]></ReplaceName></Button>');
    assert.deepEqual(await click('lin', lin), { cardUpdated: true });
    assert.deepEqual([await replaced('lin'), await replaced('wei')], ['已认领', undefined]);
    assert.equal(await error(click('lin', lin)), 'not-pressable');
    app.answer = () =>
      passive(
        'update_template_card',
        '<TemplateCard><CardType>text_notice</CardType><MainTitle><Title><![CDATA[已被认领]]></Title></MainTitle><HorizontalContentList><KeyName>谁</KeyName><Value>林</Value></HorizontalContentList><HorizontalContentList><KeyName>何时</KeyName></HorizontalContentList><CardAction><Type>1</Type><Url>https://a.example/</Url></CardAction></TemplateCard>',
      );
    assert.deepEqual(await click('wei', wei), { cardUpdated: true });
    const card = (await last('wei'))?.card;
    assert.equal(card?.card_type, 'text_notice');
    assert.equal(Array.isArray(card?.horizontal_content_list) && card.horizontal_content_list.length, 2);
    assert.equal((await last('lin'))?.card?.card_type, 'button_interaction');
  });

  test('a passive card that WeCom would refuse changes nothing', async () => {
    const { lin } = await sendCard();
    app.answer = () =>
      passive('update_template_card', '<TemplateCard><CardType>text_notice</CardType></TemplateCard>');
    const { cardUpdated, error: why } = await click('lin', lin);
    assert.equal(cardUpdated, false);
    assert.match(String(why), /card_action/);
    assert.equal((await last())?.card?.card_type, 'button_interaction');
  });

  test('the code of a send updates once, whomever is named; the code of each press once more', async () => {
    const { code, lin } = await sendCard();
    const button = { replace_name: '已被认领' };
    const first = await update(code, { userids: ['WEIRAN', 'nobody'], button });
    assert.deepEqual([first.errcode, first.invaliduser], [0, ['nobody']]);
    assert.deepEqual([await replaced('lin'), await replaced('wei')], [undefined, '已被认领']);
    assert.equal((await update(code, { atall: 1, button })).errcode, 42022);
    await click('lin', lin);
    const pressed = field(await nextOf('template_card_event'), 'ResponseCode');
    assert.equal((await update(pressed, { atall: 1, button: { replace_name: '结束' } })).errcode, 0);
    assert.deepEqual([await replaced('lin'), await replaced('wei')], ['结束', '结束']);
    assert.equal((await update(pressed, { atall: 1, button })).errcode, 42022);
  });

  test('a whole new card keeps its task, and can be pressed again', async () => {
    const { code, lin } = await sendCard({ task_id: 'conv-9' });
    const { task_id: _, ...card } = buttonCard({ button_list: [{ text: '结束', key: 'close' }] });
    assert.equal((await update(code, { userids: ['linxiaoman'], template_card: card })).errcode, 0);
    await click('lin', lin, { button: { name: 'close' } });
    const heard = await nextOf('template_card_event');
    assert.deepEqual([field(heard, 'EventKey'), field(heard, 'TaskId')], ['close', 'conv-9']);
  });

  test('updates are refused for a strange, old or foreign code, for nobody, and for a bad card', async () => {
    const { code } = await sendCard();
    const button = { replace_name: '好' };
    assert.equal((await update('nothing', { atall: 1, button })).errcode, 42016);
    assert.equal((await update(code, { button })).errcode, 82001);
    assert.equal((await update(code, { atall: 1, button: {} })).errcode, 42020);
    assert.equal((await update(code, { atall: 1 })).errcode, 40063);
    assert.equal(
      (await update(code, { atall: 1, template_card: { card_type: 'text_notice' } })).errcode,
      40063,
    );
    const other = {
      agentId: 1000009,
      secret: 'yet another secret',
      name: '别的',
      callback: { url: app.url, ...callback },
    };
    await wecom.control('PUT', 'world', { wecom: { apps: [other] } });
    const token = await wecom.tokenOf(other.secret);
    const foreign = { agentid: other.agentId, response_code: code, atall: 1, button };
    const path = '/cgi-bin/message/update_template_card';
    assert.equal((await wecom.call('POST', path, foreign, token)).errcode, 42015);
    assert.equal((await update(code, { agentid: other.agentId, atall: 1, button })).errcode, 301002);
    await wecom.control('POST', 'clock', { advanceMs: 72 * 3_600_000 + 1_000 });
    assert.equal((await update(code, { atall: 1, button })).errcode, 42016);
  });

  test('the menu of a card is an event of its own, and links tell nobody', async () => {
    const { lin } = await sendCard({
      action_menu: { desc: '更多', action_list: [{ text: '静音', key: 'mute' }] },
      horizontal_content_list: [{ keyname: '资料', value: '查看', type: 1, url: 'https://a.example/c' }],
    });
    await click('lin', lin, { button: { text: '静音' } });
    const heard = await nextOf('template_card_menu_event');
    assert.deepEqual([field(heard, 'EventKey'), childOf(heard.xml, 'SelectedItems')], ['mute', undefined]);
    app.heard = [];
    const opened = await click('lin', lin, { button: { text: '查看' } });
    assert.deepEqual(opened, { cardUpdated: false, url: 'https://a.example/c' });
    assert.equal(app.heard.length, 0);
  });

  test('without an answer the press came to nothing, and comes again', async () => {
    const { lin } = await sendCard();
    const on = { delivery: 'callback', platform: 'wecom' };
    await wecom.control('POST', 'faults', { on, kind: 'timeout-after-effect', times: 1 });
    app.answer = () => passive('update_button', '<Button><ReplaceName>好</ReplaceName></Button>');
    assert.deepEqual(await click('lin', lin), { cardUpdated: false, errorCode: 1, error: 'timeout' });
    assert.equal(await replaced('lin'), undefined);
    await wecom.control('POST', 'clock', { advanceMs: 1_000 });
    await eventually(async () => ((await replaced('lin')) === '好' ? true : undefined));
    assert.equal(app.heard.length, 2);
  });
});
