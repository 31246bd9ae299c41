import { z } from 'zod';
import { conversationById } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import { type Drawn, type Looking, phaseOf } from './look.js';

const left = z.object({ left: z.literal(true) });

/** Whether a card stands at a desk that its conversation has left (`conversations/leave-desks.ts`). */
export const hasLeft = ({ data }: { data: unknown }): boolean => left.safeParse(data).success;

/** What is left of a conversation at a desk it has gone from: that it has, and nothing of what is said in it. */
export async function leftDeskView(
  { db, tenant }: Looking,
  conversationId: string,
): Promise<Drawn | undefined> {
  const conversation = await conversationById(db, tenant.id, conversationId);
  if (!conversation) return undefined;
  const { locale } = tenant;
  const code = conversation.code ?? '';
  const status = text(locale, 'overview.leftDesk');
  return {
    version: conversation.version,
    phase: phaseOf(conversation),
    view: {
      template: 'desk',
      locale,
      plain: `${code} · ${status}`,
      data: {
        ...{ conversation: conversation.id, version: conversation.version, code, customer: '', status },
        ...{ state: 'closed', urgency: 'calm', facts: [], reason: '', recent: [], tried: [], reasons: [] },
      },
    },
  };
}
