/** Secrets of a channel are typed on a signed page, and stand nowhere in plain words afterwards. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { cardWords, openPages } from './pages.js';

const secret = 'hidden-channel-secret-93';
const account = z.object({
  appId: z.string().min(1).meta({ title: 'AppID' }),
  appSecret: z.string().min(8).meta({ secret: true, title: 'AppSecret' }),
  retries: z.int().min(0).max(9).default(3),
  mode: z.enum(['plain', 'sealed']).default('plain'),
  hosts: z.array(z.string()).default([]),
});

async function open(t: TestContext) {
  const logged: string[] = [];
  const note = (fields: unknown, words: unknown) => void logged.push(JSON.stringify([fields, words]));
  const pages = await openPages(t, {
    members: [
      { name: '管理员甲', role: 'admin' },
      { name: '林小满', role: 'agent' },
    ],
    log: { debug: note, info: note, warn: note, error: note },
  });
  const { house } = pages;
  Object.assign(house.paper.connector, {
    account,
    check: async () => ({ ok: false, problems: ['它没有回应'] }),
  });
  const phone = pages.browser();
  const { id } = { id: 'paper' };
  await house.member('管理员甲').types('/设置 渠道');
  await house.settled();
  return { ...pages, logged, phone, channel: id };
}

const plainRows = (house: Awaited<ReturnType<typeof open>>['house']) =>
  house.db.query<{ row: string }>(
    `select t::text as row from inbox t union all select t::text from outbox t union all select t::text from events t
     union all select t::text from invocations t union all select t::text from cards t union all select t::text from tasks t
     union all select t::text from accounts t union all select t::text from decisions t`,
  );

test('a form is made from the channel’s schema, on a page; what is typed there is sealed and never shown', async (t) => {
  const { house, phone, linkTo, logged } = await open(t);
  const admin = house.member('管理员甲');
  await admin.clicks('setup.fillIn', { what: 'account', channel: 'paper' });
  await house.settled();
  assert.match(admin.heard().join('\n'), /链接只有你能打开：http/);
  const onCard = house.paper.toStaff.findLast(
    ({ out }) => out.kind === 'card' && out.card.template === 'panel',
  );
  assert.ok(onCard?.out.kind === 'card' && onCard.out.card.template === 'panel');
  assert.deepEqual(onCard.out.card.data.inputs, [], 'nothing to type into on the card');

  const link = await linkTo('管理员甲', 'panel');
  const page = await phone.opens(link, '管理员甲');
  assert.match(cardWords(page.start?.state), /AppSecret/);
  const form = { name: '公众号', queue: house.queueId, 'field.appId': 'wx1', 'secret.appSecret': secret };
  const short = await phone.presses(link, page, '新建', { ...form, 'secret.appSecret': 'short' });
  assert.match(JSON.stringify(short.answer), /appSecret/);
  assert.doesNotMatch(JSON.stringify(short.answer), /"short"/);
  const pressed = await phone.presses(link, page, '新建', {
    ...form,
    'field.mode': 'sealed',
    'field.hosts': 'a.example b.example',
  });
  assert.match(JSON.stringify(pressed.answer), /已建立.*channels\/paper\//);
  await house.settled();
  const [row] = await house.db.query<{ id: string }>(`select id from accounts where name = '公众号'`);
  const made = await house.core.accounts.byId(row?.id ?? '');
  assert.deepEqual(made?.settings, {
    ...{ appId: 'wx1', appSecret: secret, retries: 3, mode: 'sealed', hosts: ['a.example', 'b.example'] },
  });

  const again = await phone.opens(link, '管理员甲');
  assert.doesNotMatch(again.body, new RegExp(secret));
  await phone.presses(link, again, '保存', {
    ...{
      name: '公众号二',
      queue: house.queueId,
      'field.appId': 'wx2',
      'field.mode': 'plain',
      'field.retries': '5',
    },
  });
  await house.settled();
  const changed = await house.core.accounts.byId(row?.id ?? '');
  assert.deepEqual(changed?.settings, {
    ...{ appId: 'wx2', appSecret: secret, retries: 5, mode: 'plain', hosts: [] },
  });

  for (const { row: words } of await plainRows(house)) assert.ok(!words.includes(secret), words);
  assert.ok(!logged.some((line) => line.includes(secret)));
  const [call] = await house.db.query<{ input: Record<string, unknown> }>(
    `select input from invocations where operation = 'account.create' and ok`,
  );
  assert.equal(call?.input['secret.appSecret'], '***');
});

test('what others say of an account is shown where it was asked for', async (t) => {
  const { house } = await open(t);
  const [paper] = await house.db.query<{ id: string }>('select id from accounts');
  Object.assign(house.paper.connector, { account: z.object({}) });
  await house.member('管理员甲').clicks('account.check', { account: paper?.id });
  await house.settled();
  const shown = [...house.paper.cards.values()].findLast((card) => card.template === 'panel');
  assert.ok(shown?.template === 'panel');
  assert.match(shown.data.told, /它没有回应/);
});

test('a secret that was sealed for somebody else, or never, is refused', async (t) => {
  const { house } = await open(t);
  const answer = await house.member('管理员甲').clicks('account.create', {
    ...{ channel: 'paper', name: '假的', queue: house.queueId, 'field.appId': 'wx1' },
    'secret.appSecret': 'typed-into-the-arguments',
  });
  assert.equal(answer.toast?.type, 'warning');
  assert.deepEqual(await house.db.query(`select 1 from accounts where name = '假的'`), []);
});
