import { z } from 'zod';

const host = z
  .string()
  .regex(
    /^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/,
    'a host name in lower case, with its port if it has one',
  );

/** Settings of one account of the generic channel. */
export const apiAccount = z.object({
  /** Signs both ways; agreed between the two sides. */
  secret: z.string().min(12).meta({ secret: true, title: '签名密钥 secret' }),
  /** Where replies are sent. Without it the account only hears. */
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ title: '回复地址 callbackUrl', description: 'https://…' }),
  /** How long the other side may take to answer. */
  timeoutMs: z.int().min(100).max(30_000).default(10_000),
  /** Hosts that may be private or spoken to without TLS: a gateway inside our own network, a demo on loopback. */
  privateHosts: z.array(host).default([]),
  /** Hosts from which a customer's files may be fetched; files elsewhere are shown as links and never called. */
  mediaHosts: z.array(host).default([]),
  mediaMaxBytes: z
    .int()
    .min(1024)
    .max(100 * 1024 * 1024)
    .default(20 * 1024 * 1024),
});

export type ApiAccount = z.infer<typeof apiAccount>;
