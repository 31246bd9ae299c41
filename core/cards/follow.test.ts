import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type HouseOptions, openHouse } from '../../tests/house.js';
import { SendError } from '../ports/courier.js';
import { reconcileCards } from './reconcile.js';

const team: HouseOptions['members'] = [
  { name: '林小满', role: 'agent' },
  { name: '陈亦舟', role: 'agent' },
];

/** 王女士 waits, and both agents see her card. */
async function waiting(t: TestContext, options: HouseOptions = {}) {
  const house = await openHouse(t, { members: team, ...options });
  const [wang, lin, chen] = [house.customer('王女士'), house.member('林小满'), house.member('陈亦舟')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  const id = conversation?.id ?? '';
  const desksOf = (name: string) =>
    house
      .member(name)
      .received()
      .filter(({ out }) => out.kind === 'card' && out.card.template === 'desk')
      .map((one) => ({ id: one.id, state: stateOf(one.id) }));
  const stateOf = (card: string) => {
    const view = house.paper.cards.get(card);
    return view?.template === 'desk' ? view.data.state : undefined;
  };
  return { house, wang, lin, chen, id, desksOf };
}

test('a card that can never be changed again is asked for once, and a new one says what holds', async (t) => {
  const { house, wang, lin, id, desksOf } = await waiting(t);
  const [old] = desksOf('陈亦舟');
  let asked = 0;
  house.paper.before = async (out) => {
    if (out.kind !== 'redraw' || out.messageId !== old?.id) return;
    asked += 1;
    throw new SendError('refused', '230031', 'the card is older than 14 days');
  };
  await wang.says('壶盖裂了');
  await house.settled();
  house.core.hints.give(await reconcileCards(house.db, house.clock, house.ids));
  await house.settled();
  assert.equal(asked, 1, 'her words are worth one try, and no new card');
  assert.equal(desksOf('陈亦舟').length, 1);
  await lin.clicks('conversation.claim', { conversation: id });
  await house.settled();
  assert.equal(asked, 2);
  assert.deepEqual(
    desksOf('陈亦舟').map(({ state }) => state),
    ['waiting', 'active'],
  );
  await wang.says('在吗');
  await lin.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  house.core.hints.give(await reconcileCards(house.db, house.clock, house.ids));
  await house.settled();
  assert.equal(asked, 2, 'the old one is left alone');
  assert.deepEqual(
    desksOf('陈亦舟').map(({ state }) => state),
    ['waiting', 'closed'],
  );
});

test('where neither an old card can be changed nor a new one posted, it comes to an end', async (t) => {
  const { house, lin, id } = await waiting(t);
  let asked = 0;
  house.paper.before = async (out) => {
    if (out.kind !== 'redraw' && out.kind !== 'card') return;
    asked += 1;
    throw new SendError('refused', '230002', 'the bot is no longer there');
  };
  await lin.types('/认领');
  await house.settled();
  await lin.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  house.core.hints.give(await reconcileCards(house.db, house.clock, house.ids));
  await house.settled();
  assert.ok(asked <= 10, `${asked} tries`);
  assert.equal((await house.conversations())[0]?.state, 'closed');
});

test('when a new card is not taken, the one before it is kept true', async (t) => {
  const { house, wang, lin, id } = await waiting(t);
  await lin.clicks('conversation.claim', { conversation: id });
  await lin.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  house.paper.before = async (out) => {
    if (out.kind === 'card' && out.card.template === 'brief')
      throw new SendError('refused', '230025', 'too long');
  };
  await wang.says('壶身也裂了');
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'active', 'she is back with the same agent');
  const brief = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  const view = brief && house.paper.cards.get(brief.id);
  assert.equal(view?.template === 'brief' && view.data.state, 'active');
});

test('where a card can be changed once, what somebody has no longer says so for good, and nothing is posted after it', async (t) => {
  const { house, lin, chen, id } = await waiting(t, {
    elsewhere: [{ platform: 'wecom', abilities: { cardEdits: 'once', desk: 'queue', toasts: false } }],
  });
  const [her, his] = [house.member('林小满', 'wecom'), house.member('陈亦舟', 'wecom')];
  await her.clicks('conversation.claim', { conversation: id });
  await house.settled();
  await her.clicks('conversation.transfer', { conversation: id, to: house.memberId('陈亦舟') });
  await house.settled();
  await his.clicks('conversation.accept', { conversation: id });
  await house.settled();
  const briefs = () =>
    her.received().filter(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  const shown = () => {
    const view = house.on('wecom').paper.cards.get(briefs().at(-1)?.id ?? '');
    return view?.template === 'brief' ? view.data.status : '';
  };
  assert.match(shown(), /^今天 \d\d:\d\d 已由 陈亦舟 接手$/);
  await his.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  assert.match(shown(), /已由 陈亦舟 接手$/);
  assert.equal(briefs().length, 1);
  assert.ok(lin.heard().length > 0 && chen.heard().length > 0);
});

test('where a card can be changed once and its code was lost, a new one says what holds', async (t) => {
  const { house, lin, id } = await waiting(t, {
    elsewhere: [{ platform: 'wecom', abilities: { cardEdits: 'once', desk: 'queue', toasts: false } }],
  });
  await house.db.query('update cards set edit = null');
  const his = house.member('陈亦舟', 'wecom');
  const notices = () =>
    his
      .received()
      .filter(({ out }) => out.kind === 'card' && out.card.template === 'waiting')
      .map((one) => {
        const view = house.on('wecom').paper.cards.get(one.id);
        return view?.template === 'waiting' ? view.data.state : '';
      });
  assert.deepEqual(notices(), ['open']);
  await lin.clicks('conversation.claim', { conversation: id });
  await house.settled();
  assert.deepEqual(notices(), ['open', 'done']);
  await house.customer('李先生').says('转人工');
  await house.settled();
  assert.deepEqual(notices(), ['open', 'done', 'open'], 'who waits next is told of anew');
});
