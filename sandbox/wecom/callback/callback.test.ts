import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { encrypt, getSignature } from '@wecom/crypto';
import { eventually } from '../../testing.js';
import {
  type AppServer,
  bot,
  callback,
  corpId,
  type Heard,
  passive,
  png,
  secret,
  startApp,
  startWecom,
  type Wecom,
  world,
} from '../testing.js';
import { textOf } from './xml.js';

const field = (heard: Heard, name: string): string | undefined => textOf(heard.xml, name);
const amr = Buffer.from('#!AMR\n0123456789').toString('base64');
const mp4 = Buffer.from('\0\0\0\x18ftypmp42').toString('base64');

describe('what an app is told, and what its answers do', () => {
  let app: AppServer;
  let wecom: Wecom;
  const given = (more: Record<string, unknown> = {}) =>
    world({ callback: { url: app.url, ...callback }, menu: [{ key: 'mine', name: '我的会话' }], ...more });
  before(async () => {
    app = await startApp();
    wecom = await startWecom(given());
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

  const next = (wanted: (heard: Heard) => boolean = () => true) => eventually(() => app.heard.find(wanted));
  const nextOf = (type: string) =>
    next((heard) => [field(heard, 'Event'), field(heard, 'MsgType')].includes(type));
  const outcomes = async () => {
    const { deliveries } = await wecom.control('GET', 'deliveries');
    return Array.isArray(deliveries) ? deliveries : [];
  };
  const drops = async () => {
    const { drops: all } = await wecom.control('GET', 'drops');
    return Array.isArray(all) ? all : [];
  };
  const last = async (as = 'lin') => (await wecom.seen(as)).at(-1);
  const error = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail('it was allowed'),
      (refusal: Error) => String(JSON.parse(refusal.message).code),
    );

  test('the address is verified by an encrypted echo, which must come back bare', async () => {
    const verified = async (url: string) => {
      const { urls } = await wecom.control('GET', 'connections');
      return Array.isArray(urls) ? urls.find((each) => each.url === url) : undefined;
    };
    await eventually(async () => (await verified(app.url))?.verified || undefined);
    const quoting = createServer((_request, response) => response.end('"almost"'));
    await new Promise<void>((resolve) => quoting.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = quoting.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    await wecom.control('PUT', 'world', given({ callback: { url, ...callback } }));
    const { problem } = await eventually(async () => {
      const found = await verified(url);
      return found?.problem ? found : undefined;
    });
    assert.equal(problem, 'the answer is not exactly the decrypted echostr');
    await wecom.control('PUT', 'world', given());
    await new Promise((resolve) => quoting.close(resolve));
  });

  test('a text comes with the sender, a time in seconds and a 64-bit id', async () => {
    const { messageId } = await wecom.say({ text: '在吗 ]]> <b>' });
    const heard = await next();
    const names = ['ToUserName', 'FromUserName', 'MsgType', 'Content', 'AgentID'];
    const read = Object.fromEntries(names.map((name) => [name, field(heard, name)]));
    assert.deepEqual(read, {
      ToUserName: corpId,
      FromUserName: 'LinXiaoMan',
      MsgType: 'text',
      Content: '在吗 ]]> <b>',
      AgentID: bot,
    });
    assert.ok(Number(field(heard, 'MsgId')) > Number.MAX_SAFE_INTEGER);
    assert.match(String(field(heard, 'CreateTime')), /^\d{10}$/);
    assert.equal(typeof messageId, 'string');
  });

  test('pictures, voices, videos, places and links come in their own elements; files do not come at all', async () => {
    await wecom.say({ image: { base64: png, name: 'a.png' } });
    const image = await nextOf('image');
    const token = await wecom.tokenOf(secret);
    const media = `/cgi-bin/media/get?media_id=${field(image, 'MediaId')}&access_token=${token}`;
    const got = await fetch(wecom.url + media);
    assert.equal(Buffer.from(await got.arrayBuffer()).toString('base64'), png);
    assert.match(String(got.headers.get('content-disposition')), /filename="a.png"/);
    const picture = await fetch(String(field(image, 'PicUrl')));
    assert.equal(Buffer.from(await picture.arrayBuffer()).toString('base64'), png);
    await wecom.say({ file: { base64: amr, name: 'a.amr' } });
    assert.equal(field(await nextOf('voice'), 'Format'), 'amr');
    await wecom.say({ file: { base64: mp4, name: 'a.mp4' } });
    assert.ok(field(await nextOf('video'), 'ThumbMediaId'));
    await wecom.say({ location: { latitude: 31.23, longitude: 121.47, name: '人民广场' } });
    const place = await nextOf('location');
    assert.deepEqual([field(place, 'Location_X'), field(place, 'AppType')], ['31.23', 'wxwork']);
    await wecom.say({ link: { title: '订单', url: 'https://a.example/' } });
    assert.equal(field(await nextOf('link'), 'Url'), 'https://a.example/');
    const pdf = Buffer.from('%PDF-1.7 whatever').toString('base64');
    assert.equal(await error(wecom.say({ file: { base64: pdf, name: 'a.pdf' } })), 'not-delivered');
  });

  test('entering, the menu and its links are told, unless they are not ticked', async () => {
    const menu = [
      { key: 'mine', name: '我的会话' },
      { name: '更多', items: [{ name: '帮助', url: 'https://a.example/h' }] },
    ];
    await wecom.control('PUT', 'world', given({ menu }));
    await wecom.control('POST', 'enter', { as: 'lin', app: bot });
    assert.equal(field(await nextOf('enter_agent'), 'EventKey'), '');
    await wecom.control('POST', 'menu', { as: 'lin', app: bot, key: 'mine' });
    assert.equal(field(await nextOf('click'), 'EventKey'), 'mine');
    await wecom.control('POST', 'menu', { as: 'lin', app: bot, key: 'https://a.example/h' });
    assert.equal(field(await nextOf('view'), 'EventKey'), 'https://a.example/h');
    assert.equal(
      await error(wecom.control('POST', 'menu', { as: 'lin', app: bot, key: 'no' })),
      'no-menu-item',
    );
    await wecom.control('PUT', 'world', given({ events: ['click'] }));
    app.heard = [];
    await wecom.control('POST', 'enter', { as: 'lin', app: bot });
    await wecom.control('POST', 'menu', { as: 'lin', app: bot, key: 'mine' });
    await nextOf('click');
    assert.equal(app.heard.length, 1);
    assert.match(
      (await outcomes()).map(({ outcome }) => outcome).join(),
      /withheld: enter_agent is not ticked/,
    );
    await wecom.control('PUT', 'world', given({ events: undefined }));
  });

  test('who comes, changes or leaves is told to the apps that see them, once', async () => {
    const people = [
      { id: 'hao', userId: 'haoxin', name: '郝新' },
      { id: 'wei', userId: 'weiran', name: '魏然然' },
    ];
    const visible = ['lin', 'wei', 'hao'];
    await wecom.control('PUT', 'world', {
      wecom: { ...given({ visible }).wecom, people, groups: undefined },
    });
    const created = await next((heard) => field(heard, 'ChangeType') === 'create_user');
    assert.deepEqual([field(created, 'FromUserName'), field(created, 'UserID')], ['sys', 'haoxin']);
    assert.equal(field(await nextOf('subscribe'), 'FromUserName'), 'haoxin');
    const updated = await next((heard) => field(heard, 'ChangeType') === 'update_user');
    assert.equal(field(updated, 'Name'), '魏然然');
    const count = app.heard.length;
    await wecom.control('PUT', 'world', { wecom: { people: [{ ...people[0], departed: true }] } });
    assert.equal(
      field(await next((heard) => field(heard, 'ChangeType') === 'delete_user'), 'UserID'),
      'haoxin',
    );
    assert.equal(field(await nextOf('unsubscribe'), 'FromUserName'), 'haoxin');
    assert.equal(app.heard.length, count + 2);
    assert.equal((await wecom.send('text', { content: 'x' }, { touser: 'haoxin' })).errcode, 81013);
    assert.equal(await error(wecom.say({ as: 'hao' })), 'departed');
  });

  test('a refused or unanswered message comes again three times with the same plain text, and never after', async () => {
    app.status = 500;
    await wecom.say({ text: '坏了' });
    for (let tries = 1; tries <= 4; tries += 1) {
      await eventually(async () => {
        const settled = (await outcomes()).filter(({ outcome }) => outcome === 'HTTP 500');
        return settled.length === tries ? true : undefined;
      });
      assert.equal(app.heard.length, tries);
      await wecom.control('POST', 'clock', { advanceMs: 1_000 });
    }
    await wecom.control('POST', 'clock', { advanceMs: 3_600_000 });
    assert.equal(app.heard.length, 4);
    assert.equal(new Set(app.heard.map(({ plain }) => plain)).size, 1);
    assert.ok(new Set(app.heard.map(({ query }) => query.get('msg_signature'))).size > 1);
  });

  test('an answer that was lost on the way says nothing, the one to the repetition does', async () => {
    const on = { delivery: 'event', event: 'text', platform: 'wecom' };
    await wecom.control('POST', 'faults', { on, kind: 'timeout-after-effect', times: 1 });
    app.answer = () => passive('text', `<Content><![CDATA[第${app.heard.length}次]]></Content>`);
    await wecom.say({ text: '你好' });
    await eventually(async () => ((await outcomes()).at(-1)?.outcome === 'timeout' ? true : undefined));
    assert.equal((await last())?.content.content, '你好');
    await wecom.control('POST', 'clock', { advanceMs: 1_000 });
    await eventually(async () => ((await last())?.content.content === '第2次' ? true : undefined));
  });

  test('passive replies of every type arrive; what cannot be read is passed over and written down', async () => {
    const { media_id: media } = await wecom.upload('image', Buffer.from(png, 'base64'), 'a.png');
    const article = '<item><Title><![CDATA[题]]></Title><Url><![CDATA[https://a.example/]]></Url></item>';
    const replies = [
      ['text', '<Content><![CDATA[好的]]></Content>'],
      ['image', `<Image><MediaId><![CDATA[${media}]]></MediaId></Image>`],
      ['news', `<ArticleCount>1</ArticleCount><Articles>${article}</Articles>`],
    ] as const;
    for (const [type, inside] of replies) {
      app.answer = () => passive(type, inside);
      await wecom.say({ text: `来个${type}` });
      await eventually(
        async () => ((await last())?.type === type && (await last())?.author.id === bot) || undefined,
      );
    }
    const before = (await drops()).length;
    const wrong = [
      () => passive('poster', ''),
      () => passive('image', '<Image><MediaId>old</MediaId></Image>'),
      () => passive('update_button', '<Button><ReplaceName>x</ReplaceName></Button>'),
      () => 'no xml',
    ];
    for (const answer of wrong) {
      app.answer = answer;
      await wecom.say({ text: '再来' });
      await eventually(async () =>
        (await drops()).length > before + wrong.indexOf(answer) ? true : undefined,
      );
    }
    app.raw = () => '<xml><Encrypt>AAAA</Encrypt><MsgSignature>0</MsgSignature></xml>';
    await wecom.say({ text: '伪造' });
    await eventually(async () => ((await drops()).at(-1)?.why.includes('signature') ? true : undefined));
    const forOther = encrypt(callback.encodingAesKey, passive('text', '<Content>x</Content>'), 'ww_other');
    const signature = getSignature(callback.token, '1', 'n', forOther);
    app.raw = () =>
      `<xml><Encrypt>${forOther}</Encrypt><MsgSignature>${signature}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>`;
    await wecom.say({ text: '给别人' });
    await eventually(async () => ((await drops()).at(-1)?.why.includes('ww_other') ? true : undefined));
  });
});
