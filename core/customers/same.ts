import { z } from 'zod';
import { conversationByCode } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { customerName } from './customer.js';
import { mergeCustomers, splitCustomers } from './merge.js';
import { knownAs } from './person.js';
import type { Sight } from './see.js';
import { afterChange, sightIn, staff } from './show.js';

/** Two customers are the same person, says somebody who sees both of them. */
export const mergeCustomer = operation({
  name: 'customer.merge',
  input: z.object({
    conversation: z.uuid(),
    /** The other one, or the code of a conversation of theirs. */
    customer: z.uuid().optional(),
    code: z.string().trim().max(10).optional(),
  }),
  who: staff,
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { tx, tenant } = scene;
    const { locale } = tenant;
    const sight = await sightIn(call, input.conversation);
    if (!sight || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const other = input.customer ?? (await byCode(call, input.code ?? ''));
    if (other === undefined || !(await mayKnow(call, other, sight)))
      return refuse(text(locale, 'command.unknownConversation', { code: input.code ?? '' }));
    const { customerId } = sight.conversation;
    if (other === customerId) return refuse(text(locale, 'customer.alreadyOne'));
    const otherName = await customerName(tx, tenant.id, other);
    const name = await customerName(tx, tenant.id, customerId);
    const merge = await mergeCustomers(scene, customerId, other, caller.id);
    if (!merge) return refuse(text(locale, 'customer.alreadyOne'));
    await afterChange(call, sight.conversation);
    return done(text(locale, 'customer.merged', { one: name, other: otherName }));
  },
});

async function byCode(call: Call, code: string): Promise<string | undefined> {
  const found =
    code && (await conversationByCode(call.scene.tx, call.scene.tenant.id, code.replace(/^#/, '')));
  return found && (await sightIn(call, found.id)) ? found.customerId : undefined;
}

/** Whether an account the caller may look into knows the customer. */
async function mayKnow(
  { scene }: Call,
  customerId: string,
  { conversation, queueIds }: Sight,
): Promise<boolean> {
  const known = await knownAs(scene.tx, scene.tenant.id, customerId, queueIds, conversation.identityId);
  return known.length > 0;
}

/** They are two after all. */
export const splitCustomer = operation({
  name: 'customer.split',
  input: z.object({ conversation: z.uuid(), merge: z.uuid() }),
  who: staff,
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const sight = await sightIn(call, input.conversation);
    const [merge] = sight
      ? await scene.tx.query('select 1 from customer_merges where tenant_id = $1 and id = $2 and kept = $3', [
          scene.tenant.id,
          input.merge,
          sight.conversation.customerId,
        ])
      : [];
    if (!sight || !caller || !merge) return refuse(text(locale, 'error.conversationNotFound'));
    if (!(await splitCustomers(scene, input.merge, caller.id)))
      return refuse(text(locale, 'customer.splitTooLate'));
    await afterChange(call, sight.conversation);
    return done(text(locale, 'customer.splitDone'));
  },
});
