import { z } from 'zod';

/**
 * Where staff read, in our own ids: one to one with a member, in the topic of a conversation, or in a team group. The
 * platform's ids are looked up when something is sent there, since a topic has none before its root card is posted.
 */
export const staffPlaceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('direct'),
    workspaceId: z.string(),
    memberId: z.string(),
    /** Where the platform wants the answer to one message (`InboundMessage.reply`). */
    reply: z.string().optional(),
  }),
  z.object({ kind: z.literal('topic'), workspaceId: z.string(), conversationId: z.string() }),
  z.object({
    kind: z.literal('chat'),
    workspaceId: z.string(),
    chat: z.string(),
    reply: z.string().optional(),
  }),
]);
export type StaffPlace = z.infer<typeof staffPlaceSchema>;

/** Sends to one destination keep their order; a destination that is stuck holds up no other. */
export function destinationOf(place: StaffPlace): string {
  if (place.kind === 'direct') return `direct:${place.workspaceId}:${place.memberId}`;
  if (place.kind === 'topic') return `topic:${place.workspaceId}:${place.conversationId}`;
  return `chat:${place.workspaceId}:${place.chat}`;
}

/** Redraws have a destination of their own beside what is said at the place: a limit that makes a drawing wait holds up no words. */
export const redrawingAt = (destination: string): string => `redraw:${destination}`;
export const isRedrawing = (destination: string): boolean => destination.startsWith('redraw:');

/** The workspace that a destination of staff lies in; undefined for a customer's. */
export const workspaceOfDestination = (destination: string): string | undefined =>
  /^(?:redraw:)?(?:direct|topic|chat):([^:]+):/.exec(destination)?.[1];

/** The customer's identity that a destination is; undefined for one of staff. */
export const identityOfDestination = (destination: string): string | undefined =>
  /^identity:(.+)$/.exec(destination)?.[1];

export const destinationOfCustomer = (identityId: string): string => `identity:${identityId}`;
