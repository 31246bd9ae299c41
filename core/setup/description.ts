import { z } from 'zod';
import { locales } from '../i18n/texts.js';
import { platforms } from '../ports/bot.js';

const name = z.string().trim().min(1).max(200);
const id = z.uuid().optional();

/**
 * An enterprise to be set up, as its administrator writes it down. Parts refer to each other by name. Ids may be given,
 * to say the same thing twice without making it twice; otherwise they are made.
 */
export const descriptionSchema = z.strictObject({
  tenant: z.strictObject({
    id,
    name,
    locale: z.enum(locales).default('zh-CN'),
    timeZone: name.default('Asia/Shanghai'),
    robotName: name,
  }),
  workspaces: z
    .array(
      z.strictObject({
        id,
        name,
        platform: z.enum(platforms),
        appId: name,
        /** `https://open.feishu.cn`, or the platform's other address. */
        baseUrl: z.url(),
        transport: z.enum(['http', 'socket']),
        /** Whether the app may hear what isn't addressed to it (Feishu: `im:message.group_msg`). If not, work is one to one. */
        hearsGroups: z.boolean().default(true),
        /** The last part of its callback address `/bots/<platform>/<address>`; made at random when absent. */
        address: z
          .string()
          .regex(/^[\w-]+$/)
          .optional(),
        /** Checked by the platform's own schema. */
        credentials: z.record(z.string(), z.unknown()),
      }),
    )
    .min(1),
  /** Who is not written down is set up in IM, as are queues and channels. */
  members: z
    .array(
      z.strictObject({
        id,
        name,
        role: z.enum(['employee', 'agent', 'supervisor', 'admin']),
        /** What each workspace calls them, by the workspace's name. */
        identities: z.record(z.string(), name),
      }),
    )
    .default([]),
  queues: z
    .array(
      z.strictObject({
        id,
        name,
        confidential: z.boolean().default(false),
        /** Gives who waits to whoever has the most room, instead of waiting to be claimed. */
        assigns: z.boolean().default(false),
        /** Names of members. */
        members: z.array(name),
        desks: z.array(
          z.strictObject({
            workspace: name,
            place: z.enum(['topic', 'group', 'direct']),
            chat: name.optional(),
          }),
        ),
      }),
    )
    .default([]),
  accounts: z
    .array(
      z.strictObject({
        id,
        name,
        channel: name,
        /** The queue its conversations wait in. */
        queue: name,
        /** Checked by the channel's own schema. */
        settings: z.record(z.string(), z.unknown()),
      }),
    )
    .default([]),
  articles: z
    .array(
      z.strictObject({
        question: name,
        similar: z.array(name).default([]),
        answer: z.string().trim().min(1),
        category: z.array(name).default([]),
        audience: z.enum(['customer', 'employee']),
      }),
    )
    .default([]),
});

export type Description = z.infer<typeof descriptionSchema>;
