import { z } from 'zod';
import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { type Conversation, change, conversationById, subjectOf } from './conversation.js';
import { sayToCustomer } from './transcript.js';
import { workplaceOf } from './workplace.js';

/** Takes a waiting conversation. Exactly one wins: calls are handled one by one in the conversation's mailbox. */
export const claim = operation({
  name: 'conversation.claim',
  input: z.object({ conversation: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  focuses: true,
  async run(input, call) {
    const { scene, caller } = call;
    const locale = scene.tenant.locale;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const refusal = await whyNot(call, conversation);
    if (refusal) return refusal;

    const claimed = await change(
      scene,
      conversation,
      {
        state: 'active',
        ownerId: caller.id,
        epoch: conversation.epoch + 1,
        claimedAt: scene.now,
        ownerWroteAt: scene.now,
      },
      { kind: 'conversation.claimed', actor: caller.id },
    );
    await sayToCustomer(scene, claimed, {
      author: { kind: 'system' },
      content: { type: 'text', text: text(locale, 'conversation.agentJoined', { agent: caller.name }) },
    });
    const work = await workplaceOf(scene.tx, scene.tenant.id, claimed, caller.id);
    const { origin } = call.invocation;
    // Who claims by typing wants to read on where they typed, even if the work has a topic of its own.
    const place = origin.kind === 'typed' ? origin.place : work;
    if (place) {
      await postCard(scene, {
        subject: subjectOf(claimed.id),
        template: 'brief',
        audience: `member:${caller.id}`,
        place,
      });
    }
    const elsewhere = origin.kind === 'typed' && origin.place.kind === 'direct' && work?.kind === 'topic';
    return done(
      text(locale, elsewhere ? 'command.claimedInTopic' : 'command.claimed', {
        code: claimed.code ?? '',
        customer: await customerName(scene.tx, scene.tenant.id, claimed.customerId),
      }),
    );
  },
});

async function whyNot({ scene, caller }: Call, conversation: Conversation): Promise<Outcome | undefined> {
  const locale = scene.tenant.locale;
  if (!caller) return refuse(text(locale, 'error.notMember'));
  const queue = (await queuesFor(scene.tx, scene.tenant.id, caller.id)).find(
    (one) => one.id === conversation.queueId,
  );
  if (!queue || !maySee(queue, caller)) return refuse(text(locale, 'error.notAllowed'));
  if (conversation.state === 'closed') return refuse(text(locale, 'error.conversationClosed'));
  if (conversation.state === 'active' && conversation.ownerId === caller.id)
    return done(text(locale, 'error.alreadyYours'));
  if (conversation.state === 'active' && conversation.ownerId !== undefined) {
    const owner = await memberById(scene.tx, scene.tenant.id, conversation.ownerId);
    return refuse(text(locale, 'error.claimedBy', { name: owner?.name ?? '' }));
  }
  if (conversation.state !== 'waiting') return refuse(text(locale, 'error.notWaiting'));
  return whyFull(scene, caller.id);
}

/** Locks the member, so that two claims of one person in two conversations count each other. Load is counted, never kept. */
async function whyFull(scene: Call['scene'], memberId: string): Promise<Outcome | undefined> {
  const [row] = await scene.tx.query<{ capacity: number }>(
    'select capacity from members where tenant_id = $1 and id = $2 for no key update',
    [scene.tenant.id, memberId],
  );
  const [load] = await scene.tx.query<{ count: number }>(
    `select count(*)::int as count from conversations where tenant_id = $1 and owner_id = $2 and state = 'active'`,
    [scene.tenant.id, memberId],
  );
  if (!row || !load || load.count < row.capacity) return undefined;
  return refuse(text(scene.tenant.locale, 'error.full', { limit: row.capacity }));
}
