import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatWaited } from '../i18n/time.js';
import { enqueue } from '../outbox/enqueue.js';
import { happened, type Scene } from '../pipeline/scene.js';
import { afterOpenTime } from '../queues/hours.js';
import { type QueueSettings, settingsOf } from '../queues/settings.js';
import { shorten } from '../text/shorten.js';
import { endConversation } from './close.js';
import { type Conversation, conversationById, subjectOf } from './conversation.js';
import { handBack } from './hand-over.js';
import { holdIsOver } from './hold.js';
import { type Standing, standingOf } from './standing.js';
import { sayToCustomer } from './transcript.js';
import { looksEvery, minuteMs, type Watch, watch, watchAt } from './watch.js';
import { workplaceOf } from './workplace.js';

type Done = Pick<Watch, 'nudged' | 'asked'>;

/** Looks whether somebody has been silent for too long: the owner is nudged and then loses it, the customer is asked and then let go. */
export async function watchRings(scene: Scene, timer: Watch): Promise<void> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, timer.conversationId);
  // Whoever has it now has set a time of their own.
  if (conversation?.state !== 'active' || conversation.epoch !== timer.epoch) return;
  if (conversation.heldUntil !== undefined) {
    if (scene.now < conversation.heldUntil)
      return watchAt(scene, conversation, conversation.heldUntil, timer);
    return watch(scene, await holdIsOver(scene, conversation));
  }
  if (await isLetter(scene, conversation)) return;
  const settings = await settingsOf(scene.tx, scene.tenant.id, conversation.queueId);
  const every = looksEvery(settings);
  if (every === undefined) return;
  const standing = await standingOf(scene.tx, scene.tenant.id, conversation);
  const step = standing.waits ? customerWaits : customerIsSilent;
  const next = await step(scene, conversation, standing, settings, timer);
  if (!next) return;
  const due = Math.min(scene.now + every, ...next.at.filter((at) => at > scene.now));
  await watchAt(scene, conversation, due, next.done);
}

/** Undefined: there is nothing more to watch. */
type Step = (
  scene: Scene,
  conversation: Conversation,
  standing: Standing,
  settings: QueueSettings,
  done: Done,
) => Promise<{ at: number[]; done: Done } | undefined>;

/** An owner's patience is counted in the time in which people are there. */
const customerWaits: Step = async (scene, conversation, standing, settings, done) => {
  const { since } = standing;
  const { hours } = settings;
  const patience = (minutes: number) =>
    minutes > 0
      ? afterOpenTime(hours, since, minutes * minuteMs, scene.tenant.timeZone)
      : Number.POSITIVE_INFINITY;
  const [nudgeAt, backAt] = [patience(settings.nudgeMinutes), patience(settings.unansweredMinutes)];
  if (scene.now >= backAt) {
    await tellOwner(scene, conversation, 'shift.unanswered', standing);
    await handBack(scene, conversation, 'unanswered');
    return undefined;
  }
  const isDue = scene.now >= nudgeAt && done.nudged !== since;
  if (isDue) {
    await tellOwner(scene, conversation, 'shift.nudge', standing);
    await happened(scene, { kind: 'conversation.nudged', subject: subjectOf(conversation.id) });
  }
  return { at: [nudgeAt, backAt], done: { nudged: isDue ? since : done.nudged } };
};

const customerIsSilent: Step = async (scene, conversation, { since }, settings, done) => {
  const askAt = after(since, settings.idleRemindMinutes);
  const closeAt = after(since, settings.idleCloseMinutes);
  const asks = askAt < closeAt || closeAt === Number.POSITIVE_INFINITY;
  const asked = done.asked?.silentSince === since ? done.asked : undefined;
  // Who was asked late has as much time to answer as anybody.
  const endsAt = asked ? Math.max(closeAt, asked.at + closeAt - askAt) : closeAt;
  if (scene.now >= endsAt && (asked || !asks)) {
    await closeForSilence(scene, conversation);
    return undefined;
  }
  if (!asks || asked || scene.now < askAt) return { at: [askAt, endsAt], done };
  const left = closeAt - askAt;
  const { locale } = scene.tenant;
  await sayToCustomer(scene, conversation, {
    author: { kind: 'system' },
    content: {
      type: 'text',
      text: Number.isFinite(left)
        ? text(locale, 'conversation.idle', { minutes: Math.round(left / minuteMs) })
        : text(locale, 'shift.anythingElse'),
    },
  });
  await happened(scene, { kind: 'conversation.idleAsked', subject: subjectOf(conversation.id) });
  return { at: [scene.now + left], done: { asked: { silentSince: since, at: scene.now } } };
};

const after = (since: number, minutes: number): number =>
  minutes > 0 ? since + minutes * minuteMs : Number.POSITIVE_INFINITY;

async function closeForSilence(scene: Scene, conversation: Conversation): Promise<void> {
  const { locale } = scene.tenant;
  const told = text(locale, 'conversation.closedIdle');
  await endConversation(scene, conversation, { reason: 'noReply', told });
  const to = conversation.ownerId && (await workplaceOf(scene, conversation, conversation.ownerId));
  if (!to) return;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  const words = text(locale, 'shift.closedIdle', { code: conversation.code ?? '', customer });
  await enqueue(scene, { kind: 'tell', to, text: words });
}

/** How much of what waits for an answer is quoted. */
const wordsTold = 80;

async function tellOwner(
  scene: Scene,
  conversation: Conversation,
  key: 'shift.nudge' | 'shift.unanswered',
  { since, unanswered }: Standing,
): Promise<void> {
  const { locale } = scene.tenant;
  const to = conversation.ownerId && (await workplaceOf(scene, conversation, conversation.ownerId));
  if (!to) return;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  const waited = formatWaited(scene.now - since, locale);
  const words = text(locale, key, { code: conversation.code ?? '', customer, waited });
  const last = unanswered.at(-1);
  const lines = last && key === 'shift.nudge' ? [words, `「${shorten(last, wordsTold)}」`] : [words];
  await enqueue(scene, { kind: 'tell', to, text: lines.join('\n') });
}

/** Nobody is hurried by minutes where letters are written. */
async function isLetter(scene: Scene, { accountId }: Conversation): Promise<boolean> {
  const [account] = await scene.tx.query<{ channel: string }>(
    'select channel from accounts where tenant_id = $1 and id = $2',
    [scene.tenant.id, accountId],
  );
  return scene.channels.get(account?.channel ?? '')?.abilities.pace === 'letter';
}
