import { z } from 'zod';

const secret = z.string().meta({ secret: true });

/**
 * One app in one tenant. `encryptKey` and `verificationToken` are those of the console's page 加密策略 and matter to
 * HTTP deliveries only: an app that hears everything over its long connection needs neither. `tenantKey` and `botOpenId`,
 * where known, make two checks stricter: whose payload this is, and whether it is really us who were mentioned.
 */
export const feishuCredentials = z.object({
  appId: z.string().min(1),
  appSecret: secret.min(1),
  encryptKey: secret.default(''),
  verificationToken: secret.default(''),
  tenantKey: z.string().min(1).optional(),
  botOpenId: z.string().min(1).optional(),
});

export type FeishuCredentials = z.infer<typeof feishuCredentials>;
