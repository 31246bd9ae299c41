import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { InboundFacts, Profile } from '../core/ports/inbound.js';
import { storable } from '../core/text/storable.js';

/** What a customer's own systems say of them, in a call they have signed: short texts, ready to be read. */
const words = (max: number) =>
  z.string().transform((text) => storable(text).replaceAll('\n', ' ').trim().slice(0, max));
const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);
const named = words(120).pipe(z.string().min(1));

/** Epoch milliseconds; seconds are recognised by their size. */
const time = z
  .number()
  .min(0)
  .max(4_102_444_800_000)
  .transform((given) => Math.round(given < 100_000_000_000 ? given * 1000 : given));

const order = z.object({
  id: words(64).pipe(z.string().min(1)),
  title: named,
  status: optional(words(40)),
  amount: optional(words(40)),
  at: optional(time),
  url: optional(z.url({ protocol: /^https?$/ }).max(500)),
});

export const attributesSchema = z
  .record(words(30).pipe(z.string().min(1)), words(200))
  .refine((given) => Object.keys(given).length <= 20, 'holds at most 20 attributes');

export const systemFactsSchema = z.object({
  name: optional(words(60)),
  phone: optional(words(30)),
  email: optional(words(120)),
  locale: optional(words(20)),
  /** What is left out stays as it was; what is given takes the place of all that was said before. */
  attributes: optional(attributesSchema),
  orders: optional(z.array(order).max(20)),
});
type SystemFactsGiven = z.infer<typeof systemFactsSchema>;

export function profileFrom({ name, phone, email, locale, attributes, orders }: SystemFactsGiven): Profile {
  const systems = attributes || orders ? { attributes, orders } : undefined;
  return { name: name || undefined, phone: phone || undefined, email: email || undefined, locale, systems };
}

/**
 * The facts as an event. The call's own time is part of what it is known by: the same call again is the same, and the same
 * facts a day later are news, since others may have been told in between.
 */
export function factsEvent(
  sender: string,
  given: SystemFactsGiven,
  call: { body: Buffer; timestamp: string; key?: string },
  now: number,
): InboundFacts {
  const hash = createHash('sha256')
    .update(`${sender}\n${call.timestamp}\n${call.key ?? ''}\n`)
    .update(call.body);
  const id = `facts-${hash.digest('hex').slice(0, 40)}`;
  return { kind: 'facts', id, sender, at: now, profile: profileFrom(given) };
}
