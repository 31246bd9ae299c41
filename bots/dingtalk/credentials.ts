import { z } from 'zod';

const words = (what: string) => z.string(`${what} is missing`).trim().min(1, `${what} is empty`);
const secret = (what: string) => words(what).meta({ secret: true });

/**
 * One internal app of one enterprise. With Stream deliveries the first three are all it needs; the others are for HTTP
 * deliveries, for cards, and for what the enterprise has paid for.
 *
 * Sources: open.dingtalk.com, 应用凭证; 事件订阅 (`aesKey`, `token`); 注册卡片回调地址 (`apiSecret`, `callbackRouteKey`).
 */
export const dingtalkCredentials = z
  .object({
    /** AppKey. */
    clientId: words('clientId'),
    /** AppSecret. */
    clientSecret: secret('clientSecret'),
    /** For an internal app the same as `clientId`. */
    robotCode: words('robotCode'),
    /** Where known, deliveries of other enterprises are refused. */
    corpId: words('corpId').optional(),
    aesKey: secret('aesKey')
      .regex(/^[a-zA-Z0-9]{43}$/, 'aesKey is 43 characters of a-z, A-Z and 0-9')
      .optional(),
    token: secret('token')
      .regex(/^[a-zA-Z0-9]{3,32}$/, 'token is 3 to 32 letters and digits')
      .optional(),
    /** The id under which cards/dingtalk/templates/imdesk.json was imported; without it cards are said in words. */
    cardTemplateId: words('cardTemplateId').optional(),
    /** Set with `apiSecret` when clicks come over HTTP; otherwise they come by Stream. */
    callbackRouteKey: words('callbackRouteKey').optional(),
    apiSecret: secret('apiSecret').optional(),
    edition: z
      .enum(['standard', 'professional'], 'edition is "standard" or "professional"')
      .default('standard'),
    /** What the enterprise may use in a month, where it is not what its edition begins with. */
    monthlyCalls: z.int('monthlyCalls is a whole number').positive('monthlyCalls is above 0').optional(),
    monthlyPushes: z.int('monthlyPushes is a whole number').positive('monthlyPushes is above 0').optional(),
  })
  .refine(
    ({ apiSecret, callbackRouteKey }) => (apiSecret === undefined) === (callbackRouteKey === undefined),
    {
      path: ['apiSecret'],
      error:
        'callbackRouteKey and apiSecret are registered together; without the secret no click can be believed',
    },
  );

export type DingtalkCredentials = z.infer<typeof dingtalkCredentials>;
