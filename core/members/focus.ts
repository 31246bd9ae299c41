import { z } from 'zod';
import { conversationById } from '../conversations/conversation.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { setFocus } from './member.js';

/** Turns a member to one of their conversations: what they type one to one goes there. */
export const focus = operation({
  name: 'member.focus',
  input: z.object({ conversation: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  async run(input, { scene, caller, invocation }) {
    const locale = scene.tenant.locale;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    if (conversation.state === 'closed') return refuse(text(locale, 'error.conversationClosed'));
    if (conversation.ownerId !== caller.id) return refuse(text(locale, 'error.notYours'));
    setFocus(scene.tx, scene.tenant.id, caller.id, conversation.id, invocation.at);
    const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
    return done(text(locale, 'command.focused', { customer, code: conversation.code ?? '' }));
  },
});
