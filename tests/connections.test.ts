/** What becomes of words while connections, tokens and answers get lost: the whole product against the sandbox's faults. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { WSClient } from '@wecom/aibot-node-sdk';
import { type App, type AppPlan, type Enterprise, type Surface, secretOf } from './enterprise-plan.js';
import { type Shown, wordsOf } from './enterprise-seat.js';
import { type Enterprises, type EnterprisesOptions, startEnterprises } from './enterprises.js';
import { until } from './sandbox.js';

const minute = 60_000;
/** Where supervisors of a company with an AI bot read, since nobody works there. */
const office: AppPlan = { platform: 'wecom', transport: 'http' };

async function opened(t: TestContext, apps: AppPlan[], options?: EnterprisesOptions) {
  const product = await startEnterprises(t, [{ agents: 1, supervisors: 1, apps }], options);
  const [enterprise] = product.enterprises;
  const [app] = enterprise?.apps ?? [];
  const [agent] = enterprise?.agents ?? [];
  const [head] = enterprise?.supervisors ?? [];
  assert.ok(enterprise && app && agent && head);
  const platform = app.platform === 'wecom-aibot' ? 'wecom' : app.platform;
  return {
    product,
    enterprise,
    app,
    agent,
    head,
    platform,
    /** Trouble on the first app's platform only. */
    fault: (on: object, kind: string, more: object = { times: 1 }) =>
      product.sandbox.control('POST', 'faults', { on: { platform, ...on }, kind, ...more }),
    connections: () => connectionsOf(product, app),
    /** Waits until these many connections are open, none of which is one of `before`. */
    async reconnected(before: readonly string[], size: number): Promise<void> {
      await until(`${size} new connections are open`, async () => {
        const open = await connectionsOf(product, app);
        return open.filter((id) => !before.includes(id)).length >= size;
      });
    },
  };
}

type Opened = Awaited<ReturnType<typeof opened>>;

async function connectionsOf({ sandbox }: Enterprises, app: App): Promise<string[]> {
  const { connections } = await sandbox.control<{
    connections: { app: string; id: string; deaf: boolean }[];
  }>('GET', 'connections');
  return connections.filter((one) => one.app === app.id && !one.deaf).map(({ id }) => id);
}

/** Asks the bot something that it answers with one message, and waits for it. In a group, where that is what the bot is for. */
async function isHeard({ product, enterprise, app, agent }: Opened): Promise<void> {
  const answers = async () => (await answersTo(product, enterprise, app, agent)).length;
  const before = await answers();
  await ask(product, app, agent);
  await until('it is answered', async () => (await answers()) > before);
  await product.settled();
  assert.equal(await answers(), before + 1, 'it is answered once');
}

const inGroup = ({ platform }: App) => platform === 'wecom-aibot';

function ask({ sandbox }: Enterprises, app: App, agent: string): Promise<unknown> {
  const platform = inGroup(app) ? 'wecom' : app.platform;
  const where = inGroup(app) ? { chat: app.chat, mention: [app.id] } : { bot: app.id };
  return sandbox.control('POST', 'say', { platform, as: agent, ...where, text: '/help' });
}

async function answersTo(
  product: Enterprises,
  enterprise: Enterprise,
  app: App,
  agent: string,
): Promise<Shown[]> {
  if (!inGroup(app)) return product.seat(enterprise, agent, app.platform).reads();
  const where = `platform=wecom&as=${agent}&chat=${app.chat}`;
  const { messages } = await product.sandbox.control<{ messages: Shown[] }>('GET', `messages?${where}`);
  return messages.filter(({ author }) => author.kind === 'bot');
}

const sockets: { name: string; apps: AppPlan[]; size: number }[] = [
  { name: 'Feishu', apps: [{ platform: 'feishu', transport: 'socket' }], size: 2 },
  { name: 'DingTalk', apps: [{ platform: 'dingtalk', transport: 'socket' }], size: 2 },
  { name: 'the AI bot', apps: [{ platform: 'wecom-aibot', transport: 'socket' }, office], size: 1 },
];

