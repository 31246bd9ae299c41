import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import { rememberAppearance } from '../outbox/appearance.js';
import type { Scene } from '../pipeline/scene.js';
import type { InboundElsewhere } from '../ports/inbound.js';
import { restCode } from './codes.js';
import { contentOf } from './content-of.js';
import { type Conversation, change, open, openConversationOf } from './conversation.js';
import { handOver } from './hand-over.js';
import { saidElsewhere, writeNote } from './transcript.js';
import { relayToStaff } from './workplace.js';

/**
 * Somebody of the house turned to this customer in the channel's own app. The robot stands back, staff read along, and
 * when the session ends there, a conversation that nobody here took has ended too.
 */
export async function elsewhere(scene: Scene, identity: Identity, event: InboundElsewhere): Promise<void> {
  const found = await openConversationOf(scene.tx, scene.tenant.id, identity.id);
  const by = event.by ?? text(scene.tenant.locale, 'elsewhere.somebody');
  if (event.what === 'ended') {
    if (found) await ended(scene, found, by);
    return;
  }
  const opened = found ?? (await open(scene, identity));
  const conversation = opened.state === 'robot' ? await handOver(scene, opened, 'elsewhere') : opened;
  if (event.what !== 'said') return tell(scene, conversation, 'elsewhere.taken', by);
  const author = { kind: 'agent', name: by } as const;
  const message = saidElsewhere(scene, conversation, { author, content: contentOf(event.content) });
  rememberAppearance(scene, identity.accountId, event.id, message);
  await relayToStaff(scene, conversation, message);
}

/** Its owner, where there is one, decides when it is over; they may have more to write down. */
async function ended(scene: Scene, conversation: Conversation, by: string): Promise<void> {
  if (conversation.state === 'robot') return;
  await tell(scene, conversation, 'elsewhere.ended', by);
  if (conversation.state !== 'waiting') return;
  const closed = await change(
    scene,
    conversation,
    { state: 'closed', epoch: conversation.epoch + 1, closedAt: scene.now, closeReason: 'elsewhere' },
    { kind: 'conversation.closed', data: { reason: 'elsewhere' } },
  );
  await restCode(scene, closed.id);
}

async function tell(
  scene: Scene,
  conversation: Conversation,
  what: 'elsewhere.taken' | 'elsewhere.ended',
  by: string,
): Promise<void> {
  const words = text(scene.tenant.locale, what, { by });
  const note = writeNote(scene, conversation, {
    author: { kind: 'system' },
    content: { type: 'text', text: words },
  });
  await relayToStaff(scene, conversation, note);
}
