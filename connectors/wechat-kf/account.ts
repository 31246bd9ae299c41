import { z } from 'zod';

const secret = z.string().min(1).meta({ secret: true });

/**
 * One 微信客服 account of one enterprise. `secret` is that of the app that is listed under 微信客服 → 可调用接口的应用; `token`
 * and `encodingAesKey` are those of its page 接收消息.
 */
export const kfAccount = z.object({
  corpId: z.string().min(1),
  secret,
  token: secret,
  encodingAesKey: z
    .string()
    .regex(/^[0-9A-Za-z]{43}$/, 'the EncodingAESKey is 43 letters and digits')
    .meta({ secret: true }),
  openKfId: z.string().min(1).max(64),
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://qyapi.weixin.qq.com'),
});

export type KfAccount = z.infer<typeof kfAccount>;
