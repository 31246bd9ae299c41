import { z } from 'zod';
import { showPanel } from '../cards/show-panel.js';
import { type Conversation, change, conversationById } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { happened } from '../pipeline/scene.js';
import { customerSubject } from './merge.js';
import { askedOfCustomer, customerPanel } from './panel.js';
import { type Sight, sightOf } from './see.js';

export const staff = ['agent', 'supervisor', 'admin'] as const;

/** How long a number or an address stays shown to who asked for it. */
const revealedMs = 5 * 60_000;

/** What the caller may see of a conversation's customer; undefined to everybody who may not. */
export const sightIn = ({ scene, caller }: Call, conversation: string): Promise<Sight | undefined> =>
  sightOf(scene.tx, scene.tenant.id, caller, conversation);

/** Who a customer is. */
export const showCustomer = operation({
  name: 'customer.show',
  input: askedOfCustomer.omit({ revealedUntil: true }),
  who: staff,
  shows: true,
  async run(input, call) {
    if (!(await sightIn(call, input.conversation)))
      return refuse(text(call.scene.tenant.locale, 'error.conversationNotFound'));
    await showPanel(call, customerPanel, input);
    return done();
  },
});

/** Shows numbers and addresses as they are, for a while, and writes down who asked. */
export const revealCustomer = operation({
  name: 'customer.reveal',
  input: z.object({ conversation: z.uuid() }),
  who: staff,
  async run(input, call) {
    const { scene, caller } = call;
    const sight = await sightIn(call, input.conversation);
    if (!sight || !caller) return refuse(text(scene.tenant.locale, 'error.conversationNotFound'));
    await happened(scene, {
      kind: 'customer.revealed',
      subject: customerSubject(sight.conversation.customerId),
      actor: caller.id,
      data: { conversation: sight.conversation.id },
    });
    await showPanel(call, customerPanel, { ...input, view: 'card', revealedUntil: scene.now + revealedMs });
    return done(text(scene.tenant.locale, 'customer.revealed'));
  },
});

/** After a change: the cards of the conversation show it, and whoever pressed a button sees the customer again. */
export async function afterChange(call: Call, { id }: Conversation): Promise<void> {
  const { scene, invocation } = call;
  const conversation = await conversationById(scene.tx, scene.tenant.id, id);
  if (conversation?.state === 'waiting' || conversation?.state === 'active')
    await change(scene, conversation, {});
  if (invocation.origin.kind === 'click')
    await showPanel(call, customerPanel, { conversation: id, view: 'card' });
}
