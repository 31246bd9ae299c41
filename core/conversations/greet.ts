import { learn } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import type { Scene } from '../pipeline/scene.js';
import type { InboundVisit } from '../ports/inbound.js';
import { settingsOf } from '../queues/settings.js';
import { open, openConversationOf } from './conversation.js';
import { sayToCustomer } from './transcript.js';

/** A customer came without a word. Where the channel takes one greeting for that, they get the house's. */
export async function greet(scene: Scene, identity: Identity, event: InboundVisit): Promise<void> {
  await learn(scene, identity, event.profile);
  if (event.reply === undefined || event.how === 'left' || event.says !== undefined) return;
  if (await openConversationOf(scene.tx, scene.tenant.id, identity.id)) return;
  const { tenant } = scene;
  const { texts } = await settingsOf(scene.tx, tenant.id, identity.queueId);
  const conversation = await open(scene, identity);
  await sayToCustomer(scene, conversation, {
    author: { kind: 'robot', name: tenant.robotName },
    content: {
      type: 'text',
      text:
        texts.welcome ||
        text(tenant.locale, 'robot.welcome', { tenant: tenant.name, robot: tenant.robotName }),
    },
  });
}
