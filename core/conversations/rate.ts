import { z } from 'zod';
import { customerById } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { identityMailbox } from '../pipeline/entry.js';
import { happened, type Scene, setTimer } from '../pipeline/scene.js';
import type { InboundMessage } from '../ports/inbound.js';
import { isCourtesy } from '../robot/small-talk.js';
import { wantsPerson } from '../robot/wants-person.js';
import { isOver, showRequest } from './ask-rating.js';
import {
  type Conversation,
  change,
  conversationById,
  latestConversationOf,
  subjectOf,
} from './conversation.js';
import { raiseLowRating } from './low-rating.js';
import {
  asksSomething,
  type LowReason,
  lowReasons,
  lowScore,
  reasonIn,
  reasonName,
  type Score,
  scoreIn,
  scores,
} from './rating-words.js';
import { heardFromCustomer, sayToCustomer } from './transcript.js';

/** So long a low score waits for its reason before supervisors hear of it. */
const alertAfterMs = 5 * 60_000;

/** The customer's own rating, once for each conversation. */
export const rate = operation({
  name: 'conversation.rate',
  input: z.object({
    conversation: z.uuid(),
    score: z.coerce.number().int().min(1).max(5),
    remark: z.string().trim().max(1_000).optional(),
  }),
  who: ['customer'],
  conversation: (input) => input.conversation,
  async run(input, { scene, invocation }) {
    const locale = scene.tenant.locale;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    const { actor } = invocation;
    if (actor.kind !== 'customer' || conversation?.identityId !== actor.identityId) {
      return refuse(text(locale, 'error.notAllowed'));
    }
    if (conversation.rating !== undefined) return refuse(text(locale, 'rating.alreadyGiven'));
    if (isOver(conversation, scene.now)) return refuse(text(locale, 'rating.expired'));
    const score = scores.find((one) => one === input.score) ?? 5;
    await give(scene, conversation, score, input.remark || undefined);
    return done();
  },
});

async function give(
  scene: Scene,
  conversation: Conversation,
  score: Score,
  remark: string | undefined,
): Promise<void> {
  const { locale } = scene.tenant;
  const rated = await change(
    scene,
    conversation,
    { rating: score },
    { kind: 'conversation.rated', data: { score, remark } },
  );
  if (remark !== undefined) await keepWhy(scene, rated, { remark });
  await showRequest(scene, rated, { given: score });
  const isLow = score <= lowScore;
  const asks = isLow && remark === undefined;
  await sayToCustomer(scene, rated, {
    author: { kind: 'system' },
    content: asks
      ? reasonRequest(scene)
      : { type: 'text', text: text(locale, isLow ? 'rating.thanksLow' : 'rating.thanks') },
  });
  if (!isLow) return;
  if (!asks) return raiseLowRating(scene, rated.id);
  await setTimer(
    scene,
    identityMailbox(rated.identityId),
    { kind: 'lowRating', conversationId: rated.id },
    scene.now + alertAfterMs,
  );
}

const reasonRequest = ({ tenant: { locale } }: Scene) => {
  const names = lowReasons.map((reason) => reasonName(locale, reason));
  return {
    type: 'text' as const,
    text: text(locale, 'rating.askReason', {
      reasons: names.map((name, at) => `${at + 1} ${name}`).join(locale === 'zh-CN' ? '，' : ', '),
    }),
    choices: names.map((name) => ({ label: name, say: name })),
  };
};

async function keepWhy(
  scene: Scene,
  conversation: Conversation,
  { reason, remark }: { reason?: LowReason; remark?: string },
): Promise<void> {
  await scene.tx.query(
    `update conversations set rating_reason = coalesce($3, rating_reason), rating_remark = coalesce($4, rating_remark)
      where tenant_id = $1 and id = $2`,
    [scene.tenant.id, conversation.id, reason ?? null, remark ?? null],
  );
  if (reason === undefined) return;
  await happened(scene, {
    kind: 'conversation.ratingReason',
    subject: subjectOf(conversation.id),
    data: { reason, remark },
  });
}

/**
 * Where there are no cards a rating is typed. Words are taken for one only while it is what the customer was asked last:
 * nothing was said since, no conversation has begun, and the day is not over. True: they were, and mean nothing else.
 */
export async function tookRating(scene: Scene, identity: Identity, event: InboundMessage): Promise<boolean> {
  if (event.type !== 'text') return false;
  const words = event.text ?? '';
  const conversation = await latestConversationOf(scene.tx, scene.tenant.id, identity.id);
  if (conversation?.state !== 'closed' || isOver(conversation, scene.now)) return false;
  if (conversation.rating === undefined) {
    const score = scoreIn(words);
    if (score === undefined || (await lastSaid(scene, conversation)) !== 'rating') return false;
    await hear(scene, conversation, words);
    await give(scene, conversation, score, undefined);
    return true;
  }
  if (conversation.rating > lowScore || (await lastSaid(scene, conversation)) !== 'reason') return false;
  const reason = reasonIn(words);
  const isOther = wantsPerson(words) || asksSomething(words) || isCourtesy(words);
  if (reason === undefined && isOther) return false;
  await hear(scene, conversation, words);
  await keepWhy(
    scene,
    conversation,
    reason ? { reason } : { reason: 'other', remark: words.slice(0, 1_000) },
  );
  await sayToCustomer(scene, conversation, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(scene.tenant.locale, 'rating.thanksRemark') },
  });
  await raiseLowRating(scene, conversation.id);
  return true;
}

async function hear(scene: Scene, conversation: Conversation, words: string): Promise<void> {
  const customer = await customerById(scene.tx, scene.tenant.id, conversation.customerId);
  heardFromCustomer(scene, conversation, {
    content: { type: 'text', text: words },
    name: customer?.name ?? '',
  });
}

/** Thanks, and the one kind word that answers them, are not counted. */
const looksBack = 6;

/** Whether the last thing said in a conversation was the request for a rating, or for its reason. */
async function lastSaid(
  { tx, tenant }: Scene,
  { id, closedAt = 0 }: Conversation,
): Promise<'rating' | 'reason' | undefined> {
  const rows = await tx.query<{
    type: string;
    words: string | null;
    kind: string;
    choices: boolean;
    at: Date;
  }>(
    `select content ->> 'type' as type, content ->> 'text' as words, author_kind as kind, content ? 'choices' as choices, at
       from messages where tenant_id = $1 and conversation_id = $2 and audience = 'customer'
      order by number desc limit ${looksBack}`,
    [tenant.id, id],
  );
  const isThanks = ({ kind, type, words, at }: (typeof rows)[number]) =>
    kind === 'customer'
      ? type === 'text' && isCourtesy(words ?? '')
      : kind === 'robot' && at.getTime() >= closedAt;
  const last = rows.find((row) => !isThanks(row));
  if (last?.kind !== 'system') return undefined;
  if (last.type === 'rating') return 'rating';
  return last.choices ? 'reason' : undefined;
}
