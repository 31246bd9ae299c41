import { type Conversation, waitingConversations } from '../conversations/conversation.js';
import { colleaguesWithRoom, mayBeGiven } from '../members/load.js';
import { memberMailbox } from '../pipeline/entry.js';
import { forward, type Scene } from '../pipeline/scene.js';
import { workable } from '../ports/bot.js';
import { queueById } from './queue.js';

/**
 * A queue that assigns by itself gives who waits to whoever has the most room, by a row in that member's mailbox: its
 * handler claims for them like a click would, so that capacity and a claim of somebody quicker are checked in one place.
 * A queue that does not, waits to be claimed.
 * @param not  whom it is not given to: they have just let it go
 */
export async function assign(scene: Scene, conversation: Conversation, not?: string): Promise<void> {
  const queue = await queueById(scene.tx, scene.tenant.id, conversation.queueId);
  if (!queue?.assigns) return;
  const colleagues = await colleaguesWithRoom(
    scene.tx,
    scene.tenant.id,
    queue.id,
    { workable: workable(scene.platforms), now: scene.now },
    2,
  );
  const colleague = colleagues.find(({ id }) => id !== not);
  if (colleague) await give(scene, colleague.id, conversation.id);
}

/** Somebody has room again: who has waited longest in a queue that they serve and that assigns by itself is theirs. */
export async function assignNextTo(scene: Scene, memberId: string, not?: string): Promise<void> {
  const queues = await scene.tx.query<{ id: string }>(
    `select q.id from queues q join queue_members m on m.tenant_id = q.tenant_id and m.queue_id = q.id
      where q.tenant_id = $1 and m.member_id = $2 and q.assigns`,
    [scene.tenant.id, memberId],
  );
  if (queues.length === 0 || !(await mayBeGiven(scene.tx, scene.tenant.id, memberId, scene.now))) return;
  const waiting = await waitingConversations(
    scene.tx,
    scene.tenant.id,
    queues.map((queue) => queue.id),
    2,
  );
  const next = waiting.find(({ id }) => id !== not);
  if (next) await give(scene, memberId, next.id);
}

/**
 * What a queue gave to a member was refused: who waits still goes to somebody else who has room; and if it was given
 * away meanwhile, the member is given the next. Each time either somebody is served or nobody with room is left.
 */
export async function assignInstead(
  scene: Scene,
  conversation: Conversation,
  memberId: string,
): Promise<void> {
  if (conversation.state === 'waiting') await assign(scene, conversation);
  else if (conversation.ownerId !== memberId) await assignNextTo(scene, memberId);
}

const give = (scene: Scene, memberId: string, conversationId: string): Promise<void> =>
  forward(scene, memberMailbox(memberId), { kind: 'assigned', conversationId });
