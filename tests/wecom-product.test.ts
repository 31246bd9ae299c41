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
import { checkWorkspaces } from '../core/setup/check-workspaces.js';
import { descriptionSchema } from '../core/setup/description.js';
import { setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { openImdesk } from '../server/imdesk.js';
import { pageOrigin } from './company.js';
import { testDatabase } from './database.js';
import { startSandbox, until } from './sandbox.js';
import { openVisit } from './visitor.js';

const agentId = 1000002;
const app = `${agentId}`;
const keys = {
  secret: 'app-secret-of-the-test',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const corpId = 'ww0123456789abcdef';
const account = '01990000-0000-7000-8004-000000000001';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

interface Shown {
  id: string;
  content: { content?: string };
  card?: { main_title?: { title: string }; button_list?: { text: string }[]; [field: string]: unknown };
  author: { kind: string };
}

/** The whole product, for a company whose agents are on WeCom only. */
async function opened(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-wecom-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const { url: databaseUrl, db } = await testDatabase(t);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const people = [
    { id: 'lin', userId: 'LinXiaoMan', name: '林小满' },
    { id: 'chen', userId: 'ChenYi', name: '陈一' },
  ];
  const callback = { url: `${url}/bots/wecom/here`, token: keys.token, encodingAesKey: keys.encodingAesKey };
  const apps = [{ agentId, secret: keys.secret, name: '小智客服', callback }];
  const sandbox = await startSandbox(t, {});
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock: systemClock });
  const description = descriptionSchema.parse({
    tenant: { name: '山屿茶器', robotName: '小屿' },
    workspaces: [
      {
        ...{ name: '企业微信', platform: 'wecom', appId: app, baseUrl: sandbox.url },
        ...{ transport: 'http', address: 'here', credentials: { corpId, agentId, ...keys } },
      },
    ],
    members: [
      { name: '林小满', role: 'agent', identities: { 企业微信: 'linxiaoman' } },
      { name: '陈一', role: 'agent', identities: { 企业微信: 'chenyi' } },
    ],
    queues: [
      { name: '售后', members: ['林小满', '陈一'], desks: [{ workspace: '企业微信', place: 'direct' }] },
    ],
    accounts: [
      {
        ...{ id: account, name: '网页', channel: 'web', queue: '售后' },
        settings: {
          tokenKey: 'k'.repeat(40),
          identitySecret: 's'.repeat(40),
          origins: [new URL(pageOrigin).origin],
        },
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
  await sandbox.control('PUT', 'world', { wecom: { corpId, people, apps } });
  await until('the callback address is verified', async () => {
    const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
    return urls.some(({ verified }) => verified);
  });
  assert.deepEqual(await checkWorkspaces({ db, vault, clock: systemClock, ...ports }), []);

  /** Somebody of the company at their WeCom client. */
  const seat = (as: string) => {
    const where = `platform=wecom&as=${as}`;
    const reads = async (): Promise<Shown[]> => {
      const { chats } = await sandbox.control<{ chats: { id: string }[] }>('GET', `chats?${where}`);
      const [chat] = chats;
      if (!chat) return [];
      const { messages } = await sandbox.control<{ messages: Shown[] }>(
        'GET',
        `messages?${where}&chat=${chat.id}`,
      );
      return messages.filter(({ author }) => author.kind === 'bot');
    };
    const find = async (what: string, is: (shown: Shown) => boolean): Promise<Shown> => {
      let found: Shown | undefined;
      await until(`${as} sees ${what}`, async () => {
        found = (await reads()).findLast(is);
        return found !== undefined;
      });
      return found ?? assert.fail();
    };
    return {
      reads,
      says: (text: string) => sandbox.control('POST', 'say', { platform: 'wecom', as, bot: app, text }),
      chooses: (key: string) => sandbox.control('POST', 'menu', { platform: 'wecom', as, app, key }),
      hears: (words: string) => find(words, ({ content }) => content.content?.includes(words) === true),
      sees: (words: string) => find(words, ({ card }) => JSON.stringify(card ?? {}).includes(words)),
      presses: (shown: Shown, text: string, form?: object) =>
        sandbox.control<{ cardUpdated: boolean; error?: string }>('POST', 'click', {
          ...{ platform: 'wecom', as, message: shown.id, button: { text }, ...(form && { form }) },
        }),
      card: async (shown: Shown) => (await reads()).find(({ id }) => id === shown.id)?.card ?? {},
    };
  };
  /** Calls that WeCom refused, and what it took without a word. */
  const trouble = async () => {
    const { calls } = await sandbox.control<{ calls: { code: number; path: string }[] }>(
      'GET',
      'calls?since=0',
    );
    const { drops } = await sandbox.control<{ drops: unknown[] }>('GET', 'drops?since=0');
    return [...calls.filter(({ code }) => code !== 0).map(({ code, path: at }) => `${code} ${at}`), ...drops];
  };
  return { seat, trouble, visit: (name: string) => openVisit(url, account, name) };
}

test('a customer is claimed from the menu, answered in plain words, and closed on a card', async (t) => {
  const { seat, visit, trouble } = await opened(t);
  const [lin, chen] = [seat('lin'), seat('chen')];
  const wang = await visit('王女士');
  await wang.says('扫地机器人不出水了，转人工');
  await Promise.all([lin, chen].map((one) => one.sees('王女士')));

  await lin.chooses('/claim');
  const brief = await lin.sees('结束会话');
  assert.match(brief.card?.main_title?.title ?? '', /^王女士（自称） · [A-Z]\d+$/);
  await lin.says('您好，我是售后林小满');
  await wang.hears('您好，我是售后林小满');
  await wang.says('能换一台吗？');
  await lin.hears('能换一台吗？');
  await chen.sees('等待的客户都已有人接待');

  const early = await lin.presses(brief, '结束会话');
  assert.deepEqual([early.cardUpdated, early.error], [true, undefined]);
  assert.match(JSON.stringify(await lin.card(brief)), /⚠ 还没有选择结束原因/);
  const done = await lin.presses(brief, '结束会话', { reason: 'solved' });
  assert.equal(done.cardUpdated, true);
  assert.match(JSON.stringify(await lin.card(brief)), /✓.*已结束|已结束.*✓/);
  await wang.hears('本次服务已结束');
  assert.deepEqual(await trouble(), []);
});

test('with two customers in one chat the agent is asked, and each gets only their own words', async (t) => {
  const { seat, visit, trouble } = await opened(t);
  const lin = seat('lin');
  const [wang, li] = [await visit('王女士'), await visit('李雷')];
  for (const customer of [wang, li]) {
    await customer.says('转人工');
    await customer.hears('转接人工');
  }
  await lin.says('/claim');
  await lin.says('/claim');
  await until('both briefs are there', async () => {
    const titles = (await lin.reads()).map(({ card }) => card?.main_title?.title ?? '');
    return ['王女士', '李雷'].every((name) => titles.some((title) => title.startsWith(name)));
  });
  await wang.says('我的茶壶碎了');
  await lin.hears('我的茶壶碎了');
  await li.says('我要发票');
  await lin.hears('我要发票');
  await lin.says('马上给您处理');
  const choose = await lin.sees('要发给哪位客户');
  const buttons = choose.card?.button_list?.map(({ text }) => text) ?? [];
  assert.equal(buttons.filter((one) => one.startsWith('发送 ')).length, 2);
  assert.equal(choose.card?.button_selection, undefined);
  await lin.presses(choose, `发送 ${codeOf(choose, '王女士')}`);
  await wang.hears('马上给您处理');
  assert.ok(!JSON.stringify(await li.reads()).includes('马上给您处理'));
  assert.match(JSON.stringify(await lin.card(choose)), /已发给 王女士/);
  assert.deepEqual(await trouble(), []);
});

/** The code under which a list of a card has somebody. */
function codeOf({ card }: Shown, name: string): string {
  const rows = card?.horizontal_content_list;
  assert.ok(Array.isArray(rows));
  const row = rows.find(({ value }) => `${value}`.startsWith(name));
  return `${row?.keyname}`;
}
