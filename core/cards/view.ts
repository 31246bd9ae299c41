import { z } from 'zod';
import type { Operations } from '../operations/registry.js';
import type { RobotReply } from '../pipeline/entry.js';
import type { CardName } from './card.js';
import type { Drawn, Looking } from './look.js';
import { panelView } from './panels.js';
import { alertSchema, alertView } from './view-alert.js';
import { briefView, deskView, transferView } from './view-conversation.js';
import { answerView, chooseView, helpView, mineView, queueView, waitingView } from './view-member.js';
import { quotaView } from './view-quota.js';

/** A card as it is kept: a template over a subject. */
export interface CardRow {
  template: CardName;
  /** `conversation:<id>`, `member:<id>`, `draft:<id>`, `queue:<id>`, `alert:<about>` or `panel:<name>:<member's id>`. */
  subject: string;
  /** 'desk', or `member:<id>`. */
  audience: string;
  data: unknown;
}

const answerData = z.object({
  question: z.string(),
  reply: z.custom<RobotReply>((value) => typeof value === 'object'),
});

const waitingData = z.object({ renewed: z.boolean().default(false), ended: z.boolean().default(false) });

/** Whose a card is, of those that are for one member. */
const memberOf = ({ audience }: CardRow): string => audience.replace(/^member:/, '');

/** The card as it should be seen now. Undefined: there is nothing (any more) to show. */
export async function viewOf(
  looking: Looking,
  operations: Operations,
  card: CardRow,
): Promise<Drawn | undefined> {
  const id = card.subject.slice(card.subject.indexOf(':') + 1);
  switch (card.template) {
    case 'desk':
      return deskView(looking, id);
    case 'brief':
      return briefView(looking, id, memberOf(card));
    case 'queue':
      return queueView(looking, id);
    case 'mine':
      return mineView(looking, id);
    case 'choose':
      return chooseView(looking, id);
    case 'answer':
      return answerView(looking, answerData.parse(card.data));
    case 'help':
      return helpView(looking, operations, id);
    case 'waiting':
      return waitingView(looking, id, waitingData.parse(card.data));
    case 'transfer':
      return transferView(looking, id, memberOf(card));
    case 'alert':
      return alertView(looking, alertSchema.parse(card.data));
    case 'quota':
      return quotaView(looking);
    // A panel says itself what it shows: see `core/cards/panel.ts`.
    case 'panel':
      return panelView(looking, operations, card);
    case 'rating':
      return undefined;
  }
}
