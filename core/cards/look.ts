import { closeReasons } from '../conversations/close.js';
import type { Conversation, Reads } from '../conversations/conversation.js';
import type { CustomerMessage, Note } from '../conversations/message.js';
import { messageWords } from '../conversations/words.js';
import { text } from '../i18n/texts.js';
import { formatTime, formatWaited } from '../i18n/time.js';
import { memberById } from '../members/member.js';
import type { BotAbilities, Quota } from '../ports/bot.js';
import type { Vault } from '../secrets/vault.js';
import type { Tenant } from '../tenant.js';
import type { CardData, CardView } from './card.js';

/** What every view needs: who asks for it and when. Read outside transactions, at the moment a card is drawn. */
export interface Looking {
  db: Reads;
  tenant: Tenant;
  now: number;
  /** What the platform can do that it is drawn for. */
  abilities: BotAbilities;
  /** The platforms on which somebody can work. */
  workable: readonly string[];
  /** Whether it is drawn on a page of ours, which its one reader alone can open. */
  onPage?: boolean;
  vault: Vault;
  /** What a workspace's platform lets the enterprise have in a month; undefined where nothing is counted. */
  quotaOf(workspaceId: string): Promise<Quota | undefined>;
  /** A signed address of a stored file, which expires. */
  linkTo(mediaId: string): string;
}

/**
 * A view, the version of its subject that it shows, and the phase: what can be decided on it. A customer's next words move
 * the version; only another state or another owner moves the phase. Where a card can be changed but once it is changed
 * for a new phase, and a form that was opened in an older phase is not sent.
 */
export interface Drawn {
  view: CardView;
  /** 0: its subject has no version, and it is drawn whenever somebody asks for it. */
  version: number;
  phase: string;
}

export const phaseOf = ({ state, epoch }: Conversation): string => `${state}:${epoch}`;

/** Of cards that list or answer: whatever is pressed on them decides for itself. */
export const timeless = 'timeless';

type Line = CardData<'desk'>['recent'][number];
type Urgency = CardData<'desk'>['urgency'];

/** From when on a waiting customer is shown in amber, and in red. */
const soonAfterMs = 2 * 60_000;
const lateAfterMs = 5 * 60_000;

export function urgencyOf(conversation: Conversation, now: number): Urgency {
  const since =
    conversation.state === 'waiting'
      ? conversation.waitingSince
      : conversation.state === 'active' &&
          conversation.heldUntil === undefined &&
          (conversation.customerWroteAt ?? 0) > (conversation.ownerWroteAt ?? 0)
        ? conversation.customerWroteAt
        : undefined;
  if (since === undefined || now - since < soonAfterMs) return 'calm';
  return now - since < lateAfterMs ? 'soon' : 'late';
}

/** "等待认领 · 3 分钟", "陈一 处理中", "已结束 · 已解决". */
export async function statusOf(
  { db, tenant, now }: Pick<Looking, 'db' | 'tenant' | 'now'>,
  conversation: Conversation,
): Promise<string> {
  const { locale } = tenant;
  if (conversation.state === 'closed') {
    const reason = closeWords(locale, conversation.closeReason);
    return text(locale, 'card.status.closed', { reason });
  }
  if (conversation.state === 'active' && conversation.ownerId !== undefined) {
    const agent = (await memberById(db, tenant.id, conversation.ownerId))?.name ?? '';
    if (conversation.heldUntil !== undefined) {
      const until = formatTime(conversation.heldUntil, { timeZone: tenant.timeZone, locale, now });
      return text(locale, 'shift.statusHeld', { agent, until });
    }
    const asked = conversation.offeredTo && (await memberById(db, tenant.id, conversation.offeredTo));
    return asked
      ? text(locale, 'shift.statusOffered', { agent, name: asked.name })
      : text(locale, 'card.status.active', { agent });
  }
  const waited = formatWaited(now - (conversation.waitingSince ?? now), locale);
  return text(locale, 'card.status.waiting', { waited });
}

/** Of an open conversation, to its owner: "待回复 · 3 分钟", "已回复", "已挂起至 今天 16:05". */
export function standingInWords({ tenant, now }: Looking, conversation: Conversation): string {
  const { locale, timeZone } = tenant;
  const { customerWroteAt = 0, ownerWroteAt = 0, heldUntil } = conversation;
  if (heldUntil !== undefined)
    return text(locale, 'shift.heldUntil', { until: formatTime(heldUntil, { timeZone, locale, now }) });
  if (customerWroteAt > ownerWroteAt)
    return text(locale, 'card.awaiting', { waited: formatWaited(now - customerWroteAt, locale) });
  return text(locale, 'card.answered');
}

export function closeWords(locale: Tenant['locale'], reason: string | undefined): string {
  const key = closeReasons.find((one) => one === reason);
  return key ? text(locale, `conversation.close.${key}`) : '';
}

export const closeOptions = (locale: Tenant['locale']) =>
  closeReasons.map((value) => ({ value, label: text(locale, `conversation.close.${value}`) }));

export function lineOf({ tenant, now }: Looking, message: CustomerMessage | Note): Line {
  const { locale, timeZone } = tenant;
  const side = message.audience === 'staff' ? 'note' : message.author.kind;
  return {
    who: message.author.name ?? text(locale, `conversation.author.${message.author.kind}`),
    at: formatTime(message.at, { timeZone, locale, now }),
    text: messageWords(locale, message),
    side,
  };
}

export function ratingWords(locale: Tenant['locale'], rating: number | undefined): string | undefined {
  const key = ([1, 2, 3, 4, 5] as const).find((one) => one === rating);
  return key && text(locale, `rating.score.${key}`);
}