for (const { name, apps, size } of sockets) {
  test(`${name}: dropped connections come back, what is said then is heard once, and supervisors learn of the gap`, async (t) => {
    const here = await opened(t, apps);
    const { product, enterprise, app, head, fault } = here;
    await here.reconnected([], size);
    await isHeard(here);
    const before = await here.connections();
    await fault({ socket: true, app: app.id }, 'drop-socket');
    await here.reconnected(before, size);
    for (let count = 0; count < 3; count++) await isHeard(here);
    await product.seat(enterprise, head, apps.at(-1)?.platform).sees('可能有消息没收到');
  });

  test(`${name}: connections that hear nothing any more are replaced`, async (t) => {
    const here = await opened(t, apps);
    const { product, enterprise, app, agent, head, fault } = here;
    await here.reconnected([], size);
    const before = await here.connections();
    const answers = async () => (await answersTo(product, enterprise, app, agent)).length;
    const heard = await answers();
    await fault({ socket: true, app: app.id }, 'deaf-socket', {});
    await ask(product, app, agent);
    await product.settled();
    assert.equal(await answers(), heard, 'a deaf connection hears nothing');
    await product.advance(16 * minute);
    await product.sandbox.control('DELETE', 'faults');
    await here.reconnected(before, size);
    await isHeard(here);
    // A lead does not outlive such a leap of the clock, and time without it counts as somebody else's.
    if (app.platform !== 'wecom-aibot') await product.seat(enterprise, head).sees('可能有消息没收到');
  });
}

test('DingTalk: when the server asks to leave, the next connections are open before the old ones are closed', async (t) => {
  const here = await opened(t, [{ platform: 'dingtalk', transport: 'socket' }], {
    dingtalk: { connectionSeconds: 20 },
  });
  const { product, app } = here;
  await here.reconnected([], 2);
  await isHeard(here);
  const before = await here.connections();
  await product.advance(21_000);
  await here.reconnected(before, 1);
  const { connections } = await product.sandbox.control<{ connections: { app: string; id: string }[] }>(
    'GET',
    'connections',
  );
  const open = connections.filter((one) => one.app === app.id).map(({ id }) => id);
  t.diagnostic(`${open.filter((id) => before.includes(id)).length} of the old ones are still open`);
  await isHeard(here);
});

/** An agent serves a customer, and both have said something. */
async function serving({ product, enterprise, app, agent }: Opened) {
  const visitor = await product.visit(enterprise, '王女士');
  await visitor.says('转人工');
  await visitor.hears('转接人工');
  const seat = product.seat(enterprise, agent, app.platform);
  await seat.says('/claim');
  await visitor.hears(enterprise.nameOf(agent));
  await product.settled();
  /** The words in which a mark stands, message by message. */
  const wordsWith = async (mark: string) =>
    (await seat.reads()).map(wordsOf).filter((words) => words.includes(mark));
  return { visitor, seat, shown: wordsWith };
}

const workplaces: Exclude<Surface, 'wecom-aibot' | 'wecom-webhook'>[] = ['feishu', 'dingtalk', 'wecom'];

for (const platform of workplaces) {
  test(`${platform}: tokens that expire while sends are under way cost no message, and double none`, async (t) => {
    const here = await opened(t, [{ platform, transport: 'http' }]);
    const { product, app } = here;
    const { visitor, seat } = await serving(here);
    const asked: string[] = [];
    for (let count = 0; count < 15; count++) {
      const words = `x${count}x`;
      asked.push(words);
      await visitor.says(`第 ${words} 句`);
      if (count % 3 === 1) await product.sandbox.control('POST', 'tokens/expire', { app: app.id, platform });
    }
    while ((await product.left()).outbox > 0) {
      await product.atRest();
      await product.advance(4_000);
    }
    const shown = (await seat.reads()).filter(({ card }) => !card).map(wordsOf);
    assert.deepEqual(
      shown.flatMap((words) => words.match(/x\d+x/g) ?? []),
      asked,
    );
    await product.sandbox.control('POST', 'tokens/expire', { app: app.id, platform });
    await seat.says('都收到了');
    await visitor.hears('都收到了');
  });
}

interface Troubles {
  platform: 'dingtalk' | 'wecom';
  text: string;
  card: string;
  /** What says that it was too much, and how long that lasts. */
  tooMuch: { kind: string; more: object; lastsMs: number };
}

const troubled: Troubles[] = [
  {
    platform: 'dingtalk',
    text: '/v1.0/robot/oToMessages/batchSend',
    card: '/v1.0/card/instances/createAndDeliver',
    tooMuch: { kind: 'status', more: { status: 429 }, lastsMs: 2_000 },
  },
  {
    platform: 'wecom',
    text: '/cgi-bin/message/send',
    card: '/cgi-bin/message/send',
    tooMuch: { kind: 'code', more: { code: 45009 }, lastsMs: 61_000 },
  },
];

