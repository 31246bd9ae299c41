import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startSandbox } from '../sandbox.js';
import { agentId, bot, buttonCard, callback, corpId, secret, startWecom, world } from './testing.js';

test('everything but the bytes in flight outlives the process: chats, codes, tasks, tokens', async (t) => {
  const dir = await mkdtemp(path.join(tmpdir(), 'sandbox-wecom-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  let counted = 0;
  const begin = () =>
    startSandbox({
      ...{ dir, host: '127.0.0.1', port: 0, realNow: Date.now, say: () => {} },
      random: () => {
        counted += 1;
        return counted.toString(16).padStart(32, '0');
      },
      world: world({ callback: { url: 'http://127.0.0.1:1/', ...callback } }),
    });
  const json = async (url: string, body?: unknown) =>
    (await fetch(url, body ? { method: 'POST', body: JSON.stringify(body) } : {})).json();
  const first = await begin();
  const { access_token: token } = await json(
    `${first.url}/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${encodeURIComponent(secret)}`,
  );
  const card = buttonCard();
  const body = { touser: 'weiran', agentid: agentId, msgtype: 'template_card', template_card: card };
  const sent = await json(`${first.url}/cgi-bin/message/send?access_token=${token}`, body);
  await first.close();

  const second = await begin();
  t.after(() => second.close());
  const send = `${second.url}/cgi-bin/message/send?access_token=${token}`;
  assert.equal((await json(send, body)).errcode, 42014);
  const update = {
    agentid: agentId,
    response_code: sent.response_code,
    atall: 1,
    button: { replace_name: '好' },
  };
  const to = `${second.url}/cgi-bin/message/update_template_card?access_token=${token}`;
  assert.equal((await json(to, update)).errcode, 0);
  assert.equal((await json(to, update)).errcode, 42022);
  const { chats } = await json(`${second.url}/control/chats?as=wei&platform=wecom`);
  const { id } = chats.find((chat: { peer?: { id: string } }) => chat.peer?.id === bot);
  const { messages } = await json(`${second.url}/control/messages?as=wei&platform=wecom&chat=${id}`);
  assert.deepEqual([messages.length, messages[0].card.replace_text], [1, '好']);
});

test('the world names who can be spoken to, without a secret; what is wrong in it is said', async (t) => {
  const bots = [{ botId: 'aibTest', name: '小智', mode: 'socket', secret: 'the secret of the bot' }];
  const wecom = await startWecom(
    world({ callback: { url: 'http://127.0.0.1:1/', ...callback } }, { aibots: bots }),
  );
  t.after(() => wecom.close());
  const told = JSON.stringify((await wecom.control('GET', 'world')).wecom);
  assert.match(told, /"appId":"1000002","name":"小智客服","kind":"app"/);
  assert.match(told, /"appId":"aibTest","name":"小智","kind":"bot"/);
  assert.match(told, /"name":"播报","kind":"webhook"/);
  for (const hidden of [
    secret,
    callback.token,
    callback.encodingAesKey,
    'the secret of the bot',
    'a-webhook-key',
  ])
    assert.ok(!told.includes(hidden), hidden);
  const refused = (part: Record<string, unknown>) =>
    wecom.control('PUT', 'world', { wecom: part }).then(
      () => assert.fail('it was allowed'),
      (error: Error) => JSON.parse(error.message).code,
    );
  assert.equal(await refused({ people: [{ id: 'x', userId: 'LINXIAOMAN', name: '重名' }] }), 'bad-world');
  assert.equal(await refused({ groups: [{ chatId: 'g', name: 'g', people: ['ghost'] }] }), 'bad-world');
  const short = { url: 'http://127.0.0.1:1/', token: 't', encodingAesKey: 'short' };
  assert.equal(
    await refused({ apps: [{ agentId: 5, secret: 's', name: 'n', callback: short }] }),
    'misshapen',
  );
});

test('ordered faults meet calls: a code, a status, an effect whose answer is lost', async (t) => {
  const wecom = await startWecom();
  t.after(() => wecom.close());
  const fault = (more: Record<string, unknown>) =>
    wecom.control('POST', 'faults', { on: { path: '/cgi-bin/message/send', app: bot }, times: 1, ...more });
  await fault({ kind: 'code', code: 45009 });
  const limited = await wecom.send('text', { content: 'x' });
  assert.deepEqual(
    [limited.errcode, String(limited.errmsg).startsWith('api freq out of limit')],
    [45009, true],
  );
  await fault({ kind: 'timeout-after-effect', ms: 1 });
  await assert.rejects(wecom.send('text', { content: '送到了' }));
  assert.equal((await wecom.seen('lin')).at(-1)?.content.content, '送到了');
  await fault({ kind: 'drop-before-effect' });
  await assert.rejects(wecom.send('text', { content: '没送到' }));
  assert.equal((await wecom.seen('lin')).length, 1);
});
