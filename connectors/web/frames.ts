import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Inbound, InboundMessage, InboundPages, Profile } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import type { WebAccount } from './account.js';
import { type ChatError, textMax } from './chat/wire.js';
import { originAllowed } from './origin.js';
import { mediaOf, type Visitor } from './token.js';

const clientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, - or _');
const ref = z.string().min(1).max(300);

export const pageSchema = z.object({ url: z.string().max(4000), title: z.string().max(500).optional() });

/** With when: epoch milliseconds of the visitor's clock. */
const trailSchema = z.array(pageSchema.extend({ at: z.number() })).max(10);

/** What the widget says, on the socket or in the body of a POST. `id` is its own and the same for every attempt. */
export const clientFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message'),
    id: clientId,
    text: z.string().optional(),
    /** The ticket of an upload. */
    media: z.string().max(2000).optional(),
    quote: ref.optional(),
    page: pageSchema.optional(),
    /** The pages looked at since the last that were told. */
    trail: trailSchema.optional(),
  }),
  z.object({
    type: z.literal('rate'),
    id: clientId,
    conversation: z.string().min(1).max(100),
    score: z.number(),
    remark: z.string().max(1000).optional(),
  }),
  z.object({ type: z.literal('person'), id: clientId }),
  /** Takes back a message of the visitor's own, by the id that the widget gave it. */
  z.object({ type: z.literal('withdraw'), id: clientId, message: clientId }),
  z.object({ type: z.literal('read'), refs: z.array(ref).min(1).max(100) }),
  /** Pages the visitor has looked at, newest last. */
  z.object({ type: z.literal('pages'), id: clientId, pages: trailSchema.min(1) }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

export type Heard =
  | { ok: true; id: string; events: Inbound[] }
  | { ok: false; id?: string; status: number; error: ChatError };

/** One frame of a visitor as events. Ids are scoped by the visitor, so nobody can speak, or be silenced, as another. */
export function eventsOf(value: unknown, visitor: Visitor, account: WebAccount, now: number): Heard {
  const { type, id } = named.parse(value);
  if (type !== undefined && !known.has(type)) return unheardOf(type, id, visitor, now);
  const { success, data: frame, error } = clientFrame.safeParse(value);
  if (!success) return refuse(id, 400, 'bad_frame', explain(error));
  const from = { sender: visitor.id, at: now };
  if (frame.type === 'message') return messageOf(frame, visitor, account, now);
  if (frame.type === 'pages') {
    const seen = pagesOf(frame, frame.pages, visitor, account, now);
    return { ok: true, id: frame.id, events: seen };
  }
  if (frame.type === 'read') {
    const messageIds = frame.refs.map(storable);
    const id = `read-${shortHash(messageIds.join('\n'))}`;
    return {
      ok: true,
      id,
      events: [{ kind: 'receipt', id: `${visitor.id}:${id}`, ...from, status: 'read', messageIds }],
    };
  }
  if (frame.type === 'withdraw') {
    const messageId = `${visitor.id}:${frame.message}`;
    return {
      ok: true,
      id: frame.id,
      events: [{ kind: 'recall', id: `${visitor.id}:${frame.id}`, messageId, ...from }],
    };
  }
  const click = { kind: 'click', id: `${visitor.id}:${frame.id}`, ...from } as const;
  if (frame.type === 'person') {
    const event = { ...click, operation: 'conversation.askPerson', arguments: {}, form: {} };
    return { ok: true, id: frame.id, events: [event] };
  }
  const { conversation, score, remark } = frame;
  const form: Record<string, string> = remark?.trim() ? { remark: storable(remark) } : {};
  const event = { ...click, operation: 'conversation.rate', arguments: { conversation, score }, form };
  return { ok: true, id: frame.id, events: [event] };
}

/** Only its name and id: whatever else it may be. */
const named = z
  .object({ type: z.string().optional().catch(undefined), id: clientId.optional().catch(undefined) })
  .catch({});
const known = new Set<string>(clientFrame.options.map((option) => option.shape.type.value));

function messageOf(
  frame: Extract<ClientFrame, { type: 'message' }>,
  visitor: Visitor,
  account: WebAccount,
  now: number,
): Heard {
  // Who looked at them is somebody once they have said something, and not before.
  const trail = pagesOf(frame, frame.trail ?? [], visitor, account, now);
  const message = {
    kind: 'message',
    id: `${visitor.id}:${frame.id}`,
    sender: visitor.id,
    at: now,
    ...(frame.quote && mayQuote(frame.quote, visitor) ? { quote: { id: frame.quote } } : {}),
    profile: profileOf(visitor, frame.page, account.identitySecret),
  } as const;
  if (frame.media !== undefined) {
    const media = mediaOf(frame.media, visitor.id, account.tokenKey);
    if (!media) return refuse(frame.id, 403, 'media_foreign', 'this file was not uploaded by this visitor');
    const { mediaId, type, name } = media;
    const event: InboundMessage = { ...message, type, text: name, media: { mediaId, name } };
    return { ok: true, id: frame.id, events: [event, ...trail] };
  }
  const text = storable(frame.text ?? '');
  if (!text.trim()) return refuse(frame.id, 400, 'empty', 'a message needs text or media');
  if ([...text].length > textMax) {
    return refuse(frame.id, 413, 'too_long', `a message holds at most ${textMax} characters`);
  }
  return { ok: true, id: frame.id, events: [{ ...message, type: 'text', text }, ...trail] };
}

/** Our own ids carry no colon; a visitor's carry their own name. Another visitor's are nothing to quote. */
const mayQuote = (quoted: string, visitor: Visitor): boolean =>
  quoted.startsWith(`${visitor.id}:`) || /^[0-9A-Za-z-]{1,64}$/.test(quoted);

/**
 * Who the staff sees. A proven visitor's name stands as it is; any other name is only what somebody typed, and says so.
 */
function profileOf(
  { id, name, identified, locale, facts }: Visitor,
  page: z.infer<typeof pageSchema> | undefined,
  identitySecret: string | undefined,
): Profile {
  const { attributes, ...reach } = facts ?? {};
  const proven = identified && identitySecret !== undefined;
  return {
    ...(proven ? reach : {}),
    ...(proven && attributes ? { systems: { attributes } } : {}),
    // Accounts with one secret have one site's users: the same user in two of them is one person.
    ...(proven ? { unionId: createHmac('sha256', identitySecret).update(`person ${id}`).digest('hex') } : {}),
    name: name && !identified ? `${name}（自称）` : name,
    locale,
    page: page && pageOf(page),
  };
}

/** The pages of the sites the widget may stand on; another's are nothing to us. */
function pagesOf(
  { id }: { id: string },
  pages: readonly (z.infer<typeof pageSchema> & { at: number })[],
  visitor: Visitor,
  { origins }: WebAccount,
  now: number,
): InboundPages[] {
  const seen = pages.flatMap(({ at, ...given }) => {
    const page = pageOf(given);
    const when = Number.isFinite(at) ? Math.min(Math.max(at, now - 86_400_000), now) : now;
    return page && originAllowed(new URL(page.url).origin, origins)
      ? [{ ...page, at: Math.round(when) }]
      : [];
  });
  const event = { kind: 'pages', id: `${visitor.id}:${id}#pages`, sender: visitor.id, at: now } as const;
  return seen.length > 0 ? [{ ...event, pages: seen }] : [];
}

/** A page's address without its fragment, where sites keep what is nobody else's business. */
function pageOf({ url, title }: z.infer<typeof pageSchema>): Profile['page'] {
  if (!URL.canParse(url)) return undefined;
  const address = new URL(url);
  if (!/^https?:$/.test(address.protocol)) return undefined;
  address.hash = '';
  address.username = '';
  address.password = '';
  return { url: storable(address.href), title: title && storable(title) };
}

function unheardOf(type: string, given: string | undefined, visitor: Visitor, now: number): Heard {
  const id = given ?? `other-${shortHash(type)}`;
  const name = storable(type).slice(0, 100);
  return {
    ok: true,
    id,
    events: [{ kind: 'other', id: `${visitor.id}:${id}`, name, sender: visitor.id, at: now }],
  };
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const refuse = (id: string | undefined, status: number, code: string, message: string): Heard => ({
  ok: false,
  id,
  status,
  error: { code, message },
});

const explain = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'frame'}: ${issue.message}`).join('; ');
