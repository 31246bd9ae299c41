import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { bot, buttonCard, callback, corpId, png, secret, startWecom, type Wecom, world } from '../testing.js';

const HOUR_MS = 60 * 60 * 1000;
const withCallback = { callback: { url: 'http://127.0.0.1:1/', ...callback } };

describe('application messages', () => {
  let wecom: Wecom;
  before(async () => {
    wecom = await startWecom(world(withCallback));
  });
  after(() => wecom.close());
  beforeEach(async () => {
    // Otherwise these tests together would say more than thirty things a minute to one member.
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
  });

  const texts = async (as: string) => (await wecom.seen(as)).map(({ content }) => content.content);

  test('a token is the same while it lives, 42001 when it is old, 40014 when it was revoked or never was', async (t) => {
    const get = async (query: string) => (await fetch(`${wecom.url}/cgi-bin/gettoken?${query}`)).json();
    const right = `corpid=${corpId}&corpsecret=${encodeURIComponent(secret)}`;
    const first = await get(right);
    assert.deepEqual([first.errcode, first.expires_in], [0, 7200]);
    assert.equal((await get(right)).access_token, first.access_token);
    assert.equal((await get(`corpid=ww1&corpsecret=x`)).errcode, 40013);
    assert.equal((await get(`corpid=${corpId}&corpsecret=x`)).errcode, 40001);
    assert.equal((await get(`corpid=${corpId}`)).errcode, 41004);
    const getUser = (token: string) => wecom.call('GET', '/cgi-bin/user/get?userid=weiran', undefined, token);
    assert.equal((await getUser('nothing')).errcode, 40014);
    assert.equal((await getUser('')).errcode, 41001);
    assert.equal((await getUser(first.access_token)).errcode, 0);
    const other = await startWecom(world());
    t.after(() => other.close());
    const ask = (token: string) => other.call('GET', '/cgi-bin/user/get?userid=weiran', undefined, token);
    const old = await other.tokenOf(secret);
    await other.control('POST', 'clock', { advanceMs: 2 * HOUR_MS + 1_000 });
    assert.equal((await ask(old)).errcode, 42001);
    const fresh = await other.tokenOf(secret);
    assert.notEqual(fresh, old);
    assert.equal((await ask(fresh)).errcode, 0);
    await other.control('POST', 'tokens/expire', { app: bot });
    assert.equal((await ask(fresh)).errcode, 40014);
  });

  test('a refusal is HTTP 200 with words, a hint and a link; no secret is written down', async () => {
    const response = await fetch(`${wecom.url}/cgi-bin/user/get?userid=x&access_token=a-secret-token`);
    assert.equal(response.status, 200);
    const { errmsg } = await response.json();
    assert.match(
      errmsg,
      /^invalid access_token, hint: \[\d+_\d+_[0-9a-f]+\], from ip: .*devtool\/query\?e=40014$/,
    );
    const log = JSON.stringify(await wecom.control('GET', 'calls'));
    assert.doesNotMatch(log, /a-secret-token|the secret of/);
    assert.match(log, /"code":40014/);
    assert.equal((await fetch(`${wecom.url}/cgi-bin/nothing/here`)).status, 404);
    assert.equal((await wecom.call('GET', '/cgi-bin/message/send')).errcode, 40058);
    const broken = await fetch(`${wecom.url}/cgi-bin/message/send?access_token=x`, {
      method: 'POST',
      body: '{',
    });
    assert.equal((await broken.json()).errcode, 40014);
  });

  test('receivers: case does not count, the invisible are named, and none at all is a refusal', async () => {
    const partly = await wecom.send('text', { content: '您好' }, { touser: 'LINXIAOMAN|Outside|nobody' });
    assert.deepEqual([partly.errcode, partly.invaliduser], [0, 'outside|nobody']);
    assert.equal((await texts('lin')).at(-1), '您好');
    const none = await wecom.send('text', { content: 'x' }, { touser: 'outside' });
    assert.deepEqual([none.errcode, none.invaliduser], [81013, 'outside']);
    assert.equal((await wecom.send('text', { content: 'x' }, { touser: '' })).errcode, 81012);
    const everyone = await wecom.send('text', { content: '全体' }, { touser: '@all' });
    assert.equal(everyone.errcode, 0);
    assert.deepEqual([(await texts('lin')).at(-1), (await texts('wei')).at(-1)], ['全体', '全体']);
    const party = await wecom.send('text', { content: '部门' }, { touser: '', toparty: '2|77', totag: '5' });
    assert.deepEqual([party.errcode, party.invalidparty, party.invalidtag], [0, '77', '5']);
    assert.equal((await texts('wei')).at(-1), '部门');
    const many = Array.from({ length: 1001 }, (_, at) => `u${at}`).join('|');
    assert.equal((await wecom.send('text', { content: 'x' }, { touser: many })).errcode, 40058);
    const parties = Array.from({ length: 101 }, (_, at) => at).join('|');
    assert.equal((await wecom.send('text', { content: 'x' }, { toparty: parties })).errcode, 82002);
  });

  test('an app speaks for itself only', async () => {
    assert.equal((await wecom.send('text', { content: 'x' }, { agentid: 77 })).errcode, 40056);
    await wecom.control('PUT', 'world', {
      wecom: { apps: [{ agentId: 1000003, secret: 'another secret', name: '另一个' }] },
    });
    assert.equal((await wecom.send('text', { content: 'x' }, { agentid: 1000003 })).errcode, 301002);
  });

  test('texts are cut at 2048 bytes without a word, markdown is refused', async () => {
    assert.equal((await wecom.send('text', { content: '字'.repeat(1000) })).errcode, 0);
    assert.equal((await texts('lin')).at(-1), '字'.repeat(682));
    assert.equal((await wecom.send('text', { content: '' })).errcode, 44004);
    assert.equal((await wecom.send('markdown', { content: '字'.repeat(1000) })).errcode, 45002);
    assert.equal((await wecom.send('markdown', { content: '# 标题' })).errcode, 0);
  });

  test('cards of text and news have what they need', async () => {
    const card = { title: '题'.repeat(60), description: '述', url: 'https://kf.example.com/' };
    assert.equal((await wecom.send('textcard', card)).errcode, 0);
    const last = (await wecom.seen('lin')).at(-1);
    assert.deepEqual([last?.content.title, last?.content.btntxt], ['题'.repeat(42), '详情']);
    assert.equal((await wecom.send('textcard', { ...card, description: undefined })).errcode, 41033);
    assert.equal((await wecom.send('textcard', { ...card, title: '' })).errcode, 40063);
    assert.equal((await wecom.send('textcard', { ...card, url: 'kf.example.com' })).errcode, 40058);
    const article = { title: '题', url: 'https://kf.example.com/' };
    assert.equal((await wecom.send('news', { articles: Array(8).fill(article) })).errcode, 0);
    assert.equal((await wecom.send('news', { articles: Array(9).fill(article) })).errcode, 45008);
    assert.equal((await wecom.send('news', { articles: [] })).errcode, 40063);
    assert.equal((await wecom.send('poster', {})).errcode, 40008);
    assert.equal((await wecom.send('miniprogram_notice', {})).errcode, 48002);
  });

  test('media last three days, are of their own type, and are given back', async () => {
    const { upload } = wecom;
    const image = await upload('image', Buffer.from(png, 'base64'), '照片.png');
    assert.equal(image.errcode, 0);
    assert.equal((await wecom.send('image', { media_id: image.media_id })).errcode, 0);
    assert.equal((await wecom.send('file', { media_id: image.media_id })).errcode, 40007);
    assert.equal((await upload('image', Buffer.from('no picture at all'), 'x.png')).errcode, 40007);
    assert.equal((await upload('voice', Buffer.from('no voice'), 'x.amr')).errcode, 40007);
    assert.equal((await upload('file', Buffer.from('tiny'), 'x')).errcode, 44001);
    assert.equal((await upload('poster', Buffer.from('x'.repeat(9)), 'x')).errcode, 40058);
    const shown = await fetch(`${wecom.url}/control/resources/${image.media_id}`);
    assert.equal(shown.headers.get('content-type'), 'image/png');
    await wecom.control('POST', 'clock', { advanceMs: 72 * HOUR_MS + 1_000 });
    assert.equal((await wecom.send('image', { media_id: image.media_id })).errcode, 40007);
  });
});

