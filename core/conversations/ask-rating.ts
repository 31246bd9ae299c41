import { text } from '../i18n/texts.js';
import { identityMailbox } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { type Conversation, change, conversationById } from './conversation.js';
import type { Content } from './message.js';
import { type Score, scoreName, scores } from './rating-words.js';
import { rewrite, sayToCustomer } from './transcript.js';

/** How long a customer may take to say how it was. */
export const ratingLifeMs = 24 * 3_600_000;

/** Of what was no service at all nobody asks how it was. */
const noService = ['spam', 'duplicate'];

/** "您对本次服务满意吗？" with the five scores. */
export function ratingRequest(
  { tenant: { locale } }: Scene,
  conversation: string,
  state: 'open' | 'expired' | { given: Score } = 'open',
): Content {
  return {
    type: 'rating',
    card: {
      conversation,
      state: typeof state === 'string' ? state : 'given',
      prompt: text(locale, 'rating.prompt'),
      scores: scores.map((score) => ({ score, label: scoreName(locale, score) })),
      given:
        typeof state === 'string'
          ? undefined
          : text(locale, 'rating.given', { score: scoreName(locale, state.given) }),
    },
  };
}

/**
 * Asks how it was, once for a service episode: not again when it was opened anew and closed again, nor where nobody was
 * served, which is when no person ever answered, or what was closed was spam or a duplicate.
 */
export async function askForRating(scene: Scene, closed: Conversation): Promise<void> {
  if (closed.ratingAskedAt !== undefined || closed.rating !== undefined) return;
  if (noService.includes(closed.closeReason ?? '') || !(await wasServed(scene, closed))) return;
  await change(scene, closed, { ratingAskedAt: scene.now });
  await sayToCustomer(scene, closed, {
    author: { kind: 'system' },
    content: ratingRequest(scene, closed.id),
  });
  await setTimer(
    scene,
    identityMailbox(closed.identityId),
    { kind: 'ratingEnds', conversationId: closed.id },
    scene.now + ratingLifeMs,
  );
}

/** Whether a person has answered the customer. */
async function wasServed({ tx, tenant }: Scene, { id }: Conversation): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from messages where tenant_id = $1 and conversation_id = $2 and audience = 'customer'
        and author_kind = 'agent' limit 1`,
    [tenant.id, id],
  );
  return rows.length > 0;
}

export const isOver = ({ ratingAskedAt }: Conversation, now: number): boolean =>
  ratingAskedAt === undefined || now >= ratingAskedAt + ratingLifeMs;

/** The time to say how it was is over: the request says so. */
export async function ratingEnds(scene: Scene, conversationId: string): Promise<void> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, conversationId);
  if (!conversation || conversation.rating !== undefined) return;
  await showRequest(scene, conversation, 'expired');
}

export async function showRequest(
  scene: Scene,
  conversation: Conversation,
  state: 'expired' | { given: Score },
): Promise<void> {
  const [request] = await scene.tx.query<{ id: string }>(
    `select id from messages where tenant_id = $1 and conversation_id = $2 and content ->> 'type' = 'rating'
      order by number desc limit 1`,
    [scene.tenant.id, conversation.id],
  );
  if (request) await rewrite(scene, conversation, request.id, ratingRequest(scene, conversation.id, state));
}
