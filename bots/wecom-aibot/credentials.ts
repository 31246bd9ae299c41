import { z } from 'zod';
import { locales } from '../../core/i18n/texts.js';

const secret = z.string().meta({ secret: true });

/**
 * One AI bot (智能机器人) in API mode. `token` and `encodingAesKey` belong to the callback address, `secret` to the long
 * connection; WeCom lets a bot have one of the two. `locale` is the language of what it answers before anybody has thought
 * about it.
 */
export const aibotCredentials = z
  .object({
    botId: z.string().min(1),
    token: secret.default(''),
    encodingAesKey: secret.regex(/^([A-Za-z0-9]{43})?$/, 'is 43 letters and digits').default(''),
    secret: secret.min(1).optional(),
    locale: z.enum(locales).default('zh-CN'),
  })
  .refine(
    ({ token, encodingAesKey, secret }) => secret !== undefined || (token !== '' && encodingAesKey !== ''),
    'either token and encodingAesKey (callback address) or secret (long connection) are needed',
  );

export type AibotCredentials = z.infer<typeof aibotCredentials>;