describe('what WeCom drops without a word', () => {
  let wecom: Wecom;
  before(async () => {
    wecom = await startWecom(world({ ...withCallback, accountLimit: 1 }));
  });
  after(() => wecom.close());
  const drops = async () => {
    const { drops: all } = await wecom.control('GET', 'drops');
    return Array.isArray(all) ? all : [];
  };

  test('the 31st message of a minute to one member is answered ok and never arrives', async () => {
    for (let at = 1; at <= 31; at += 1) {
      const { errcode } = await wecom.send('text', { content: `第${at}条` });
      assert.equal(errcode, 0);
    }
    assert.equal((await wecom.send('text', { content: '给魏然' }, { touser: 'weiran' })).errcode, 0);
    const seen = (await wecom.seen('lin')).map(({ content }) => content.content);
    assert.deepEqual([seen.length, seen.at(-1)], [30, '第30条']);
    assert.equal((await wecom.seen('wei')).length, 1);
    const [drop, ...more] = await drops();
    assert.deepEqual([drop.platform, drop.app, drop.person, more.length], ['wecom', bot, 'lin', 0]);
    assert.match(drop.why, /more than 30 in 1 min/);
    const { calls } = await wecom.control('GET', 'calls');
    const dropped = Array.isArray(calls) ? calls.filter((call) => call.dropped) : [];
    assert.equal(dropped.length, 1);
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
    await wecom.send('text', { content: '下一分钟' });
    assert.equal((await wecom.seen('lin')).at(-1)?.content.content, '下一分钟');
  });

  test('an app may speak to 200 persons a day for each account, and the excess vanishes until midnight', async () => {
    for (let minute = 0; minute < 6; minute += 1) {
      await wecom.control('POST', 'clock', { advanceMs: 60_001 });
      for (let at = 0; at < 28; at += 1) await wecom.send('text', { content: '又' });
    }
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
    const before = (await wecom.seen('lin')).length + (await wecom.seen('wei')).length;
    assert.equal(before, 200);
    assert.equal((await wecom.send('text', { content: '第201次' })).errcode, 0);
    assert.equal((await wecom.seen('lin')).at(-1)?.content.content, '又');
    assert.match((await drops()).at(-1).why, /more than 200 person-times a day/);
    await wecom.control('POST', 'clock', { advanceMs: 24 * HOUR_MS });
    await wecom.send('text', { content: '第二天' });
    assert.equal((await wecom.seen('lin')).at(-1)?.content.content, '第二天');
  });

  test('the same to the same, under duplicate check, arrives once in the interval', async (t) => {
    const own = await startWecom(world());
    t.after(() => own.close());
    const twice = (interval?: number) =>
      own.send(
        'text',
        { content: '一次' },
        { enable_duplicate_check: 1, duplicate_check_interval: interval },
      );
    const first = await twice();
    const second = await twice();
    assert.deepEqual([second.errcode, second.msgid], [0, first.msgid]);
    assert.equal((await own.seen('lin')).length, 1);
    await own.send('text', { content: '一次' }, { enable_duplicate_check: 1, touser: 'linxiaoman|weiran' });
    assert.equal((await own.seen('lin')).length, 2);
    await own.control('POST', 'clock', { advanceMs: 1_800_001 });
    await twice();
    assert.equal((await own.seen('lin')).length, 3);
    assert.equal((await twice(14_401)).errcode, 40058);
  });
});

