import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Looking } from '../../core/cards/look.js';
import { mineView, queueView } from '../../core/cards/view-member.js';
import type { Database } from '../../core/storage/database.js';
import { openHouse } from '../house.js';
import { paperAbilities } from '../paper.js';

/**
 * What one step asks of the database, so that a change that makes it ask twice as much is noticed. The bounds are what was
 * measured, and a little room for the looks that several hints cause.
 */
const bounds = {
  'a customer’s words to their agent': 22,
  'an agent’s reply': 32,
  'a question to the robot': 31,
};

/** The house's own look whether everything is done, and what sweepers do now and then. */
const housekeeping =
  /count\(\*\) from inbox|^\s*with (due|stale) as|distinct [iot]\.tenant_id|from tasks\s+where done_at|update member_identities set looked_up_at|insert into usage|from workspaces order by id/;

/** Counts statements, those of transactions and their begin and commit too. */
function counting(t: TestContext, db: Database) {
  const asked: string[] = [];
  const { query, transaction } = db;
  db.query = (text, values) => {
    asked.push(text);
    return query(text, values);
  };
  db.transaction = (work) => {
    asked.push('begin', 'commit');
    return transaction((tx) =>
      work({
        query: (text, values) => {
          asked.push(text);
          return tx.query(text, values);
        },
        send: (text, values) => {
          asked.push(text);
          tx.send(text, values);
        },
      }),
    );
  };
  t.after(() => Object.assign(db, { query, transaction }));
  const ours = (text: string) => !housekeeping.test(text);
  return {
    async during(step: () => Promise<void>): Promise<string[]> {
      asked.length = 0;
      await step();
      return asked.filter(ours);
    },
  };
}

test('a message and a reply cost no more statements than they should', async (t) => {
  const house = await openHouse(t);
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  await house.customer('李先生').says('下单后多久发货');
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.db.query<{ id: string }>(
    `select id from conversations where state = 'waiting'`,
  );
  await lin.clicks('conversation.claim', { conversation: waiting?.id });
  await lin.types('您好');
  await wang.says('在吗');
  await house.settled();

  const { during } = counting(t, house.db);
  const steps: Record<keyof typeof bounds, () => Promise<unknown>> = {
    'a customer’s words to their agent': () => wang.says('我的壶盖裂了'),
    'an agent’s reply': () => lin.types('马上为您补发'),
    'a question to the robot': () => house.customer('李先生').says('下单后多久发货'),
  };
  for (const [name, bound] of Object.entries(bounds)) {
    const step = Object.entries(steps).find(([key]) => key === name)?.[1];
    const asked = await during(async () => {
      await step?.();
      await house.settled();
    });
    t.diagnostic(`${name}: ${asked.length} statements`);
    assert.ok(
      asked.length <= bound,
      `${name} took ${asked.length} statements:\n${asked.map((text) => text.replace(/\s+/g, ' ').slice(0, 100)).join('\n')}`,
    );
  }
});

test('lists ask the same of the database for one row and for ten', async (t) => {
  const house = await openHouse(t);
  let asked = 0;
  const looking: Looking = {
    // Nobody else's statements: the house may still be tidying up.
    db: {
      query: (text, values) => {
        asked += 1;
        return house.db.query(text, values);
      },
    },
    tenant: await house.core.tenants.get(house.tenantId),
    now: house.clock.now(),
    abilities: paperAbilities,
    workable: ['feishu'],
    vault: house.core.vault,
    quotaOf: async () => undefined,
    linkTo: () => '',
  };
  const lin = house.memberId('林小满');
  const askedBy = async (view: Promise<unknown>) => {
    const before = asked;
    await view;
    return asked - before;
  };
  const cost = async () => ({
    queue: await askedBy(queueView(looking, lin)),
    mine: await askedBy(mineView(looking, lin)),
  });
  const grow = async (from: number, to: number) => {
    for (let number = from; number < to; number++) await house.customer(`客户${number}`).says('转人工');
    await house.settled();
    const waiting = await house.db.query<{ id: string }>(
      `select id from conversations where state = 'waiting' order by id`,
    );
    for (const { id } of waiting.slice(0, (to - from) / 2)) {
      await house.member('林小满').clicks('conversation.claim', { conversation: id });
    }
    await house.settled();
  };
  await grow(0, 2);
  const few = await cost();
  await grow(2, 16);
  assert.deepEqual(await cost(), few);
  t.diagnostic(`/queue: ${few.queue} statements, /mine: ${few.mine}`);
  const view = await queueView(looking, lin);
  assert.equal(view?.view.template === 'queue' && view.view.data.rows.length, 8);
});
