import { z } from 'zod';

const known = z.string().trim().min(1).max(200);

/**
 * An official account (公众号 or 服务号) as its console shows it under 设置与开发: 基本配置 names `appId`, `appSecret` and what was
 * entered for the server: `token`, `encodingAesKey` and the mode.
 */
export const officialAccount = z
  .object({
    appId: known,
    appSecret: known.meta({ secret: true }),
    token: z
      .string()
      .regex(/^[A-Za-z0-9]{3,32}$/, '3 to 32 letters and digits, as entered in the console')
      .meta({ secret: true }),
    /** 消息加解密密钥; needed in the encrypted mode. */
    encodingAesKey: z
      .string()
      .regex(/^[A-Za-z0-9]{43}$/, '43 letters and digits, as the console shows them')
      .meta({ secret: true })
      .optional(),
    /** 安全模式 or 明文模式. In the plain one the words themselves are not signed. */
    mode: z.enum(['encrypted', 'plain']).default('encrypted'),
    /** Whether the account may call custom/send (客服接口), for which WeChat has to have verified its owner. */
    certified: z.boolean().default(true),
    /** Whether the first words may be given as the answer to the push itself, which costs no send of the window. */
    passive: z.boolean().default(true),
    /** What a press on the account's menu says: its key to the customer's words. */
    menu: z.record(z.string().max(128), z.string().trim().min(1).max(200)).default({}),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.weixin.qq.com'),
  })
  .refine(({ mode, encodingAesKey }) => mode === 'plain' || encodingAesKey !== undefined, {
    path: ['encodingAesKey'],
    message: 'needed in the encrypted mode',
  })
  .refine(({ certified, passive }) => certified || passive, {
    path: ['passive'],
    message: 'an account without custom/send has no other way to say anything',
  });

export type OfficialAccount = z.infer<typeof officialAccount>;
