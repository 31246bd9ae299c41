import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { change, conversationById } from './conversation.js';
import type { Content } from './message.js';
import { rewrite, sayToCustomer } from './transcript.js';

const scores = [5, 4, 3, 2, 1] as const;

/** "您对本次服务满意吗？" with the five scores. */
export function ratingRequest(scene: Scene, conversation: string, given?: number): Content {
  const locale = scene.tenant.locale;
  const words = (score: number) => text(locale, `rating.score.${scores.find((one) => one === score) ?? 5}`);
  return {
    type: 'rating',
    card: {
      conversation,
      state: given === undefined ? 'open' : 'given',
      prompt: text(locale, 'rating.prompt'),
      scores: scores.map((score) => ({ score, label: words(score) })),
      given: given === undefined ? undefined : text(locale, 'rating.given', { score: words(given) }),
    },
  };
}

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
    const rated = await change(
      scene,
      conversation,
      { rating: input.score },
      { kind: 'conversation.rated', data: { score: input.score, remark: input.remark } },
    );
    const [request] = await scene.tx.query<{ id: string }>(
      `select id from messages where tenant_id = $1 and conversation_id = $2 and content ->> 'type' = 'rating'`,
      [scene.tenant.id, rated.id],
    );
    if (request) await rewrite(scene, rated, request.id, ratingRequest(scene, rated.id, input.score));
    await sayToCustomer(scene, rated, {
      author: { kind: 'system' },
      content: { type: 'text', text: text(locale, input.score <= 2 ? 'rating.thanksLow' : 'rating.thanks') },
    });
    return done();
  },
});
