import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openHouse } from '../../tests/house.js';
import { lastPanel, wordsOn } from '../../tests/panels.js';
import { escapeHtml } from './export-html.js';
import { masked } from './mask.js';

const wecom = {
  platform: 'wecom',
  abilities: { desk: 'queue', topics: false, media: ['image'] },
} as const;

async function desk(t: TestContext) {
  const house = await openHouse(t, {
    elsewhere: [{ ...wecom, abilities: { ...wecom.abilities, media: ['image'] } }],
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
      { name: '何静姝', role: 'supervisor', serves: false },
    ],
  });
  const wang = house.customer('王女士');
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  assert.ok(conversation?.code);
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: conversation.id });
  await house.settled();
  const { id, code } = conversation;
  const log = async (name: string, words = `/记录 ${code}`) => {
    await house.member(name).types(words);
    await house.settled();
    const panel = lastPanel(house.member(name).received());
    assert.ok(panel);
    return panel;
  };
  /** The file a member was sent last. */
  const file = async (name: string) => {
    const last = house
      .member(name)
      .received()
      .findLast(({ out }) => out.kind === 'media');
    assert.ok(last?.out.kind === 'media', `${name} was sent no file`);
    return {
      name: last.out.media.name,
      mime: last.out.media.mime,
      text: (await last.out.media.bytes()).toString(),
    };
  };
  return { house, wang, lin, id, code, log, file };
}

test('a transcript is read page by page, notes and fates marked, and the pages stay while more is said', async (t) => {
  const { house, wang, lin, id, log } = await desk(t);
  for (let at = 1; at <= 14; at++) await wang.says(`第 ${at} 句`);
  await house.settled();
  await lin.types('// 老客户，多照顾');
  await lin.types('好的');
  await house.settled();
  await house.db.query(`update messages set delivery = 'failed' where content ->> 'text' = '好的'`);
  await house.db.query(`update messages set recalled_at = now() where content ->> 'text' = '第 14 句'`);
  const newest = await log('何静姝');
  assert.equal(newest.data.rows.length, 10);
  const row = (words: string) => newest.data.rows.find(({ text }) => text === words);
  assert.match(row('老客户，多照顾')?.detail ?? '', /备注/);
  assert.match(row('好的')?.detail ?? '', /未送达/);
  assert.match(row('第 14 句')?.detail ?? '', /已撤回/);
  assert.equal(newest.data.rows.at(-1)?.text, '好的', 'the newest is last');
  await lin.types('/查找 第 14 句');
  const agents = await log('林小满');
  assert.ok(
    !JSON.stringify([agents.data, lin.received().at(-2)?.out]).includes('"text":"第 14 句"'),
    'taken back',
  );
  assert.match(wordsOn(agents.data), /已撤回/);

  const he = house.member('何静姝');
  const turn = async (data: typeof newest.data, label: string) => {
    const button = data.buttons.find((one) => one.label === label);
    assert.ok(button, `there is no ${label}`);
    const { card } = await he.clicks(button.operation, button.arguments, newest.id);
    assert.ok(card?.template === 'panel');
    return card.data;
  };
  await wang.says('第 15 句');
  await house.settled();
  const older = await turn(newest.data, '更早');
  assert.deepEqual(
    older.rows.filter(({ text }) => newest.data.rows.some((one) => one.text === text)),
    [],
    'nothing twice',
  );
  assert.ok(
    older.rows.some(({ text }) => text === '第 6 句') &&
      older.rows.some(({ detail }) => detail.includes('林小满')),
  );
  const newer = await turn(older, '更新');
  assert.deepEqual(newer.rows, newest.data.rows);
  assert.deepEqual(
    (await turn(newer, '更新')).rows.map(({ text }) => text),
    ['第 15 句'],
  );
  const customers = await turn(newest.data, '只看客户可见');
  assert.ok(!wordsOn(customers).includes('老客户'));
  assert.ok(wordsOn(await turn(customers, '显示全部')).includes('老客户'));
  assert.equal(
    (await he.clicks('conversation.log', { conversation: id, before: -1 })).toast?.type,
    'warning',
  );
});

