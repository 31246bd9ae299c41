import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { WSClient } from '@wecom/aibot-node-sdk';
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

const connected = { botId: 'aib-connected', secret: 'secret-of-the-test' };
const called = {
  botId: 'aib-called',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const group = 'wrstaff';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

/** The whole product, with one AI bot that holds a connection and one whose address is called, in one group. */
async function opened(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-aibot-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url: databaseUrl, db } = await testDatabase(t);
  const sandbox = await startSandbox(t, {});
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { botId, token, encodingAesKey } = called;
  const callback = { url: `${url}/bots/wecom-aibot/called`, token, encodingAesKey };
  const world = {
    wecom: {
      corpId: 'ww0123456789abcdef',
      people: [{ id: 'lin', name: '林小满', userId: 'LinXiaoMan' }],
      aibots: [
        { ...connected, name: '小智', mode: 'socket', plainUserIds: true },
        { botId, name: '小慧', mode: 'url', callback, plainUserIds: true },
      ],
      groups: [{ chatId: group, name: '同事群', people: ['lin'], aibots: [connected.botId, botId] }],
    },
  };
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock: systemClock });
  const workspace = { platform: 'wecom-aibot' } as const;
  const description = descriptionSchema.parse({
    tenant: { name: '山屿茶器', robotName: '小屿' },
    workspaces: [
      {
        ...workspace,
        name: '长连接',
        appId: connected.botId,
        baseUrl: `${sandbox.url.replace('http', 'ws')}/aibot`,
        transport: 'socket',
        credentials: connected,
      },
      {
        ...workspace,
        name: '回调',
        appId: called.botId,
        baseUrl: sandbox.url,
        transport: 'http',
        address: 'called',
        credentials: called,
      },
    ],
    members: [{ name: '林小满', role: 'agent', identities: { 长连接: 'linxiaoman', 回调: 'linxiaoman' } }],
    queues: [{ name: '人事', members: ['林小满'], desks: [] }],
    accounts: [],
    articles: [{ question: '年假有几天', answer: '入职满一年有 5 天。', audience: 'employee' }],
  });
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  await setUpTenant(
    { db, databaseUrl, vault, clock: systemClock, ids: idsFrom(systemClock), ...ports },
    description,
  );
  await sandbox.control('PUT', 'world', {
    wecom: { ...world.wecom, aibots: world.wecom.aibots.slice(0, 1), groups: [] },
  });
  const config = readConfig({
    PORT: String(port),
    HOST: '127.0.0.1',
    IMDESK_DATA: folder,
    DATABASE_URL: databaseUrl,
  });
  const imdesk = await openImdesk({
    config: { ...config, publicUrl: url },
    ...{ databaseUrl, db, vault, masterKey },
    clock: systemClock,
    log: silent,
    processId: 'process-1',
    random: () => 0,
  });
  t.after(() => imdesk.stop());
  await sandbox.control('PUT', 'world', world);
  const heard = async () => {
    const { connections, urls } = await sandbox.control<{
      connections: { app: string }[];
      urls: { verified: boolean }[];
    }>('GET', 'connections');
    return connections.some(({ app }) => app === connected.botId) && urls.some(({ verified }) => verified);
  };
  await until('both bots can hear', heard);
  return { sandbox, url, db };
}

interface Shown {
  id: string;
  seq: number;
  type: string;
  content: { content?: string; finish?: boolean };
  card?: object;
  author: { kind: string };
}

test('the product answers in a group, over a connection and by an address, and leaves the connection to who takes it', async (t) => {
  const { sandbox, url, db } = await opened(t);
  const shown = async (): Promise<Shown[]> => {
    const { messages } = await sandbox.control<{ messages: Shown[] }>(
      'GET',
      `messages?platform=wecom&as=lin&chat=${group}`,
    );
    return messages.filter(({ author }) => author.kind === 'bot');
  };
  const mention = (botId: string, text: string) =>
    sandbox.control('POST', 'say', { platform: 'wecom', as: 'lin', chat: group, text, mention: [botId] });

  for (const { botId } of [connected, called]) {
    const before = (await shown()).length;
    await mention(botId, '年假有几天');
    await until(`${botId} answers`, async () => (await shown())[before]?.content.finish === true);
    const answer = (await shown())[before];
    assert.match(answer?.content.content ?? '', /入职满一年有 5 天/);
    assert.equal((await shown()).length, before + 1, 'the answer is the message that has begun');
  }

  const before = (await shown()).length;
  await mention(connected.botId, '/帮助');
  await until('the help is shown', async () => (await shown()).length > before);
  assert.ok((await shown()).at(-1)?.card, 'as a card');

  const other = new WSClient({
    ...connected,
    wsUrl: `${sandbox.url.replace('http', 'ws')}/aibot`,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  await new Promise<void>((resolve) => other.connect().once('authenticated', () => resolve()));
  const isTaken = async () =>
    (await db.query('select 1 from workspaces where taken_at is not null')).length === 1;
  await until('it is noted that somebody took the connection', isTaken);
  const theirs = new Promise((resolve) => other.once('message.text', resolve));
  await mention(connected.botId, '谁在听？');
  await theirs;
  assert.equal(other.isConnected, true, 'nobody throws them out again');
  const thrownOut = new Promise((resolve) => other.once('event.disconnected_event', resolve));
  await db.query('update workspaces set taken_at = null');
  await thrownOut;
  await until('the product hears again', async () => (await fetch(`${url}/readyz`)).ok);
  const count = (await shown()).length;
  await mention(connected.botId, '年假有几天');
  await until('it answers again', async () => (await shown()).length > count);
  other.disconnect();
});
