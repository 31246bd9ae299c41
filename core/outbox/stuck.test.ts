import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { openPostroom } from '../../tests/postroom.js';
import { redrawCards } from '../cards/post.js';
import { silent } from '../log.js';
import type { Hint } from '../pipeline/hints.js';
import { SendError } from '../ports/courier.js';
import { Vault } from '../secrets/vault.js';
import { compose } from './compose.js';
import { Drain } from './drain.js';

test('a row that nothing can be made of is given up after a while, and holds up nobody for ever', async (t) => {
  const room = await openPostroom(t);
  const one = await room.process((_, composed) => {
    if ('out' in composed && composed.out.kind === 'text' && composed.out.text === '坏的')
      throw new Error('its words can not be read');
    return composed;
  });
  await room.put('坏的');
  await room.put('好的');
  for (let attempt = 0; attempt < 10; attempt++) {
    await one.drain();
    room.clock.jump(one.delays.pop() ?? 0);
  }
  assert.deepEqual(await room.states(), ['坏的 refused', '好的 sent']);
  assert.deepEqual(room.attempts, ['好的']);
});

test('a file that can not be had is named in words, and what was said after it arrives', async (t) => {
  const house = await openHouse(t);
  const courierOf = house.paper.bot.courier.bind(house.paper.bot);
  house.paper.bot.courier = (...given) => ({
    ...courierOf(...given),
    fetchMedia: async () => {
      throw new SendError('refused', 'too-big', 'the file is larger than 33554432 bytes');
    },
  });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  await lin.types('/认领');
  await house.settled();
  await house.fromStaff([
    {
      kind: 'message',
      id: 'a-large-file',
      sender: '林小满',
      at: house.clock.now(),
      type: 'file',
      media: { handle: 'file-key', name: '说明书.pdf' },
      chat: { id: 'p2p', kind: 'direct', addressed: true },
    },
  ]);
  await lin.types('请看说明书');
  await house.settled(8_000);
  assert.match(wang.heard().at(-2) ?? '', /说明书\.pdf/);
  assert.equal(wang.heard().at(-1), '请看说明书');
});

test('where the topic can not be begun, its owner is served one to one', async (t) => {
  const house = await openHouse(t, { desk: 'topic' });
  house.paper.before = async (out) => {
    if (out.kind === 'card' && out.card.template === 'desk')
      throw new SendError('refused', '230002', 'the bot is not in the group');
  };
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  await lin.types('/认领');
  await house.settled(8_000);
  await wang.says('我的壶盖碎了');
  await house.settled(8_000);
  assert.match(lin.heard().join('\n'), /card:brief[\s\S]*我的壶盖碎了/);
});

test('what the topic refuses is shown to its owner one to one', async (t) => {
  const house = await openHouse(t, { desk: 'topic' });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  await lin.types('/认领');
  await house.settled();
  house.paper.before = async (out) => {
    if ('to' in out && out.to.kind === 'topic')
      throw new SendError('refused', '230011', 'the root message was recalled');
  };
  await wang.says('我的壶盖碎了');
  await house.settled();
  assert.match(lin.heard().join('\n'), /我的壶盖碎了/);
});

test('a card for somebody who left the workspace keeps nobody waiting', async (t) => {
  const house = await openHouse(t);
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await lin.types('/帮助');
  await house.settled();
  await house.db.query('delete from member_identities where member_id = $1', [house.memberId('林小满')]);
  await wang.says('在吗');
  await lin.types('/帮助');
  await house.settled(5_000);
});

test('a change that comes between composing a card and sending it is drawn too', async (t) => {
  const house = await openHouse(t);
  const { db, clock, core, tenantId, ids } = house;
  await house.customer('王女士').says('转人工');
  await house.settled();
  await core.stop();
  const change = async () => {
    const hints: Hint[] = [];
    await db.transaction(async (tx) => {
      await tx.query('update conversations set version = version + 1');
      const [one] = await tx.query<{ id: string }>('select id from conversations');
      const tenant = await core.tenants.get(tenantId);
      await redrawCards(
        {
          ...{ tx, tenant, now: clock.now(), ids, hints, platforms: new Map(), channels: new Map() },
          vault: core.vault,
        },
        `conversation:${one?.id}`,
      );
    });
  };
  const { tenants, accounts, workspaces, messageMedia: media, operations, pages } = core;
  const vault = new Vault({ db, masterKey: house.masterKey, clock });
  const parts = { db, clock, vault, tenants, accounts, workspaces, media, operations, pages };
  let changed = false;
  const drain = new Drain({
    db,
    clock,
    hints: core.hints,
    log: silent,
    processId: 'another',
    async compose(row) {
      const composed = await compose(parts, row);
      if (!changed) await change();
      changed = true;
      return composed;
    },
    later: () => {},
  });
  await change();
  const [row] = await db.query<{ destination: string }>(
    `select destination from outbox where state = 'pending'`,
  );
  await drain.drain(tenantId, row?.destination ?? '');
  const [card] = await db.query<{ drawn: number; version: number }>(
    `select c.drawn_version as drawn, v.version from cards c, conversations v where c.template = 'desk'`,
  );
  assert.equal(card?.drawn, card?.version, 'the card shows what was true before the change');
});

test('a workspace that cannot be opened ends no process, and holds up nobody elsewhere', async (t) => {
  const house = await openHouse(t, {
    elsewhere: [{ platform: 'dingtalk', abilities: {}, place: 'none' }],
  });
  await house.db.query(`update workspaces set credentials_sealed = 'broken' where platform = 'dingtalk'`);
  const name = `direct:${house.on('dingtalk').workspaceId}:${house.memberId('林小满')}`;
  house.core.hints.give([{ kind: 'destination', tenantId: house.tenantId, name }]);
  await house.member('林小满').types('/帮助');
  await house.settled();
  assert.ok(house.member('林小满').heard().includes('card:help'));
});