describe('template cards as they are sent', () => {
  let wecom: Wecom;
  before(async () => {
    wecom = await startWecom(world(withCallback));
  });
  after(() => wecom.close());

  test('a task_id is spent by its first card, for ever; a refused card spends none', async () => {
    const card = buttonCard();
    assert.equal((await wecom.send('template_card', { ...card, main_title: {} })).errcode, 40063);
    const sent = await wecom.send('template_card', card);
    assert.equal(sent.errcode, 0);
    assert.equal(typeof sent.response_code, 'string');
    await wecom.control('POST', 'clock', { advanceMs: 90 * 24 * HOUR_MS });
    assert.equal((await wecom.send('template_card', card)).errcode, 42014);
  });

  test('only cards that call back have a response_code, and only an app with an address sends them', async (t) => {
    const own = await startWecom(world());
    t.after(() => own.close());
    const notice = {
      card_type: 'text_notice',
      sub_title_text: '通知',
      card_action: { type: 1, url: 'https://a.example/' },
    };
    const sent = await own.send('template_card', notice);
    assert.deepEqual([sent.errcode, sent.response_code], [0, undefined]);
    assert.equal((await own.send('template_card', buttonCard())).errcode, 43012);
    const menu = { action_list: [{ text: '静音', key: 'mute' }] };
    assert.equal(
      (await own.send('template_card', { ...notice, action_menu: menu, task_id: 't1' })).errcode,
      43012,
    );
  });

  test('a recall reaches every copy, within a day, by the app that sent it', async (t) => {
    const own = await startWecom(world());
    t.after(() => own.close());
    const { msgid } = await own.send('text', { content: '错了' }, { touser: '@all' });
    const recall = (id: unknown) => own.call('POST', '/cgi-bin/message/recall', { msgid: id });
    assert.equal((await recall('nothing')).errcode, 40058);
    assert.equal((await recall(msgid)).errcode, 0);
    for (const as of ['lin', 'wei']) assert.equal((await own.seen(as)).at(-1)?.recalled, true);
    const { msgid: late } = await own.send('text', { content: '太晚' });
    await own.control('POST', 'clock', { advanceMs: 24 * HOUR_MS + 1_000 });
    assert.equal((await recall(late)).errcode, 40058);
  });
});
