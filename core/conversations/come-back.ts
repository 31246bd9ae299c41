import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { takeTurnOf } from '../members/load.js';
import { type Member, memberById } from '../members/member.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { serves } from '../queues/queue.js';
import { settingsOf } from '../queues/settings.js';
import { smallTalk } from '../robot/small-talk.js';
import { wakeCode } from './codes.js';
import { type Conversation, change, subjectOf } from './conversation.js';
import { sayToCustomer } from './transcript.js';
import { watch } from './watch.js';
import { workplaceOf } from './workplace.js';

const minuteMs = 60_000;

/** Whether a person closed it so short a time ago that what its customer says now still belongs to it. */
export async function isFresh(scene: Scene, closed: Conversation): Promise<boolean> {
  if (closed.closedAt === undefined || closed.ownerId === undefined) return false;
  const { reopenMinutes } = await settingsOf(scene.tx, scene.tenant.id, closed.queueId);
  return scene.now - closed.closedAt <= reopenMinutes * minuteMs;
}

/** A thanks after the end is answered with one kind word, and begins nothing. */
export async function answerThanks(scene: Scene, closed: Conversation, words: string): Promise<void> {
  const said = await scene.tx.query(
    `select 1 from messages where tenant_id = $1 and conversation_id = $2 and audience = 'customer'
        and author_kind = 'robot' and at >= $3 limit 1`,
    [scene.tenant.id, closed.id, new Date(closed.closedAt ?? scene.now)],
  );
  if (said.length > 0) return;
  const { locale, name: tenant, robotName: robot } = scene.tenant;
  const talk = smallTalk(words) === 'bye' ? 'bye' : 'thanks';
  await sayToCustomer(scene, closed, {
    author: { kind: 'robot', name: robot },
    content: { type: 'text', text: text(locale, `robot.talk.${talk}`, { tenant, robot }) },
  });
}

/**
 * Who comes back with more to say comes back to the one who served them, if they are at work. It is the same conversation
 * that goes on: to the customer it is one matter, rated once, with one thread where colleagues read along, and the code
 * that the agent remembers. Undefined: the agent can't take it, and it begins anew.
 */
export async function reopen(scene: Scene, closed: Conversation): Promise<Conversation | undefined> {
  if (closed.closeReason === 'spam' || closed.ownerId === undefined) return undefined;
  const agent = await memberById(scene.tx, scene.tenant.id, closed.ownerId);
  if (!agent || !(await canTakeBack(scene, closed, agent))) return undefined;
  return change(
    scene,
    closed,
    {
      state: 'active',
      epoch: closed.epoch + 1,
      code: await wakeCode(scene, closed.id),
      claimedAt: scene.now,
      closedAt: null,
      closeReason: null,
    },
    { kind: 'conversation.reopened', data: { to: agent.id } },
  );
}

async function canTakeBack(scene: Scene, closed: Conversation, agent: Member): Promise<boolean> {
  return (
    agent.status === 'on' &&
    !agent.departed &&
    agent.role !== 'employee' &&
    (await serves(scene.tx, scene.tenant.id, closed.queueId, agent.id)) &&
    (await workplaceOf(scene, closed, agent.id)) !== undefined &&
    (await takeTurnOf(scene, agent.id))
  );
}

/** Tells both that they speak with each other again. */
export async function tellReopened(scene: Scene, reopened: Conversation): Promise<void> {
  const agent = reopened.ownerId && (await memberById(scene.tx, scene.tenant.id, reopened.ownerId));
  if (!agent) return;
  const { locale } = scene.tenant;
  await watch(scene, reopened);
  await sayToCustomer(scene, reopened, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(locale, 'shift.agentBack', { agent: agent.name }) },
  });
  const to = await workplaceOf(scene, reopened, agent.id);
  if (!to) return;
  const customer = await customerName(scene.tx, scene.tenant.id, reopened.customerId);
  const words = text(locale, 'shift.reopened', { code: reopened.code ?? '', customer });
  await enqueue(scene, { kind: 'tell', to, text: words });
  await postCard(scene, {
    subject: subjectOf(reopened.id),
    template: 'brief',
    audience: `member:${agent.id}`,
    place: to,
  });
}
