import { z } from 'zod';
import { cardData } from '../cards/card.js';

/** A stored file of a message, or (`handle`) one still to be fetched from where the message was said. */
const media = z.object({
  mediaId: z.string().optional(),
  handle: z.string().optional(),
  name: z.string().optional(),
  mime: z.string().optional(),
  bytes: z.number().optional(),
});

const choice = z.object({ label: z.string(), say: z.string() });

/** What a message holds. `text` of the other types is what stands in for them where they cannot be shown. */
export const contentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), choices: z.array(choice).optional() }),
  z.object({ type: z.literal('image'), media, text: z.string().optional() }),
  z.object({ type: z.literal('file'), media, text: z.string().optional() }),
  z.object({ type: z.literal('voice'), media, text: z.string().optional() }),
  z.object({ type: z.literal('video'), media, text: z.string().optional() }),
  z.object({
    type: z.literal('location'),
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
  }),
  z.object({ type: z.literal('rating'), card: cardData.rating }),
  z.object({ type: z.literal('other'), text: z.string() }),
]);
export type Content = z.infer<typeof contentSchema>;

/** `system` speaks for the desk ("已为您接入客服陈一"). */
export type AuthorKind = 'customer' | 'agent' | 'robot' | 'system';

/**
 * What both audiences' messages have. The two never mix: what goes out to a customer is made from a `CustomerMessage`,
 * which a `Note` is not, and the outbox's foreign key to messages carries the audience too, so no row can say otherwise.
 */
interface Said {
  tenantId: string;
  id: string;
  conversationId: string;
  at: number;
  content: Content;
  quotes?: string;
}

/** Said between the customer and the house. */
export interface CustomerMessage extends Said {
  audience: 'customer';
  author: { kind: AuthorKind; id?: string; name?: string };
  /** Its author took it back. What it said stays for those who look after the log, and is shown to nobody else. */
  recalledAt?: number;
  /** Its author changed it. */
  editedAt?: number;
  /** What became of it on its way to the customer; absent for what came from them. */
  delivery?: 'pending' | 'sent' | 'failed' | 'unknown';
}

/** Said among staff. Never leaves the house. */
export interface Note extends Said {
  audience: 'staff';
  author: { kind: 'agent' | 'robot' | 'system'; id?: string; name?: string };
}

/** As it was read back. The revision rises with every message and every change of one; a reader resumes after the highest it saw. */
export type Revised<Message> = Message & { revision: number };
