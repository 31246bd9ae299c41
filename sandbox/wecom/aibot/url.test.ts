import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { encrypt, getSignature } from '@wecom/crypto';
import { eventually } from '../../testing.js';
import {
  type AppServer,
  buttonCard,
  callback,
  png,
  startApp,
  startWecom,
  type Wecom,
  world,
} from '../testing.js';

const botId = 'aibUrl';

describe('an AI bot at an address', () => {
  let app: AppServer;
  let wecom: Wecom;
  before(async () => {
    app = await startApp('json');
    const bot = {
      botId,
      name: '小慧',
      mode: 'url',
      callback: { url: app.url, ...callback },
      plainUserIds: true,
    };
    const group = { chatId: 'wrGroup', name: '客服群', people: ['lin', 'wei'], aibots: [botId] };
    wecom = await startWecom(world({}, { aibots: [bot], groups: [group] }));
  });
  after(async () => {
    await wecom.close();
    await app.close();
  });
  beforeEach(async () => {
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
    app.heard = [];
    app.status = 200;
    app.answer = () => undefined;
    app.raw = undefined;
  });

  const say = (more: Record<string, unknown>) => wecom.control('POST', 'say', { as: 'lin', ...more });
  const inGroup = (text: string, more: Record<string, unknown> = {}) =>
    say({ chat: 'wrGroup', text, mention: [botId], ...more });
  const bodies = (): Record<string, unknown>[] => app.heard.map(({ plain }) => JSON.parse(plain));
  const next = (type = 'text') => eventually(() => bodies().find(({ msgtype }) => msgtype === type));
  const group = async (as = 'lin') => (await wecom.seen(as, 'wrGroup')).at(-1);
  const tick = () => wecom.control('POST', 'clock', { advanceMs: 1_000 });
  const stream = (content: string, finish: boolean, id = 's1') =>
    JSON.stringify({ msgtype: 'stream', stream: { id, finish, content } });
  const later = async (url: unknown, body: Record<string, unknown>) =>
    (await fetch(String(url), { method: 'POST', body: JSON.stringify(body) })).json();

  test('the address is verified for nobody, and mentions come with a response_url', async () => {
    await eventually(async () => {
      const { urls } = await wecom.control('GET', 'connections');
      return JSON.stringify(urls).includes('"verified":true') || undefined;
    });
    await inGroup('查订单');
    const body = await next();
    assert.deepEqual(
      [body.chattype, body.chatid, body.aibotid, JSON.stringify(body.from)],
      ['group', 'wrGroup', botId, '{"userid":"LinXiaoMan"}'],
    );
    assert.match(
      String(body.response_url),
      /^http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/aibot\/response\?response_code=/,
    );
  });

  test('an unfinished stream is asked for again until it is finished', async () => {
    let asked = 0;
    app.answer = ({ plain }) => {
      const { msgtype, stream: refreshed } = JSON.parse(plain);
      if (msgtype === 'stream') {
        asked += 1;
        assert.deepEqual(refreshed, { id: 's-grow' });
      }
      return stream(`第${asked}段`, asked === 2, 's-grow');
    };
    await inGroup('讲个故事');
    await eventually(async () => ((await group('wei'))?.content.content === '第0段' ? true : undefined));
    await tick();
    await eventually(async () => ((await group('wei'))?.content.content === '第1段' ? true : undefined));
    await tick();
    await eventually(async () => ((await group('wei'))?.content.finish === true ? true : undefined));
    await wecom.control('POST', 'clock', { advanceMs: 60_000 });
    assert.equal(asked, 2);
  });

  test('a stream that never ends is asked for no longer than six minutes', async () => {
    app.answer = ({ plain }) =>
      stream('还在想', !plain.includes('想一想') && !plain.includes('s-endless'), 's-endless');
    const refreshes = () =>
      bodies().filter(({ stream: asked }) => JSON.stringify(asked ?? '').includes('s-endless'));
    await inGroup('想一想');
    await eventually(async () => ((await group())?.content.content === '还在想' ? true : undefined));
    await tick();
    await eventually(() => (refreshes().length === 1 ? true : undefined));
    await wecom.control('POST', 'clock', { advanceMs: 360_000 });
    app.answer = () => stream('好', true, 's-other');
    await inGroup('别的事');
    await eventually(async () => ((await group())?.content.content === '好' ? true : undefined));
    assert.equal(refreshes().length, 1);
  });

  test('message callbacks come again, card events and greetings once', async () => {
    app.status = 500;
    await inGroup('坏了');
    await eventually(() => (bodies().length === 1 ? true : undefined));
    const { msgid } = await next();
    for (let at = 2; at <= 4; at += 1) {
      await tick();
      await eventually(() => (bodies().length === at ? true : undefined));
    }
    assert.equal(new Set(bodies().map((body) => body.msgid)).size, 1);
    assert.equal(bodies()[3]?.msgid, msgid);
    app.heard = [];
    await wecom.control('POST', 'enter', { as: 'wei', app: botId });
    await next('event');
    await wecom.control('POST', 'clock', { advanceMs: 60_000 });
    assert.equal(app.heard.length, 1);
  });

  test('the deferred reply is one new message, once, within an hour', async () => {
    await inGroup('晚点说');
    const { response_url: url } = await next();
    const update = { response_type: 'update_template_card', template_card: buttonCard() };
    assert.equal((await later(url, update)).errcode, 40008);
    assert.equal((await later(url, { msgtype: 'markdown', markdown: { content: '**好了**' } })).errcode, 0);
    assert.equal((await group())?.content.content, '**好了**');
    assert.equal((await later(url, { msgtype: 'markdown', markdown: { content: '又' } })).errcode, 42022);
    app.heard = [];
    await inGroup('再晚点');
    const late = await next();
    await wecom.control('POST', 'clock', { advanceMs: 3_600_001 });
    assert.equal(
      (await later(late.response_url, { msgtype: 'markdown', markdown: { content: '迟' } })).errcode,
      42016,
    );
    assert.doesNotMatch(JSON.stringify(await wecom.control('GET', 'calls')), /response_code=[^…]/);
  });

  test('a card comes with a stream, and its press is answered with the card for all', async () => {
    const card = { ...buttonCard(), task_id: 'url-1' };
    app.answer = ({ plain }) => {
      const { msgtype } = JSON.parse(plain);
      if (msgtype !== 'event')
        return JSON.stringify({
          msgtype: 'stream_with_template_card',
          stream: { id: 's-card', finish: true, content: '请选择' },
          template_card: card,
        });
      return JSON.stringify({
        response_type: 'update_template_card',
        template_card: { ...card, replace_text: '已处理' },
      });
    };
    await inGroup('给卡片');
    const shown = await eventually(async () => {
      const last = await group();
      return last?.card ? last : undefined;
    });
    assert.equal((await wecom.seen('lin', 'wrGroup')).at(-2)?.content.content, '请选择');
    const click = { as: 'wei', message: shown.id, button: { name: 'claim' }, form: { skill: 'pre' } };
    assert.deepEqual(await wecom.control('POST', 'click', click), { cardUpdated: true });
    const event = await next('event');
    assert.match(
      JSON.stringify(event.event),
      /"selected_item":\[\{"question_key":"skill","option_ids":\{"option_id":\["pre"\]/,
    );
    for (const as of ['lin', 'wei']) assert.equal((await group(as))?.card?.replace_text, '已处理');
  });

  test('a quote comes with its words and without its id', async () => {
    const { messageId } = await say({ chat: 'wrGroup', text: '这单 〔T8812〕 怎么了' });
    await inGroup('帮看看', { quote: messageId });
    const body = await next();
    assert.deepEqual(body.quote, { msgtype: 'text', text: { content: '这单 〔T8812〕 怎么了' } });
    assert.ok(!JSON.stringify(body).includes(String(messageId)));
  });

  test('one to one it hears pictures with words, voices as text and files, encrypted under its own key', async () => {
    const attachment = { base64: png, name: '图.png' };
    await say({ bot: botId, text: '看图', image: attachment });
    const mixed = await next('mixed');
    const text = JSON.stringify(mixed.mixed);
    assert.match(text, /"content":"看图"/);
    const url = /"url":"([^"]+)"/.exec(text)?.[1] ?? '';
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    const key = Buffer.from(`${callback.encodingAesKey}=`, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
    assert.equal(plain.subarray(0, plain.length - (plain.at(-1) ?? 0)).toString('base64'), png);
    const amr = { base64: Buffer.from('#!AMR\n00').toString('base64'), name: '语音.amr' };
    await say({ bot: botId, text: '我要退货', file: amr });
    assert.deepEqual((await next('voice')).voice, { content: '我要退货' });
    await say({ bot: botId, file: { base64: Buffer.from('%PDF-1.7').toString('base64'), name: 'a.pdf' } });
    await next('file');
    const refused = say({ chat: 'wrGroup', image: attachment, mention: [botId] });
    assert.equal(
      await refused.then(
        () => 'allowed',
        (error: Error) => JSON.parse(error.message).code,
      ),
      'not-delivered',
    );
  });

  test('answers with another nonce, for somebody, or against the rules say nothing', async () => {
    const drops = async () => {
      const { drops: all } = await wecom.control('GET', 'drops');
      return Array.isArray(all) ? all.map(({ why }) => String(why)) : [];
    };
    const sealed = (plain: string, nonce: string, id = ''): string => {
      const encrypted = encrypt(callback.encodingAesKey, plain, id);
      const msgsignature = getSignature(callback.token, '1', nonce, encrypted);
      return JSON.stringify({ encrypt: encrypted, msgsignature, timestamp: 1, nonce });
    };
    const bad: [(nonce: string) => string, RegExp][] = [
      [() => sealed(stream('x', true, 'b1'), 'mine'), /nonce is not the callback's own/],
      [(nonce) => sealed(stream('x', true, 'b2'), nonce, 'ww1'), /must be for nobody/],
      [(nonce) => sealed('{"msgtype":"text","text":{"content":"x"}}', nonce), /msgtype text/],
      [(nonce) => sealed(stream('字'.repeat(6_827), true, 'b3'), nonce), /at most 20480 bytes/],
      [() => 'nothing', /not a JSON object/],
    ];
    for (const [raw, words] of bad) {
      app.raw = ({ query }) => raw(query.get('nonce') ?? '');
      await inGroup('说');
      await eventually(async () => ((await drops()).some((why) => words.test(why)) ? true : undefined));
    }
  });

  test('under an answer that asks for it, thumbs are told; three streams at once are enough', async () => {
    app.answer = () =>
      JSON.stringify({
        msgtype: 'stream',
        stream: { id: 'fb', finish: true, content: '好', feedback: { id: 'fb-1' } },
      });
    await inGroup('评一评');
    const shown = await eventually(async () =>
      (await group())?.type === 'stream' ? await group() : undefined,
    );
    await wecom.control('POST', 'react', { as: 'lin', message: shown.id, emoji: 'THUMBSDOWN' });
    assert.match(JSON.stringify((await next('event')).event), /"feedback_event":\{"id":"fb-1","type":2/);
    let at = 0;
    app.answer = () => {
      at += 1;
      return stream('……', false, `open-${at}`);
    };
    for (let count = 0; count < 3; count += 1) await say({ as: 'wei', bot: botId, text: '快' });
    await eventually(() => (at >= 3 ? true : undefined));
    const fourth = await eventually(async () =>
      say({ as: 'wei', bot: botId, text: '还有' }).then(
        () => undefined,
        (error: Error) => JSON.parse(error.message).code,
      ),
    );
    assert.equal(fourth, 'busy');
  });
});
