import { z } from 'zod';

const secret = z.string().min(1).meta({ secret: true });

/**
 * One self-built app (自建应用) of one enterprise. `token` and `encodingAesKey` are those of its page 接收消息. `accountLimit`
 * is how many members the enterprise may have (我的企业 → 帐号上限), which decides how much the app may say in a day; left
 * out, it counts as the smallest there is.
 */
export const wecomCredentials = z.object({
  corpId: z.string().min(1),
  agentId: z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,12}$/)]).transform(Number),
  secret,
  token: secret,
  encodingAesKey: z
    .string()
    .regex(/^[0-9A-Za-z]{43}$/, 'the EncodingAESKey is 43 letters and digits')
    .meta({ secret: true }),
  accountLimit: z.number().int().positive().optional(),
});

export type WecomCredentials = z.infer<typeof wecomCredentials>;
