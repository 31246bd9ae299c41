import { z } from 'zod';
import { alertStaff } from '../alerts/alert.js';
import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { takeTurnOf } from '../members/load.js';
import { memberById, setFocus } from '../members/member.js';
import { done, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { maySee, queueById, queuesFor } from '../queues/queue.js';
import { wakeCode } from './codes.js';
import {
  type Conversation,
  change,
  conversationById,
  openConversationOf,
  subjectOf,
} from './conversation.js';
import { lowReasons, lowScore, reasonName, scoreName, scores } from './rating-words.js';
import { sayToCustomer } from './transcript.js';
import { watch } from './watch.js';
import { workplaceOf } from './workplace.js';

/** Tells the queue's supervisors of a low rating, once, with the reason if there is one by now. */
export async function raiseLowRating(scene: Scene, conversationId: string): Promise<void> {
  const { tx, tenant } = scene;
  const { locale } = tenant;
  const conversation = await conversationById(tx, tenant.id, conversationId);
  const score = scores.find((one) => one === conversation?.rating);
  if (!conversation || score === undefined || score > lowScore) return;
  const [why] = await tx.query<{ reason: string | null; remark: string | null }>(
    'select rating_reason as reason, rating_remark as remark from conversations where tenant_id = $1 and id = $2',
    [tenant.id, conversation.id],
  );
  const queue = await queueById(tx, tenant.id, conversation.queueId);
  const owner =
    conversation.ownerId === undefined ? undefined : await memberById(tx, tenant.id, conversation.ownerId);
  const reason = lowReasons.find((one) => one === why?.reason);
  const fact = (key: 'agent' | 'queue' | 'reason' | 'remark', value: string) =>
    value === '' ? [] : [{ label: text(locale, `rating.fact.${key}`), value }];
  const customer = await customerName(tx, tenant.id, conversation.customerId);
  await alertStaff(scene, {
    about: `rating:${conversation.id}`,
    silentForMs: Number.POSITIVE_INFINITY,
    to: await headsOf(scene, conversation.queueId, queue?.confidential ?? true),
    alert: {
      title: text(locale, 'rating.lowTitle'),
      tone: 'warning',
      told: text(locale, 'rating.lowTold', { customer, score: scoreName(locale, score) }),
      facts: [
        ...fact('agent', owner?.name ?? ''),
        ...fact('queue', queue?.name ?? ''),
        ...fact('reason', reason ? reasonName(locale, reason) : ''),
        ...fact('remark', why?.remark ?? ''),
      ],
      buttons: [
        { label: text(locale, 'rating.readLog'), operation: 'conversation.log', subject: conversation.id },
        {
          label: text(locale, 'rating.followUp'),
          operation: 'conversation.followUp',
          subject: conversation.id,
        },
      ],
    },
  });
}

/** Who serves the queue and answers for it; if nobody of its own does, everybody else who does, unless it is confidential. */
async function headsOf({ tx, tenant }: Scene, queueId: string, isConfidential: boolean): Promise<string[]> {
  const rows = await tx.query<{ id: string; serves: boolean }>(
    `select m.id, s.member_id is not null as serves from members m
       left join queue_members s on s.tenant_id = m.tenant_id and s.member_id = m.id and s.queue_id = $2
      where m.tenant_id = $1 and m.role in ('supervisor', 'admin') and m.departed_at is null`,
    [tenant.id, queueId],
  );
  const own = rows.filter(({ serves }) => serves);
  return (own.length > 0 || isConfidential ? own : rows).map(({ id }) => id);
}

/**
 * "回访": whoever answers for the queue goes back to the customer themself. The conversation goes on as theirs; if the
 * customer has begun another one meanwhile, that is the one to take.
 */
export const followUp = operation({
  name: 'conversation.followUp',
  // Alerts name what they are about as their subject.
  input: z
    .object({ conversation: z.uuid().optional(), subject: z.uuid().optional() })
    .transform(({ conversation, subject }) => ({ conversation: conversation ?? subject ?? '' })),
  who: ['supervisor', 'admin'],
  conversation: (input) => input.conversation,
  focuses: true,
  async run(input, { scene, caller, invocation }) {
    const { tx, tenant } = scene;
    const { locale } = tenant;
    const conversation = await conversationById(tx, tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const open = await openConversationOf(tx, tenant.id, conversation.identityId);
    // What they began meanwhile may be in a queue of its own.
    const queues = (await queuesFor(tx, tenant.id, caller.id)).filter((queue) => maySee(queue, caller));
    for (const { queueId } of open ? [conversation, open] : [conversation])
      if (!queues.some(({ id }) => id === queueId)) return refuse(text(locale, 'error.notAllowed'));
    if (open && open.ownerId !== undefined && open.ownerId !== caller.id) {
      const owner = await memberById(tx, tenant.id, open.ownerId);
      return refuse(text(locale, 'error.ownedBy', { name: owner?.name ?? '' }));
    }
    if (open?.ownerId === caller.id) return done(text(locale, 'error.alreadyYours'));
    if (!(await takeTurnOf(scene, caller.id))) {
      const limit = (await memberById(tx, tenant.id, caller.id))?.capacity ?? 0;
      return refuse(text(locale, 'error.full', { limit }));
    }
    const taken = await takeBack(scene, open ?? conversation, caller.id);
    setFocus(tx, tenant.id, caller.id, taken.id, invocation.at);
    await watch(scene, taken);
    await sayToCustomer(scene, taken, {
      author: { kind: 'system' },
      content: { type: 'text', text: text(locale, 'rating.followedUp', { agent: caller.name }) },
    });
    const place = await workplaceOf(scene, taken, caller.id);
    if (place)
      await postCard(scene, {
        ...{ subject: subjectOf(taken.id), template: 'brief', audience: `member:${caller.id}`, place },
      });
    const customer = await customerName(tx, tenant.id, taken.customerId);
    return done(text(locale, 'command.claimed', { code: taken.code ?? '', customer }));
  },
});

async function takeBack(scene: Scene, conversation: Conversation, memberId: string): Promise<Conversation> {
  return change(
    scene,
    conversation,
    {
      state: 'active',
      ownerId: memberId,
      epoch: conversation.epoch + 1,
      code: await wakeCode(scene, conversation.id),
      claimedAt: scene.now,
      ownerWroteAt: scene.now,
      closedAt: null,
      closeReason: null,
    },
    { kind: 'conversation.followedUp', actor: memberId, data: { before: conversation.ownerId } },
  );
}
