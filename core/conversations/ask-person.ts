import { z } from 'zod';
import { isBlocked } from '../customers/block.js';
import { identityById } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { done, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { type Conversation, open, openConversationOf } from './conversation.js';
import { handOver, placeInQueue } from './hand-over.js';
import { sayToCustomer } from './transcript.js';

/**
 * The customer's "转人工": a button of the channel, or the words. It is about their own open conversation whatever the
 * button says; who presses it before a word was said opens one. Asking twice tells where they stand.
 */
export const askPerson = operation({
  name: 'conversation.askPerson',
  input: z.object({}),
  who: ['customer'],
  async run(_, { scene, invocation: { actor } }) {
    const identity =
      actor.kind === 'customer' && (await identityById(scene.tx, scene.tenant.id, actor.identityId));
    if (!identity) return refuse(text(scene.tenant.locale, 'error.notAllowed'));
    if (isBlocked(scene, identity)) return refuse(text(scene.tenant.locale, 'customer.blockedTold'));
    const opened = await openConversationOf(scene.tx, scene.tenant.id, identity.id);
    await callPerson(scene, opened ?? (await open(scene, identity)));
    return done();
  },
});

export async function callPerson(scene: Scene, conversation: Conversation): Promise<void> {
  if (conversation.state === 'robot') {
    await handOver(scene, conversation, 'asked');
    return;
  }
  const words = await standingInWords(scene, conversation);
  if (words)
    await sayToCustomer(scene, conversation, {
      author: { kind: 'system' },
      content: { type: 'text', text: words },
    });
}

async function standingInWords(scene: Scene, conversation: Conversation): Promise<string | undefined> {
  const locale = scene.tenant.locale;
  if (conversation.state === 'waiting') {
    const place = await placeInQueue(scene.tx, scene.tenant.id, conversation);
    return text(locale, 'robot.handOverAlready', { place });
  }
  if (conversation.state !== 'active' || conversation.ownerId === undefined) return undefined;
  const owner = await memberById(scene.tx, scene.tenant.id, conversation.ownerId);
  return text(locale, 'robot.handOverAnswered', { agent: owner?.name ?? '' });
}
