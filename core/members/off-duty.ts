import { z } from 'zod';
import { standingInWords } from '../cards/look.js';
import { button, panel } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { activeConversationsOf } from '../conversations/conversation.js';
import { customerNames } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward } from '../pipeline/scene.js';

/** What is open of who goes off duty: each to a colleague or a queue, all to their queues, or kept until it is closed. */
export const offDuty = operation({
  name: 'member.offDuty',
  input: z.object({}),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(_, call) {
    await showPanel(call, offDutyPanel, {});
    return done();
  },
});

/** All that is open goes back to its queue. */
export const handOverAll = operation({
  name: 'member.handOverAll',
  input: z.object({}),
  who: ['agent', 'supervisor', 'admin'],
  async run(_, call) {
    const { scene, caller, invocation } = call;
    const { locale } = scene.tenant;
    if (!caller) return refuse(text(locale, 'error.notMember'));
    const mine = await activeConversationsOf(scene.tx, scene.tenant.id, caller.id);
    for (const conversation of mine)
      await forward(scene, identityMailbox(conversation.identityId), {
        kind: 'invoke',
        invocation: {
          ...invocation,
          id: scene.ids.next(),
          operation: 'conversation.transfer',
          input: { conversation: conversation.id, to: conversation.queueId },
          // One answer is enough for all of them.
          origin: { kind: 'assigned' },
        },
      });
    return done(text(locale, 'shift.handedOverAll', { count: mine.length }));
  },
});

const rowsMax = 20;

export const offDutyPanel = panel({
  name: 'offDuty',
  asked: z.object({}),
  async view(looking, reader) {
    const { db, tenant } = looking;
    const { locale } = tenant;
    const mine = await activeConversationsOf(db, tenant.id, reader.id);
    const names = await customerNames(
      db,
      tenant.id,
      mine.map((one) => one.customerId),
    );
    return {
      title: text(locale, 'shift.offDutyTitle'),
      tag: String(mine.length),
      told: mine.length > 0 ? text(locale, 'shift.offDutyTold') : '',
      rows: mine.slice(0, rowsMax).map((one) => ({
        title: `${one.code ?? ''} ${names.get(one.customerId) ?? ''}`.trim(),
        detail: standingInWords(looking, one),
        text: '',
        tone: 'default' as const,
        buttons: [
          button(text(locale, 'card.button.transfer'), 'conversation.offerTransfer', {
            conversation: one.id,
          }),
        ],
      })),
      omitted: Math.max(0, mine.length - rowsMax),
      empty: text(locale, 'card.mineEmpty'),
      buttons: [
        ...(mine.length > 0
          ? [
              button(
                text(locale, 'shift.allToQueue'),
                handOverAll.name,
                {},
                {
                  confirm: {
                    title: text(locale, 'shift.allToQueue'),
                    text: text(locale, 'shift.allToQueueText', { count: mine.length }),
                  },
                },
              ),
            ]
          : []),
        button(text(locale, 'card.button.refresh'), offDuty.name),
      ],
    };
  },
});
