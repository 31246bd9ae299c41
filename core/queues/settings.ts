import { z } from 'zod';
import type { Reads } from '../conversations/conversation.js';

const minutes = z.number().min(0).max(43_200);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);

/**
 * What a queue has settled about its service. 0 switches a time off. Times are of chats; where letters are written
 * (`ChannelAbilities.pace`) nobody is hurried by minutes.
 */
export const queueSettings = z.object({
  /** How long an owner's words can be undone before they leave, where the channel can't take them back. */
  undoSeconds: z.number().min(0).max(30).default(3),
  /** A customer who stays silent so long is asked whether there is more, and after so long the conversation is closed. */
  idleRemindMinutes: minutes.default(15),
  idleCloseMinutes: minutes.default(60),
  /** A customer waits so long for the owner's answer: then the owner is nudged, and after so long it goes back to the queue. */
  nudgeMinutes: minutes.default(5),
  unansweredMinutes: minutes.default(15),
  /** Time to write things up after a close, before the next conversation is given. */
  wrapUpSeconds: z.number().min(0).max(3_600).default(0),
  /** Who writes again within so long comes back to the same agent, if they are at work. */
  reopenMinutes: minutes.default(30),
  /** Who was offered a conversation answers within so long, or it returns. */
  offerSeconds: z.number().min(10).max(3_600).default(120),
  /** What agents of the queue can; an agent is given what they have the skill for. */
  skills: z.array(z.string().trim().min(1).max(40)).max(20).default([]),
  /** Days of the week (1 is Monday) and times at which people are there, in the tenant's time zone. Empty: always. */
  hours: z
    .array(z.object({ days: z.array(z.int().min(1).max(7)).min(1), from: clockTime, to: clockTime }))
    .max(14)
    .default([]),
  /** Texts of the house; '' is Imdesk's own. */
  texts: z
    .object({
      /** Outside hours, to whom asks for a person. */
      closed: z.string().max(500).default(''),
    })
    .prefault({}),
});
export type QueueSettings = z.infer<typeof queueSettings>;

export async function settingsOf(db: Reads, tenantId: string, queueId: string): Promise<QueueSettings> {
  const [row] = await db.query<{ settings: unknown }>(
    'select settings from queues where tenant_id = $1 and id = $2',
    [tenantId, queueId],
  );
  return queueSettings.parse(row?.settings ?? {});
}
