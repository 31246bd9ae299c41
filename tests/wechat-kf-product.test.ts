import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { idsFrom, systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import { Vault } from '../core/secrets/vault.js';
import { descriptionSchema } from '../core/setup/description.js';
import { setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { openImdesk } from '../server/imdesk.js';
import { testDatabase } from './database.js';
import { startSandbox, until } from './sandbox.js';

const agentId = 1000002;
const app = `${agentId}`;
const corpId = 'ww0123456789abcdef';
const openKfId = 'wkTest';
const account = '01990000-0000-7000-8004-000000000002';
const keys = {
  secret: 'app-secret-of-the-test',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
/** The desk works in an app of its own: one callback address is one app's. */
const desk = {
  secret: 'desk-secret-of-the-test',
  token: 'desk-token-of-the-test',
  encodingAesKey: 'kWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const deskAgentId = 1000003;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

interface Call {
  path: string;
  code: number;
}
interface Item {
  side: 'me' | 'them' | 'notice';
  body: { type: string; text?: string; head?: string; name?: string };
}

/** The whole product, its customers at 微信客服 and its agent at WeCom. */
async function opened(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-kf-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url: databaseUrl, db } = await testDatabase(t);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const sandbox = await startSandbox(t, {});
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock: systemClock });
  const description = descriptionSchema.parse({
    tenant: { name: '山屿茶器', robotName: '小屿' },
    workspaces: [
      {
        ...{ name: '企业微信', platform: 'wecom', appId: `${deskAgentId}`, baseUrl: sandbox.url },
        ...{ transport: 'http', address: 'here', credentials: { corpId, agentId: deskAgentId, ...desk } },
      },
    ],
    members: [{ name: '林小满', role: 'agent', identities: { 企业微信: 'linxiaoman' } }],
    queues: [{ name: '售后', members: ['林小满'], desks: [{ workspace: '企业微信', place: 'direct' }] }],
    accounts: [
      {
        ...{ id: account, name: '微信客服', channel: 'wechat-kf', queue: '售后' },
        settings: { corpId, ...keys, openKfId, baseUrl: sandbox.url },
      },
    ],
  });
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  await setUpTenant(
    { db, databaseUrl, vault, clock: systemClock, ids: idsFrom(systemClock), ...ports },
    description,
  );
  const config = readConfig({
    ...{ PORT: String(port), HOST: '127.0.0.1', IMDESK_DATA: folder, DATABASE_URL: databaseUrl },
  });
  const imdesk = await openImdesk({
    config: { ...config, publicUrl: url },
    ...{ databaseUrl, db, vault, masterKey, clock: systemClock, log: silent },
    ...{ processId: 'process-1', random: () => 0 },
  });
  t.after(() => imdesk.stop());
  const { secret, ...seal } = keys;
  const callback = { url: `${url}/channels/wechat-kf/${account}`, ...seal };
  const { secret: deskSecret, ...deskSeal } = desk;
  await sandbox.control('PUT', 'world', {
    wecom: {
      corpId,
      people: [{ id: 'lin', userId: 'LinXiaoMan', name: '林小满' }],
      apps: [
        { agentId, secret, name: '微信客服', callback },
        {
          ...{ agentId: deskAgentId, secret: deskSecret, name: '小智客服' },
          callback: { url: `${url}/bots/wecom/here`, ...deskSeal },
        },
      ],
      kf: {
        agentId: app,
        accounts: [{ openKfId, name: '山屿茶器客服', servicers: ['LinXiaoMan'] }],
        customers: [{ id: 'wang', nickname: '王女士', externalUserId: 'wmWang', unionId: 'uWang' }],
      },
    },
  });
  await until('both addresses are verified', async () => {
    const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
    return urls.length === 2 && urls.every(({ verified }) => verified);
  });

  const where = `as=wang&account=${openKfId}`;
  const post = async (what: string, body: object = {}) => {
    const response = await fetch(`${sandbox.url}/wechat-kf/${what}?${where}&scene=shop`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const phone = {
    enters: () => post('enter'),
    does: (act: object) => post('act', act),
    says: (text: string) => post('act', { do: 'say', text }),
    servicer: (act: object) => post('servicer', { servicer: 'LinXiaoMan', ...act }),
    heard: async (): Promise<string[]> => {
      const { items } = await (await fetch(`${sandbox.url}/wechat-kf/view?${where}`)).json();
      return items
        .filter(({ side }: Item) => side === 'them')
        .map(({ body }: Item) => body.text ?? body.head ?? body.name ?? body.type);
    },
    hears: (words: string) =>
      until(`the customer hears ${words}`, async () =>
        (await phone.heard()).some((one) => one.includes(words)),
      ),
  };
  const at = 'platform=wecom&as=lin';
  const agent = {
    sees: async () => {
      const { chats } = await sandbox.control<{ chats: { id: string }[] }>('GET', `chats?${at}`);
      const [chat] = chats;
      if (!chat) return [];
      const { messages } = await sandbox.control<{
        messages: { id: string; content: { content?: string }; card?: object }[];
      }>('GET', `messages?${at}&chat=${chat.id}`);
      return messages;
    },
    hears: (words: string) =>
      until(`the agent hears ${words}`, async () =>
        (await agent.sees()).some(({ content, card }) =>
          JSON.stringify([content, card ?? {}]).includes(words),
        ),
      ),
    says: (text: string) =>
      sandbox.control('POST', 'say', { platform: 'wecom', as: 'lin', bot: `${deskAgentId}`, text }),
  };
  const calls = async (): Promise<Call[]> =>
    (await sandbox.control<{ calls: Call[] }>('GET', 'calls?since=0')).calls.filter(({ path: at }) =>
      at.startsWith('/cgi-bin/kf/'),
    );
  return { phone, agent, calls, sandbox, db };
}

test('a customer at 微信客服 is answered by the robot, handed over and answered by an agent, and no send is refused', async (t) => {
  const { phone, agent, calls, sandbox, db } = await opened(t);
  await phone.enters();
  await phone.hears('想找人工客服');
  const welcomes = (await calls()).filter(({ path: at }) => at.startsWith('/cgi-bin/kf/send_msg_on_event'));
  assert.equal(welcomes.length, 1);
  await phone.says('你好');
  await until('the robot answers', async () => (await phone.heard()).length > 1);
  await phone.says('转人工');
  await agent.hears('王女士');
  await agent.says('/认领');
  await agent.hears('已认领');
  await agent.says('您好，我是林小满');
  await phone.hears('我是林小满');

  const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  await phone.does({ do: 'send', type: 'image', name: '碎了.png', base64: bytes.toString('base64') });
  await phone.does({ do: 'locate', latitude: 31.2, longitude: 121.5, name: '人民广场' });
  await agent.hears('人民广场');

  const token = await (
    await fetch(`${sandbox.url}/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${keys.secret}`)
  ).json();
  const session = await fetch(
    `${sandbox.url}/cgi-bin/kf/service_state/get?access_token=${token.access_token}`,
    { method: 'POST', body: JSON.stringify({ open_kfid: openKfId, external_userid: 'wmWang' }) },
  );
  assert.equal((await session.json()).service_state, 1);
  const refused = (await calls()).filter(({ code }) => code !== 0);
  assert.deepEqual(refused, []);
  const [{ count = 0 } = {}] = await db.query<{ count: number }>(
    `select count(*)::int as count from outbox where kind = 'deliver' and state <> 'sent'`,
  );
  assert.equal(count, 0);

  // Five replies go within the window; the sixth waits for the customer's next word, and WeCom never sees it.
  // WeCom tells whole seconds: what left in the same one may have left after these words, and would count.
  await sandbox.control('POST', 'clock', { advanceMs: 2_000 });
  await phone.says('我的杯子碎了');
  await agent.hears('我的杯子碎了');
  for (const words of ['第一句', '第二句', '第三句', '第四句', '第五句']) {
    await agent.says(words);
    await phone.hears(words);
  }
  await agent.says('第六句');
  await agent.hears('5 条');
  assert.ok(!(await phone.heard()).includes('第六句'));
  assert.deepEqual(
    (await calls()).filter(({ code }) => code !== 0),
    [],
  );
});

test('a recall reaches the agent, and a colleague in WeCom is read along', async (t) => {
  const { phone, agent, calls } = await opened(t);
  await phone.says('转人工');
  await agent.hears('王女士');
  await agent.says('/认领');
  await agent.hears('已认领');
  await phone.says('我的卡号是 123');
  await agent.hears('我的卡号是 123');
  await phone.does({ do: 'action', key: 'recall' });
  await agent.hears('撤回');
  await phone.servicer({ do: 'say', text: '我来处理' });
  await agent.hears('我来处理');
  await agent.says('好的');
  await agent.hears('正在企业微信里接待');
  assert.deepEqual(
    (await calls()).filter(({ code }) => code !== 0),
    [],
  );
});
