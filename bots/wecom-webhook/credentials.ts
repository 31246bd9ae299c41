import { z } from 'zod';

/** The last part of the address that a group's robot was given (群聊 → 消息推送). Who has it can write to the group. */
export const webhookCredentials = z.object({ key: z.string().min(1).max(200).meta({ secret: true }) });

export type WebhookCredentials = z.infer<typeof webhookCredentials>;
