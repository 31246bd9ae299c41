import { z } from 'zod';
import type { FeishuCredentials } from './credentials.js';
import { anything, id } from './fields.js';
import { sameSecret } from './verify.js';

const optional = z.string().optional().catch(undefined);

const challengeSchema = z.object({
  type: z.literal('url_verification'),
  challenge: z.string().max(1000),
  token: z.string(),
});
export type Challenge = z.infer<typeof challengeSchema>;

const header = z.object({
  event_id: id,
  event_type: z.string().min(1).max(200),
  create_time: anything,
  token: optional,
  app_id: optional,
  tenant_key: optional,
});
const version2 = z.object({ header, event: anything });

/** Still used for approvals and app tickets. */
const version1 = z
  .object({
    type: z.literal('event_callback'),
    uuid: id,
    ts: anything,
    token: optional,
    event: z.looseObject({ type: z.string().min(1).max(200), app_id: optional, tenant_key: optional }),
  })
  .transform(({ uuid, ts, token, event }) => ({
    header: {
      event_id: uuid,
      event_type: event.type,
      create_time: ts,
      token,
      app_id: event.app_id,
      tenant_key: event.tenant_key,
    },
    event,
  }));

const envelopeSchema = z.union([version2, version1]);
export type Envelope = z.infer<typeof version2>;

export const challengeIn = (payload: unknown): Challenge | undefined =>
  // What a schema refuses costs far more than what it takes, and nearly everything is no challenge.
  typeof payload === 'object' && payload !== null && 'challenge' in payload
    ? challengeSchema.safeParse(payload).data
    : undefined;

export const envelopeIn = (payload: unknown): Envelope | undefined => envelopeSchema.safeParse(payload).data;

/**
 * Whether the payload names this app, this tenant and this token, as far as it names any.
 * @returns what does not fit, or undefined
 */
export function strangerIn({ header }: Envelope, credentials: FeishuCredentials): string | undefined {
  const { appId, tenantKey, verificationToken } = credentials;
  if (header.token && verificationToken && !sameSecret(header.token, verificationToken)) {
    return "the verification token is not this app's";
  }
  if (header.app_id && header.app_id !== appId) return 'the payload is for another app';
  if (header.tenant_key && tenantKey && header.tenant_key !== tenantKey)
    return 'the payload is for another tenant';
  return undefined;
}
