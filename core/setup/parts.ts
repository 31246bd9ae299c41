import { z } from 'zod';

const page = z.coerce.number().int().min(1).max(1_000).default(1);

/** What the set-up panel shows: the list of all, one part, or one thing of a part. */
export const partSchema = z.discriminatedUnion('part', [
  z.object({ part: z.literal('home') }),
  z.object({
    part: z.literal('members'),
    page,
    /** Whose name holds these words. */
    words: z.string().trim().max(40).default(''),
    /** What the directories know of them; `asking` while they are being asked. */
    found: z
      .array(
        z.object({
          workspace: z.uuid(),
          person: z.string(),
          name: z.string(),
          department: z.string().default(''),
        }),
      )
      .max(30)
      .default([]),
    asking: z.boolean().default(false),
  }),
  z.object({ part: z.literal('member'), id: z.uuid() }),
  z.object({ part: z.literal('queues'), page }),
  z.object({ part: z.literal('queue'), id: z.uuid() }),
  z.object({ part: z.literal('queueMembers'), id: z.uuid(), page }),
  z.object({ part: z.literal('queueTimes'), id: z.uuid() }),
  z.object({ part: z.literal('channels'), page, told: z.string().max(1_000).default('') }),
  /** A new account of a channel, or (`id`) one there is. */
  z.object({
    part: z.literal('account'),
    channel: z.string().max(60).default(''),
    id: z.uuid().optional(),
    told: z.string().max(1_000).default(''),
  }),
  z.object({ part: z.literal('robot') }),
  z.object({
    part: z.literal('platforms'),
    /** What was found wanting, by the workspace's id. */
    found: z.record(z.string(), z.array(z.string())).default({}),
    told: z.string().max(1_000).default(''),
  }),
  z.object({ part: z.literal('workspace'), id: z.uuid() }),
]);
export type Part = z.infer<typeof partSchema>;
export type PartOf<Name extends Part['part']> = Extract<Part, { part: Name }>;
