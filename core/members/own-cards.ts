import { z } from 'zod';
import type { CardName } from '../cards/card.js';
import { postCard } from '../cards/post.js';
import { type Call, done, type Outcome, operation } from '../operations/operation.js';
import { oneToOne, originPlace } from '../operations/origin.js';
import type { StaffPlace } from '../outbox/place.js';

/** Who waits, in the queues the caller may see. */
export const listQueue = operation({
  name: 'queue.list',
  input: z.object({}),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  run: (_, call) => showOwnCard(call, 'queue', oneToOne(call)),
});

/** The caller's own open conversations. */
export const listMine = operation({
  name: 'member.mine',
  input: z.object({}),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  run: (_, call) => showOwnCard(call, 'mine', oneToOne(call)),
});

/** What is used and left of each platform's month. */
export const showQuota = operation({
  name: 'workspace.quota',
  input: z.object({}),
  who: ['supervisor', 'admin'],
  shows: true,
  run: (_, call) => showOwnCard(call, 'quota', oneToOne(call)),
});

/** What the caller can do, by their role. */
export const help = operation({
  name: 'member.help',
  input: z.object({}),
  who: ['employee', 'agent', 'supervisor', 'admin'],
  shows: true,
  run: (_, call) => showOwnCard(call, 'help', originPlace(call)),
});

async function showOwnCard(call: Call, template: CardName, place: StaffPlace | undefined): Promise<Outcome> {
  if (place && call.caller) {
    const me = `member:${call.caller.id}`;
    await postCard(call.scene, { subject: me, template, audience: me, place });
  }
  return done();
}
