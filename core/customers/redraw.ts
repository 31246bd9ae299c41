import { redrawCard } from '../cards/post.js';
import { change, openConversationOf } from '../conversations/conversation.js';
import type { Scene } from '../pipeline/scene.js';

/** What is known of a customer has changed: the cards of their open conversation, and the panels about it, show it. */
export async function redrawForCustomer(scene: Scene, identityId: string): Promise<void> {
  const conversation = await openConversationOf(scene.tx, scene.tenant.id, identityId);
  if (!conversation) return;
  if (conversation.state !== 'robot') await change(scene, conversation, {});
  const panels = await scene.tx.query<{ id: string }>(
    `select id from cards where tenant_id = $1 and template = 'panel' and retired_at is null
        and data -> 'asked' ->> 'conversation' = $2 and data ->> 'panel' = 'customer'`,
    [scene.tenant.id, conversation.id],
  );
  for (const { id } of panels) await redrawCard(scene, id);
}
