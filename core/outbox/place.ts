import { z } from 'zod';

/**
 * Where staff read, in our own ids: one to one with a member, in the topic of a conversation, or in a team group. The
 * platform's ids are looked up when something is sent there, since a topic has none before its root card is posted.
 */
export const staffPlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('direct'), workspaceId: z.string(), memberId: z.string() }),
  z.object({ kind: z.literal('topic'), workspaceId: z.string(), conversationId: z.string() }),
  z.object({ kind: z.literal('chat'), workspaceId: z.string(), chat: z.string() }),
]);
export type StaffPlace = z.infer<typeof staffPlaceSchema>;

/** Sends to one destination keep their order; a destination that is stuck holds up no other. */
export function destinationOf(place: StaffPlace): string {
  if (place.kind === 'direct') return `direct:${place.workspaceId}:${place.memberId}`;
  if (place.kind === 'topic') return `topic:${place.workspaceId}:${place.conversationId}`;
  return `chat:${place.workspaceId}:${place.chat}`;
}

export const destinationOfCustomer = (identityId: string): string => `identity:${identityId}`;
