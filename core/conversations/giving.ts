import { z } from 'zod';
import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { type Member, memberById } from '../members/member.js';
import type { Caller } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { assignNextTo } from '../queues/assign.js';
import { refreshNotices } from '../queues/notice.js';
import type { Queue } from '../queues/queue.js';
import { type Conversation, change, type Reads, subjectOf } from './conversation.js';
import { beginWaiting, placeInQueue } from './hand-over.js';
import { noteHandover } from './handover-brief.js';
import { waitingSinceOf } from './standing.js';
import { sayToCustomer } from './transcript.js';
import { watch } from './watch.js';
import { homeOf, leaveDesks, workplaceOf } from './workplace.js';

/** How long a supervisor may take back what they gave, if nobody has said anything since. */
export const giveBackWithinMs = 5 * 60_000;

/** How a conversation stood before it was given, kept with the event of that. */
const given = z.object({
  epoch: z.number(),
  /** Whatever was said since has a higher number. */
  mark: z.number(),
  before: z.object({
    state: z.enum(['waiting', 'active']),
    ownerId: z.string().optional(),
    queueId: z.string(),
    waitingSince: z.number().optional(),
  }),
});

/** What a word about a conversation calls it by. */
export async function namesOf(scene: Scene, conversation: Conversation) {
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  return { code: conversation.code ?? '', customer };
}

/** The event of a giving, with how things stood. */
async function eventOf(scene: Scene, conversation: Conversation, kind: string, actor: string, to: string) {
  const [mark] = await scene.tx.query<{ mark: number }>(`select nextval('message_revisions') as mark`);
  const { state, ownerId, queueId, waitingSince } = conversation;
  return {
    kind,
    actor,
    data: {
      ...{ from: ownerId, to, mark: mark?.mark ?? 0, epoch: conversation.epoch + 1 },
      before: { state, ownerId, queueId, waitingSince },
    },
  };
}

/** How a conversation stood before a member gave it away, if that can be undone still. */
export async function givenLately(
  { db, tenantId, now }: { db: Reads; tenantId: string; now: number },
  conversation: Conversation,
  memberId: string,
): Promise<z.infer<typeof given>['before'] | undefined> {
  const [event] = await db.query<{ kind: string; actor: string | null; data: unknown; at: Date }>(
    `select kind, actor, data, at from events
      where tenant_id = $1 and subject = $2 and kind in ('conversation.takenOver', 'conversation.reassigned')
      order by id desc limit 1`,
    [tenantId, subjectOf(conversation.id)],
  );
  const parsed = given.safeParse(event?.data);
  if (!event || !parsed.success || event.actor !== memberId) return undefined;
  if (parsed.data.epoch !== conversation.epoch || now - event.at.getTime() > giveBackWithinMs)
    return undefined;
  const since = await db.query(
    `select 1 from messages where tenant_id = $1 and conversation_id = $2 and number > $3 and audience = 'customer'
        and author_kind in ('customer', 'agent') limit 1`,
    [tenantId, conversation.id, parsed.data.mark],
  );
  return since.length === 0 ? parsed.data.before : undefined;
}

/** The conversation is theirs from now on: the customer, who had it, and who has it now are told. */
export async function giveToMember(
  scene: Scene,
  conversation: Conversation,
  to: Pick<Member, 'id' | 'name'>,
  { by, kind, queueId = conversation.queueId }: { by: Caller; kind: string; queueId?: string },
): Promise<void> {
  const { locale } = scene.tenant;
  if (conversation.ownerId !== undefined) await noteHandover(scene, conversation);
  if (queueId !== conversation.queueId) await leaveDesks(scene, conversation);
  const owned = await change(
    scene,
    conversation,
    { state: 'active', ownerId: to.id, queueId, epoch: conversation.epoch + 1, claimedAt: scene.now },
    await eventOf(scene, conversation, kind, by.id, to.id),
  );
  if (queueId !== conversation.queueId) await refreshNotices(scene, conversation.queueId);
  await watch(scene, owned);
  const key = conversation.ownerId === undefined ? 'conversation.agentJoined' : 'conversation.agentChanged';
  await sayToCustomer(scene, owned, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(locale, key, { agent: to.name }) },
  });
  await tellWhoHadIt(scene, conversation, by, to.name);
  const place = (await workplaceOf(scene, owned, to.id)) ?? (await homeOf(scene, to.id));
  if (!place) return;
  const names = await namesOf(scene, owned);
  if (to.id !== by.id)
    await enqueue(scene, {
      kind: 'tell',
      to: place,
      text: text(locale, 'command.takenOver', { ...names, from: by.name }),
    });
  await postCard(scene, {
    subject: subjectOf(owned.id),
    template: 'brief',
    audience: `member:${to.id}`,
    place,
  });
}

/** Back among those who wait, for whoever serves the queue. Their wait began when they last wrote without an answer. */
export async function giveToQueue(
  scene: Scene,
  conversation: Conversation,
  queue: Pick<Queue, 'id' | 'name'>,
  by: Caller,
  since?: number,
): Promise<void> {
  const { state, ownerId, waitingSince } = conversation;
  if (ownerId !== undefined) await noteHandover(scene, conversation);
  if (queue.id !== conversation.queueId) await leaveDesks(scene, conversation);
  const kept = since ?? (state === 'waiting' ? waitingSince : undefined);
  const waiting = await change(
    scene,
    conversation,
    {
      ...{ state: 'waiting', ownerId: null, queueId: queue.id, epoch: conversation.epoch + 1 },
      waitingSince: kept ?? (await waitingSinceOf(scene, conversation)),
    },
    await eventOf(scene, conversation, 'conversation.reassigned', by.id, queue.id),
  );
  // Who waits in another queue now waits no more in the first.
  if (queue.id !== conversation.queueId) await refreshNotices(scene, conversation.queueId);
  if (ownerId !== undefined) {
    const had = await memberById(scene.tx, scene.tenant.id, ownerId);
    const place = await placeInQueue(scene.tx, scene.tenant.id, waiting);
    const words = text(scene.tenant.locale, 'conversation.waitingAgain', { agent: had?.name ?? '', place });
    await sayToCustomer(scene, waiting, {
      author: { kind: 'system' },
      content: { type: 'text', text: words },
    });
  }
  await beginWaiting(scene, waiting, ownerId);
  await tellWhoHadIt(scene, conversation, by, queue.name);
}

/** Whoever had it is told, and has room again. */
async function tellWhoHadIt(scene: Scene, conversation: Conversation, by: Caller, to: string): Promise<void> {
  const { ownerId } = conversation;
  if (ownerId === undefined) return;
  await assignNextTo(scene, ownerId, conversation.id);
  const home = ownerId === by.id ? undefined : await homeOf(scene, ownerId);
  if (!home) return;
  const names = { ...(await namesOf(scene, conversation)), by: by.name, to };
  await enqueue(scene, {
    kind: 'tell',
    to: home,
    text: text(scene.tenant.locale, 'overview.takenFromYou', names),
  });
}