test('a conversation is sent as a file to who asked, alone: no markup of anybody’s runs, numbers are masked for agents', async (t) => {
  const { house, wang, lin, code, file } = await desk(t);
  const hostile = `<script>alert(1)</script> "><img src=x onerror=alert(1)> 电话 13800138000 wang@example.com`;
  await wang.says(hostile);
  await house.settled();
  await lin.types('// 内部：先补发');
  await house.settled();
  await lin.types(`/导出 ${code}`);
  await house.member('何静姝').types(`/导出 ${code}`);
  await house.settled();
  const mine = await file('林小满');
  assert.match(mine.name, new RegExp(`^${code} 王女士 [\\d-]+\\.html$`));
  assert.equal(mine.mime, 'text/html');
  assert.ok(mine.text.includes(escapeHtml('<script>alert(1)</script> "><img src=x onerror=alert(1)>')));
  assert.doesNotMatch(mine.text, /<script|<img|onerror=alert\(1\)>/);
  assert.ok(mine.text.includes(`default-src 'none'`) && mine.text.includes('先补发'));
  assert.ok(mine.text.includes('138****8000') && mine.text.includes('w***@example.com'));
  assert.ok(!mine.text.includes('13800138000'));
  assert.ok((await file('何静姝')).text.includes('13800138000'));
  assert.equal(
    house
      .member('陈亦舟')
      .received()
      .filter(({ out }) => out.kind === 'media').length,
    0,
  );
  assert.ok(!JSON.stringify(house.paper.toCustomers).includes('html'));

  await lin.types(`/导出 ${code} json`);
  await house.settled();
  const machine: unknown = JSON.parse((await file('林小满')).text);
  assert.ok(JSON.stringify(machine).includes('先补发'));
  await lin.types(`/结束 ${code} 已解决 已电话联系 13800138000`);
  await house.settled();
  const [summary] = await house.db.query<{ said: string }>('select close_summary as said from conversations');
  assert.ok(summary?.said.includes('13800138000'));
  const { id } = (await house.conversations())[0] ?? {};
  await lin.clicks('conversation.export', { conversation: id });
  await house.settled();
  const closed = await file('林小满');
  assert.ok(
    closed.text.includes('138****8000') && !closed.text.includes('13800138000'),
    'nor in its summary',
  );
  const audit = await house.db.query(
    `select 1 from invocations where operation = 'conversation.export' and ok`,
  );
  assert.equal(audit.length, 4);
});

test('where the platform takes no file, a link to it is sent; and who lost the right meanwhile is sent nothing', async (t) => {
  const { house, code } = await desk(t);
  const chen = house.member('陈亦舟', 'wecom');
  await chen.types(`/导出 ${code}`);
  await house.settled();
  assert.match(
    chen.heard().at(-2) ?? chen.heard().at(-1) ?? '',
    /http:\/\/imdesk\.test\/media\/[\w-]{83}|正在生成/,
  );
  assert.ok(chen.heard().some((words) => /\/media\/[\w-]{83}/.test(words)));

  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  house.paper.before = () => held;
  const he = house.member('何静姝');
  await he.types('/团队');
  await he.types(`/导出 ${code}`);
  while ((await house.db.query('select 1 from inbox where read_at is null')).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await house.db.query('update queues set confidential = true');
  release();
  await house.settled();
  assert.equal(he.received().filter(({ out }) => out.kind === 'media').length, 0);
});

test('phone numbers and addresses are masked wherever they stand, and nothing else is', () => {
  assert.equal(masked('打 138-0013-8000 或 +86 13800138000'), '打 138****8000 或 138****8000');
  assert.equal(masked('寄 wang.yu@mail.example.com 谢谢'), '寄 w***@mail.example.com 谢谢');
  for (const words of ['单号 20261125', '共 3 件 1380 元', 'A3 壶盖', '2026-11-25 14:05'])
    assert.equal(masked(words), words);
  fc.assert(
    fc.property(fc.stringMatching(/^1[3-9]\d{9}$/), (phone) =>
      assert.ok(!masked(`请回 ${phone}。`).includes(phone)),
    ),
  );
});
