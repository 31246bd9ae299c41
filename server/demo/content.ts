/**
 * What the demo company knows and who works there: plain data beside this file, checked when it is read, so that a
 * slip in the JSON is named at start-up instead of turning up in a card.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { locales } from '../../core/i18n/texts.js';

const audience = z.enum(['customer', 'employee']);
const id = z.string().regex(/^[a-z][a-z0-9-]*$/);
const words = z.string().trim().min(1);

export const articlesSchema = z.array(
  z.strictObject({
    id,
    question: words.max(40),
    similar: z.array(words.max(40)).min(3).max(6),
    answer: words.max(220),
    /** From the broad subject to the narrow one. */
    category: z.array(words).length(2),
    audience,
  }),
);

const order = z.strictObject({
  number: z.string().regex(/^SY-\d{6}$/),
  /** Counted back from the day the demo is opened, so that it never looks stale. */
  placedDaysAgo: z.int().nonnegative(),
  items: z
    .array(z.strictObject({ name: words, quantity: z.int().positive(), priceFen: z.int().positive() }))
    .min(1),
  status: z.enum(['unpaid', 'paid', 'shipped', 'delivered', 'completed', 'returning', 'refunded']),
  parcel: z
    .strictObject({ courier: z.enum(['中通快递', '顺丰速运', '邮政 EMS']), trackingNumber: words })
    .optional(),
});

const customer = z.strictObject({
  id,
  name: words,
  /** How an agent would address them. */
  salutation: words,
  city: words,
  email: z.email(),
  profile: z.strictObject({
    level: z.enum(['茶友', '雅客', '山主']),
    points: z.int().nonnegative(),
    memberForDays: z.int().nonnegative(),
    about: words,
  }),
  orders: z.array(order).min(1).max(3),
});

const robotToAudience = z.strictObject({
  welcome: words,
  /** Questions offered as buttons; each is an article's question, word for word. */
  suggestions: z.array(words).min(3).max(5),
});

export const companySchema = z.strictObject({
  tenant: z.strictObject({ id, name: words, timeZone: words, locale: z.enum(locales) }),
  /** Wall-clock times in the tenant's time zone, every day of the week. */
  serviceHours: z.strictObject({ from: z.iso.time({ precision: -1 }), to: z.iso.time({ precision: -1 }) }),
  phone: z.literal('400-000-0000'),
  members: z.array(
    z.strictObject({
      id,
      name: words,
      title: words,
      role: z.enum(['employee', 'agent', 'supervisor', 'admin']),
    }),
  ),
  queues: z.array(
    z.strictObject({
      code: z.string().regex(/^[A-Z]{2,4}$/),
      name: words,
      description: words,
      audience,
      desk: z.enum(['topic', 'group', 'direct']),
      confidential: z.boolean(),
      /** Ids of the members who take its conversations. */
      members: z.array(id).min(1),
    }),
  ),
  robot: z.strictObject({ name: words, customer: robotToAudience, employee: robotToAudience }),
  customers: z.array(customer),
});

/** @throws ZodError naming the article and field that are wrong */
export const loadArticles = async () => articlesSchema.parse(await readBeside('articles.zh.json'));

/** @throws ZodError naming the field that is wrong */
export const loadCompany = async () => companySchema.parse(await readBeside('company.zh.json'));

async function readBeside(file: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`./${file}`, import.meta.url), 'utf8'));
}
