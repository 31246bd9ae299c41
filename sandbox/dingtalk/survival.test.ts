import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../testing.js';
import { startReceiver } from './receiver.js';
import { appKey, appSecret, dingtalkWorld, fetchJson, group, templateId } from './testing.js';

const main = fileURLToPath(new URL('../main.js', import.meta.url));

let dir = '';
let child: ChildProcess | undefined;
before(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sandbox-dingtalk-'));
});
after(async () => {
  child?.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

const start = async (...more: string[]): Promise<string> => {
  child = spawn(process.execPath, [main, '--data', path.join(dir, 'data'), ...more], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) return String(JSON.parse(line).url);
  throw new Error('the sandbox did not start');
};

const post = (url: string, body: unknown, token = '') =>
  fetchJson(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-acs-dingtalk-access-token': token },
    body: JSON.stringify(body),
  });

test('what DingTalk knew survives kill -9: tokens, cards, sessions, usage, and what an app was still to hear', async () => {
  const app = await startReceiver();
  const file = path.join(dir, 'world.json');
  await writeFile(file, JSON.stringify(dingtalkWorld({ mode: 'http', robotUrl: app.url })));
  const url = await start('--world', file);
  const { accessToken } = (await post(`${url}/v1.0/oauth2/accessToken`, { appKey, appSecret })).body;
  const create = (base: string) =>
    post(
      `${base}/v1.0/card/instances/createAndDeliver`,
      {
        ...{ cardTemplateId: templateId, outTrackId: 'kept', openSpaceId: `dtv1.card//IM_GROUP.${group}` },
        cardData: { cardParamMap: { title: '留住我' } },
        imGroupOpenSpaceModel: { supportForward: false },
        imGroupOpenDeliverModel: { robotCode: appKey },
      },
      String(accessToken),
    );
  assert.equal((await create(url)).status, 200);
  let isSilent = false;
  app.answer = () => (isSilent ? new Promise(() => {}) : '{}');
  await post(`${url}/control/say`, { platform: 'dingtalk', as: 'lin', bot: appKey, text: '一' });
  const first = await eventually(() => app.received[0]);
  isSilent = true;
  const waiting = { platform: 'dingtalk', as: 'lin', bot: appKey, text: '未被听见' };
  const { messageId } = (await post(`${url}/control/say`, waiting)).body;
  await eventually(() => app.received[1]);
  child?.kill('SIGKILL');
  await new Promise((resolve) => child?.once('exit', resolve));

  isSilent = false;
  app.received = [];
  const again = await start();
  const heard = await eventually(() => app.received[0]);
  assert.equal(JSON.parse(heard.body).msgId, messageId);
  assert.equal((await create(again)).body.code, 'param.cardAlreadyExist');
  const seen = await fetchJson(
    `${again}/control/messages?platform=dingtalk&as=wei&chat=${encodeURIComponent(group)}`,
  );
  assert.match(JSON.stringify(seen.body), /留住我/);
  const session = new URL(JSON.parse(first.body).sessionWebhook);
  const answered = await post(`${again}${session.pathname}${session.search}`, {
    ...{ msgtype: 'text', text: { content: '还在' } },
  });
  assert.equal(answered.code, 0);
  const { dingtalk } = (await fetchJson(`${again}/control/world`)).body;
  assert.match(JSON.stringify(dingtalk), /"calls":2,"pushes":3/);
  await app.close();
});
