/** From an empty database to the first customer who was answered: by one command on the server, and words and presses in IM. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { idsFrom, systemClock } from '../core/clock.js';
import { Vault } from '../core/secrets/vault.js';
import { checkTenant } from '../core/setup/check-tenant.js';
import { makeCode } from '../core/setup/code.js';
import { leastDescription } from '../core/setup/least.js';
import { setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { openImdesk } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { pageOrigin } from './company.js';
import { testDatabase } from './database.js';
import { freePort } from './imdesk.js';
import { startSandbox, until } from './sandbox.js';
import { cardText, Seat } from './seat.js';
import { openVisit } from './visitor.js';

const app = {
  appId: 'cli_0000000000000042',
  appSecret: 'hidden-app-secret-42',
  encryptKey: '',
  verificationToken: '',
};
const group = 'oc_00000000000000000000000000000042';
const people = [
  { id: 'boss', name: '老板' },
  { id: 'zhang', name: '张三' },
].map((one) => ({
  ...one,
  openIds: { [app.appId]: `ou_${Buffer.from(one.id).toString('hex').padStart(32, '0')}` },
}));

/** A queue that was set up, a customer who was answered: more than this and it takes longer than ten minutes. */
const stepsMax = 10;

test('an empty enterprise has a working desk after a few steps, none of them with a file or a restart', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-set-up-'));
  const { url: databaseUrl, db } = await testDatabase(t);
  const sandbox = await startSandbox(t, {});
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock: systemClock });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = readConfig({
    ...{ PORT: String(port), HOST: '127.0.0.1', IMDESK_DATA: folder, DATABASE_URL: databaseUrl },
  });
  const logged: string[] = [];
  // It runs before there is any enterprise, and is never started again.
  const imdesk = await openImdesk({
    config: { ...config, publicUrl: url },
    ...{ databaseUrl, db, vault, masterKey, clock: systemClock, processId: 'one', random: () => 0 },
    log: openLog('debug', { write: (line) => void logged.push(line) }),
  });
  t.after(async () => {
    await imdesk.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await sandbox.control('PUT', 'world', {
    feishu: {
      apps: [{ ...app, name: '客服', mode: 'socket', eventUrl: url, callbackUrl: url }],
      people,
      chats: [
        { id: group, name: '售后群', kind: 'topic', people: people.map(({ id }) => id), apps: [app.appId] },
      ],
    },
  });
  const steps: string[] = [];
  const step = <Result>(what: string, does: () => Promise<Result>): Promise<Result> => {
    steps.push(what);
    return does();
  };

  const bot = ports.bots.get('feishu');
  assert.ok(bot);
  const { tenantId } = await step('npm run setup', () =>
    setUpTenant(
      { db, databaseUrl, vault, clock: systemClock, ids: idsFrom(systemClock), ...ports },
      leastDescription({
        ...{
          tenant: '山屿茶器',
          robot: '小屿',
          workspace: '飞书',
          baseUrl: sandbox.url,
          transport: 'socket',
          bot,
        },
        credentials: { appId: app.appId, appSecret: app.appSecret },
      }),
    ),
  );
  const code = await makeCode({ db, vault, now: systemClock.now() }, tenantId);
  const lacks = () => checkTenant({ db, vault, clock: systemClock, ...ports, origin: url }, tenantId);
  assert.match(JSON.stringify(await lacks()), /还没有管理员.*还没有队列.*还没有渠道/);
  await until(
    'the running process has connected the new workspace',
    async () => {
      const { connections } = await sandbox.control<{ connections: { app: string }[] }>('GET', 'connections');
      return connections.some((one) => one.app === app.appId);
    },
    30_000,
  );

  const [boss, zhang] = [new Seat(sandbox, 'boss'), new Seat(sandbox, 'zhang')];
  const hears = (seat: Seat, words: string) =>
    until(`${seat.person} hears ${words}`, async () =>
      (await seat.told()).some(
        (one) => (one.content.text ?? '').includes(words) || cardText(one).includes(words),
      ),
    );
  const says = (seat: Seat, words: string, answer: string) =>
    step(words, async () => {
      await seat.says({ bot: app.appId }, words);
      await hears(seat, answer);
    });
  await says(boss, `/设置 ${code}`, '你现在是 山屿茶器 的管理员');
  await hears(boss, '还没有队列');
  // Whoever is given a role has said a word to the bot before.
  await zhang.says({ bot: app.appId }, '你好');
  await until(
    '张三 is known',
    async () => (await db.query(`select 1 from members where name = '张三'`)).length > 0,
  );
  await says(boss, '/设置 新建队列 售后', '已建立');
  await says(boss, '/角色 张三 客服', '张三 现在是客服');
  await says(boss, '/设置 加入 售后 张三', '已把 张三 加入');
  await step('@客服 /绑定 售后', async () => {
    await sandbox.control('POST', 'say', {
      as: 'boss',
      chat: group,
      text: '@客服 /绑定 售后',
      mention: [app.appId],
    });
    await until(
      'the queue has its group',
      async () => (await db.query('select 1 from desks where chat = $1', [group])).length > 0,
    );
  });
  await says(boss, `/设置 新建渠道 web 官网 售后 origins=${new URL(pageOrigin).origin}`, 'data-account=');
  // Who was heard is written down every few seconds.
  await until('only the customer is missing', async () => {
    const [first, ...others] = await lacks();
    return first?.workspace === '官网' && others.length === 0;
  });

  const [account] = await db.query<{ id: string }>('select id from accounts');
  const wang = await openVisit(url, account?.id ?? '', '王女士');
  await wang.says('转人工');
  const card = await step('认领', async () => {
    const found = await zhang.card(group, '王女士');
    await zhang.clicks(found.id, { text: '认领' });
    await wang.hears('张三');
    return found;
  });
  await step('您好', async () => {
    await zhang.says({ chat: group, thread: card.id }, '您好，请问有什么可以帮您？');
    await wang.hears('请问有什么可以帮您');
  });
  assert.ok(steps.length <= stepsMax, `${steps.length} steps: ${steps.join(' → ')}`);
  t.diagnostic(`${steps.length} steps: ${steps.join(' → ')}`);
  await until('nothing is missing any more', async () => (await lacks()).length === 0, 15_000);

  const rows = await db.query<{ row: string }>(
    `select t::text as row from inbox t union all select t::text from outbox t union all select t::text from events t
     union all select t::text from invocations t union all select t::text from cards t union all select t::text from tasks t`,
  );
  for (const secret of [app.appSecret, code?.replace('-', '') ?? '?']) {
    assert.ok(!logged.some((line) => line.includes(secret)), 'a secret is in a log');
    assert.ok(!rows.some(({ row }) => row.includes(secret)), 'a secret is in a table');
  }
});
