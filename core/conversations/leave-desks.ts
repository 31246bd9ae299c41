import { redrawCard } from '../cards/post.js';
import type { Scene } from '../pipeline/scene.js';
import { type Conversation, subjectOf } from './conversation.js';

/**
 * A conversation went to another queue: its cards at the desks of the first say so and end, and nothing is said in its topics
 * there any more. Whoever serves only the first queue may have no business with what comes now.
 */
export async function leaveDesks(scene: Scene, conversation: Conversation): Promise<void> {
  const left = await scene.tx.query<{ id: string }>(
    `update cards set data = data || '{"left": true}', retired_at = $3
      where tenant_id = $1 and subject = $2 and template = 'desk' and not coalesce((data ->> 'left')::boolean, false) returning id`,
    [scene.tenant.id, subjectOf(conversation.id), new Date(scene.now)],
  );
  for (const { id } of left) await redrawCard(scene, id);
}
