import { z } from 'zod';

/** `https://shop.example`, `https://*.shop.example`, `http://127.0.0.1:*`, or `*` for any page. */
const origin = z
  .string()
  .regex(
    /^(\*|https?:\/\/(\*\.)?[a-z0-9.-]+(:(\d{1,5}|\*))?)$/,
    'an origin such as https://shop.example, https://*.shop.example or http://localhost:*, without a path',
  );

/** Settings of one widget. */
export const webAccount = z.object({
  /** Signs the tokens we hand to visitors. Changing it makes every anonymous visitor a new one. */
  tokenKey: z.string().min(32).meta({ secret: true, made: true }),
  /** Shared with the site's own server, which proves with it who is logged in. Without it everybody is anonymous. */
  identitySecret: z.string().min(16).optional().meta({ secret: true, title: '登录签名密钥 identitySecret' }),
  /** The pages the widget may stand on. */
  origins: z.array(origin).max(100).meta({ title: '网页来源 origins', description: 'https://shop.example' }),
  title: z.string().max(40).default('在线客服').meta({ title: '窗口标题 title' }),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'a colour such as #2563eb')
    .default('#2563eb'),
  welcome: z.string().max(500).default('您好，请问有什么可以帮您？').meta({ title: '欢迎语 welcome' }),
  /** Questions offered at the start; tapping one asks it. */
  suggestions: z.array(z.string().min(1).max(60)).max(6).default([]).meta({ title: '推荐问题 suggestions' }),
  /** How much one visitor (messages, uploads) and one address (sessions) may do. */
  perMinute: z
    .object({
      messages: z.int().min(1).default(30),
      uploads: z.int().min(1).default(10),
      sessions: z.int().min(1).default(120),
    })
    .prefault({}),
});

export type WebAccount = z.infer<typeof webAccount>;
