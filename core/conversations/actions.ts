import { z } from 'zod';
import type { PanelButton } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button, panel } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { type Conversation, conversationById } from './conversation.js';

/** What an owner can do with a conversation besides writing: a label under `card.button`, and the operation it calls. */
interface Action {
  label:
    | 'canned'
    | 'customer'
    | 'transfer'
    | 'hold'
    | 'resume'
    | 'remind'
    | 'queue'
    | 'undo'
    | 'log'
    | 'status';
  operation: string;
  /** Whether it makes sense now. Absent: always. */
  when?(conversation: Conversation): boolean;
}

/** In the order in which they are offered: the first few on the brief itself, all of them behind 更多. */
export const actions: readonly Action[] = [
  { label: 'canned', operation: 'canned.list' },
  { label: 'customer', operation: 'customer.show' },
  { label: 'transfer', operation: 'conversation.offerTransfer' },
  { label: 'hold', operation: 'conversation.holdWhen', when: ({ heldUntil }) => heldUntil === undefined },
  { label: 'resume', operation: 'conversation.resume', when: ({ heldUntil }) => heldUntil !== undefined },
  { label: 'queue', operation: 'queue.list' },
  { label: 'undo', operation: 'conversation.undo' },
  { label: 'log', operation: 'conversation.log' },
  { label: 'remind', operation: 'member.remindWhen' },
  { label: 'status', operation: 'member.showStatus' },
];

/** So many beside 更多: a thumb finds them, and every platform has room for them. */
const onBrief = 3;

const buttonsOf = (looking: Pick<Looking, 'tenant'>, conversation: Conversation): PanelButton[] =>
  actions
    .filter((action) => action.when?.(conversation) ?? true)
    .map((action) =>
      button(text(looking.tenant.locale, `card.button.${action.label}`), action.operation, {
        conversation: conversation.id,
      }),
    );

/** What a brief offers its owner. */
export function briefActions(looking: Looking, conversation: Conversation): PanelButton[] {
  const all = buttonsOf(looking, conversation);
  const more = button(text(looking.tenant.locale, 'card.button.moreActions'), 'conversation.more', {
    conversation: conversation.id,
  });
  return [...all.slice(0, onBrief), more];
}

const about = z.object({ conversation: z.uuid() });

/** Everything an owner can do with a conversation, as buttons. */
export const moreActions = panel({
  name: 'more',
  asked: about,
  async view(looking, reader, asked) {
    const { db, tenant } = looking;
    const { locale } = tenant;
    const conversation = await conversationById(db, tenant.id, asked.conversation);
    if (conversation?.state !== 'active' || conversation.ownerId !== reader.id)
      return { title: text(locale, 'card.moreTitle'), told: text(locale, 'error.notYourConversation') };
    return {
      title: await customerName(db, tenant.id, conversation.customerId),
      tag: conversation.code ?? '',
      status: text(locale, 'card.moreTitle'),
      buttons: buttonsOf(looking, conversation),
    };
  },
});

/** "更多": shows the owner everything that can be done. */
export const more = operation({
  name: 'conversation.more',
  input: about,
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || conversation.ownerId !== caller?.id)
      return refuse(text(scene.tenant.locale, 'error.notYourConversation'));
    await showPanel(call, moreActions, input);
    return done();
  },
});
