import { createHash } from 'node:crypto';
import type { Inbound, InboundMessage, Profile } from '../../core/ports/inbound.js';
import type { ApiAccount } from './account.js';
import type { ApiAttachment, ApiMessage } from './body.js';

const mediaTypes = ['image', 'file', 'voice', 'video'] as const;
const inlineMaxChars = 1_400_000;

/**
 * What one message holds, as events: its words first, then each attachment and the place, as messages of their own with
 * ids `<id>#2`, `<id>#3`, …; empty when nothing was said.
 */
export function eventsOf(message: ApiMessage, id: string, account: ApiAccount, now: number): Inbound[] {
  const sender = message.conversationId ?? message.user?.id ?? '';
  const quote = message.quote ? { id: message.quote.messageId } : undefined;
  const parts = [
    ...wordsOf(message),
    ...(message.attachments ?? []).map((one) => mediaOf(one, account)),
    ...placeOf(message),
  ];
  return parts.map((part, index) => ({
    kind: 'message',
    id: index === 0 ? id : `${id}#${index + 1}`,
    sender,
    at: timeOf(message.ts, now),
    ...part,
    ...(quote && index === 0 ? { quote } : {}),
    profile: profileOf(message),
  }));
}

/** Without an id of its own a message is known by what it holds, so that a repeat is the same message. */
export function idOf(
  message: { messageId?: string },
  body: Buffer,
  idempotencyKey: string | undefined,
): string {
  if (message.messageId) return message.messageId;
  const hash = createHash('sha256').update(body);
  if (idempotencyKey) hash.update(`\n${idempotencyKey}`);
  return `body-${hash.digest('hex').slice(0, 40)}`;
}

type Part = Pick<InboundMessage, 'type' | 'text' | 'media' | 'location'>;

function wordsOf({ text, postback }: ApiMessage): Part[] {
  const words = text?.trim() ? text : (postback?.payload ?? '');
  return words.trim() ? [{ type: 'text', text: words }] : [];
}

function placeOf({ location }: ApiMessage): Part[] {
  return location ? [{ type: 'location', location }] : [];
}

/** A file is only ever fetched from a host the account lists; any other address stays words. */
function mediaOf(one: ApiAttachment, account: ApiAccount): Part {
  const type = mediaTypes.find((known) => known === one.type);
  const name = one.name?.slice(0, 255);
  const standIn = `[${(name ?? one.type) || 'file'}]`;
  if (!type) return { type: 'other', text: one.url ? `${standIn} ${one.url}` : standIn };
  if (one.base64) {
    if (one.base64.length > inlineMaxChars) return { type: 'other', text: `${standIn} (over 1 MB inline)` };
    return { type, text: name, media: { handle: `data:${one.mime ?? ''};base64,${one.base64}`, name } };
  }
  if (one.url && fetchable(one.url, account)) return { type, text: name, media: { handle: one.url, name } };
  return { type: 'other', text: one.url ? `${standIn} ${one.url}` : standIn };
}

export function fetchable(address: string, account: ApiAccount): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) return false;
  return account.mediaHosts.includes(url.host) || account.mediaHosts.includes(url.hostname);
}

function profileOf({ user }: ApiMessage): Profile | undefined {
  if (!user) return undefined;
  return {
    name: user.name?.slice(0, 100) || undefined,
    avatarUrl: user.avatar?.startsWith('https://') ? user.avatar : undefined,
    locale: user.locale,
    phone: user.phone?.slice(0, 40) || undefined,
    email: user.email?.slice(0, 200) || undefined,
  };
}

/** Their clock is believed within a day back and five minutes ahead; otherwise it is now. */
export function timeOf(ts: number | undefined, now: number): number {
  if (ts === undefined) return now;
  const ms = Math.round(ts < 100_000_000_000 ? ts * 1000 : ts);
  return ms > now - 86_400_000 && ms < now + 300_000 ? ms : now;
}
