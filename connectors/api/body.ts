import { z } from 'zod';
import { storable } from '../../core/text/storable.js';
import { systemFactsSchema } from '../facts.js';

/** Ids are strings; a whole number is accepted while JSON can hold it exactly (below 2^53). */
const id = z
  .union([z.string(), z.int()])
  .transform((value) => storable(String(value)))
  .pipe(z.string().min(1).max(200));
const text = z.string().transform(storable);
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

const attachment = z.object({
  type: z.string().max(40).default('file'),
  url: optional(z.string().max(4000)),
  base64: optional(z.string()),
  name: optional(text),
  mime: optional(z.string().max(200)),
});

const said = z.object({
  type: z.literal('message').optional(),
  direction: z.string().optional(),
  conversationId: optional(id),
  messageId: optional(id),
  user: optional(
    z.object({
      id: optional(id),
      name: optional(text),
      avatar: optional(z.string().max(2000)),
      locale: optional(z.string().max(40)),
      phone: optional(text),
      email: optional(text),
    }),
  ),
  text: optional(text),
  attachments: optional(z.array(attachment).max(20)),
  location: optional(
    z.object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      name: optional(text),
    }),
  ),
  quote: optional(z.object({ messageId: id })),
  postback: optional(z.object({ payload: text, title: optional(text) })),
  /** Epoch milliseconds; seconds are recognised by their size. */
  ts: optional(z.number()),
});

/** Of a message that was sent before, under the id it had: it is taken back, or has another wording. */
const changed = z.object({
  type: z.enum(['recall', 'edit']),
  conversationId: id,
  messageId: id,
  text: optional(text),
  ts: optional(z.number()),
});

export type ApiChange = z.infer<typeof changed>;

/** What the customer's own systems say of them; nothing is said by the customer. */
const identify = systemFactsSchema.extend({
  conversationId: optional(id),
  user: optional(z.object({ id: optional(id) })),
});
export type ApiIdentify = z.infer<typeof identify>;

export type ApiMessage = z.infer<typeof said>;
export type ApiAttachment = z.infer<typeof attachment>;

export type ApiBody =
  | { kind: 'message'; message: ApiMessage }
  | { kind: 'change'; change: ApiChange }
  | { kind: 'identify'; facts: ApiIdentify }
  | { kind: 'challenge'; challenge: string }
  | { kind: 'echo' }
  | { kind: 'other'; name: string }
  | { kind: 'unreadable'; reason: string };

const envelope = z.object({ type: z.string().optional(), direction: z.string().optional() });
const challenge = z.object({ challenge: z.string().max(1000) });

/** What a signed body is. Never throws. */
export function parseBody(bytes: Buffer): ApiBody {
  const value = parseJson(bytes);
  if (value === undefined) return { kind: 'unreadable', reason: 'the body is not JSON' };
  const { success, data, error } = envelope.safeParse(value);
  if (!success) return { kind: 'unreadable', reason: explain(error) };
  // What we send carries `direction: "out"`: a bridge that hands it back must not make it the customer's word.
  if (data.direction === 'out') return { kind: 'echo' };
  if (data.type === 'url_verification') return challengeOf(value);
  if (data.type === 'recall' || data.type === 'edit') return changeOf(value);
  if (data.type === 'identify') return identifyOf(value);
  if (data.type !== undefined && data.type !== 'message') {
    return { kind: 'other', name: storable(data.type).slice(0, 100) || 'unknown' };
  }
  const message = said.safeParse(value);
  if (!message.success) return { kind: 'unreadable', reason: explain(message.error) };
  return { kind: 'message', message: message.data };
}

function changeOf(value: unknown): ApiBody {
  const { success, data, error } = changed.safeParse(value);
  if (!success) return { kind: 'unreadable', reason: explain(error) };
  return data.type === 'edit' && !data.text?.trim()
    ? { kind: 'unreadable', reason: 'text: an edit needs the new words' }
    : { kind: 'change', change: data };
}

function identifyOf(value: unknown): ApiBody {
  const { success, data, error } = identify.safeParse(value);
  return success ? { kind: 'identify', facts: data } : { kind: 'unreadable', reason: explain(error) };
}

function challengeOf(value: unknown): ApiBody {
  const { success, data, error } = challenge.safeParse(value);
  return success
    ? { kind: 'challenge', challenge: data.challenge }
    : { kind: 'unreadable', reason: explain(error) };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

const explain = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