for (const { platform, text, card, tooMuch } of troubled) {
  test(`${platform}: whatever becomes of an answer, a card is there once and words are not said again`, async (t) => {
    const here = await opened(t, [{ platform, transport: 'http' }]);
    const { product, fault } = here;
    const { visitor, seat, shown } = await serving(here);
    const done = async () => {
      while ((await product.left()).outbox > 0) {
        await product.atRest();
        await product.advance(1_000);
      }
    };

    for (const [at, [kind, more]] of [
      ['timeout-after-effect', { ms: 20 }] as const,
      ['status', { status: 503 }] as const,
      ['drop-before-effect', { ms: 0 }] as const,
    ].entries()) {
      await fault({ path: card }, kind, { times: 1, ...more });
      const before = (await seat.reads()).filter((one) => one.card).length;
      await seat.says('/help');
      await until(
        'the card is there',
        async () => (await seat.reads()).filter((one) => one.card).length > before,
      );
      await done();
      assert.equal((await seat.reads()).filter((one) => one.card).length, before + 1, `a card, ${kind}`);

      const mark = `x${at}x`;
      await fault({ path: text }, kind, { times: 1, ...more });
      await visitor.says(`${mark} 还在吗`);
      await until('its words are shown', async () =>
        (await shown(mark)).some((words) => words.includes('没能正常显示')),
      );
      await done();
      const relays = (await shown(mark)).filter((words) => !words.includes('没能正常显示'));
      assert.equal(relays.length, kind === 'timeout-after-effect' ? 1 : 0, `words, ${kind}`);
      assert.equal((await shown(mark)).length, relays.length + 1, 'and they are shown as uncertain once');
    }

    await fault({ path: text }, tooMuch.kind, { times: 1, ...tooMuch.more });
    await visitor.says('xLATERx 还在吗');
    await until('it was refused', async () => {
      const [row] = await product.db.query<{ count: number }>(
        'select count(*)::int as count from outbox where not_before is not null and state = $1',
        ['pending'],
      );
      return row?.count === 1;
    });
    await product.advance(tooMuch.lastsMs);
    await done();
    const [only, ...others] = await shown('xLATERx');
    assert.ok(
      only && !only.includes('没能正常显示'),
      'what was refused as too much is said as soon as it may be',
    );
    assert.deepEqual(others, []);
  });
}

test('the AI bot: who takes its connection keeps it, supervisors are told, and take it back with a button', async (t) => {
  const here = await opened(t, [{ platform: 'wecom-aibot', transport: 'socket' }, office]);
  const { product, enterprise, app, agent, head } = here;
  await here.reconnected([], 1);
  await isHeard(here);
  const other = new WSClient({
    ...{ botId: app.id, secret: secretOf(app), wsUrl: `${product.sandbox.url.replace('http', 'ws')}/aibot` },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  t.after(() => other.disconnect());
  await new Promise<void>((resolve) => other.connect().once('authenticated', () => resolve()));
  const seat = product.seat(enterprise, head, 'wecom');
  const alert = await seat.sees('机器人的连接被占用');
  const theirs = new Promise((resolve) => other.once('message.text', resolve));
  await ask(product, app, agent);
  await theirs;
  assert.equal(other.isConnected, true, 'nobody throws them out');

  const thrownOut = new Promise((resolve) => other.once('event.disconnected_event', resolve));
  const pressed = await seat.presses(alert, '重新连接');
  assert.equal(pressed.error, undefined);
  await thrownOut;
  await until('it hears again', async () => (await fetch(`${product.url}/readyz`)).ok);
  await isHeard(here);
});

test('the AI bot: of two processes only the leader is connected, and the other takes over when it ends', async (t) => {
  const here = await opened(t, [{ platform: 'wecom-aibot', transport: 'socket' }, office], { processes: 2 });
  const { product } = here;
  await here.reconnected([], 1);
  await isHeard(here);
  const leader = async () => {
    const [row] = await product.db.query<{ holder: string }>(
      `select holder from destinations where name like 'socket:%' and lease_until is not null`,
    );
    return row?.holder;
  };
  const before = await here.connections();
  assert.equal(before.length, 1);
  const first = await leader();
  assert.ok(first !== undefined && product.processes().includes(first));
  await product.stop(first);
  await here.reconnected(before, 1);
  assert.ok(![undefined, first].includes(await leader()));
  assert.equal((await here.connections()).length, 1);
  await isHeard(here);
});
