import { type Conversation, channelOf } from '../conversations/conversation.js';
import type { CustomerMessage } from '../conversations/message.js';
import type { Scene } from '../pipeline/scene.js';
import { splitText } from '../text/split.js';
import { enqueue } from './enqueue.js';
import { destinationOfCustomer } from './place.js';
import { hasWindows, waitsForCompanyMs } from './windows.js';

/** Bubbles that follow each other are waited for, where they are counted; but no longer than this for the first of them. */
const bubblesWithinMs = 10_000;

/** Puts a message on its way to its customer, in as many parts as the channel needs. */
export async function deliver(
  scene: Scene,
  conversation: Conversation,
  message: CustomerMessage,
  holdMs = 0,
): Promise<void> {
  const can = channelOf(scene, conversation);
  const { identityId } = conversation;
  const isCounted = can !== undefined && hasWindows(can);
  const waits = isCounted && canWait(conversation, message);
  const due = scene.now + (waits ? waitsForCompanyMs : holdMs);
  if (isCounted && !waits) goTogether(scene, identityId, due);
  const count = can && message.content.type === 'text' ? splitText(message.content.text, can.text).length : 1;
  for (let part = 0; part < count; part++) {
    await enqueue(scene, {
      kind: 'deliver',
      identityId,
      message,
      part: count > 1 ? part : undefined,
      notBefore: due > scene.now ? due : undefined,
    });
  }
}

/** "已为您接入客服…" says nothing that its agent's first words don't; where sends are counted it goes with them. */
const canWait = ({ state }: Conversation, { author, content }: CustomerMessage): boolean =>
  state === 'active' && author.kind === 'system' && content.type === 'text';

/** What waits for this customer leaves when this does, so that it becomes one message. */
function goTogether(scene: Scene, identityId: string, due: number): void {
  scene.tx.send(
    `update outbox set not_before = $4
      where tenant_id = $1 and destination = $2 and kind = 'deliver' and state = 'pending' and attempts = 0
        and (not_before > $4 or (not_before > $3 and created_at > $5))`,
    [
      scene.tenant.id,
      destinationOfCustomer(identityId),
      new Date(scene.now),
      new Date(due),
      new Date(scene.now - bubblesWithinMs),
    ],
  );
}
