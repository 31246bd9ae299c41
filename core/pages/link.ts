import { createHash } from 'node:crypto';
import type { CardView } from '../cards/card.js';
import type { Bot } from '../ports/bot.js';
import { packed, sign, unpacked, verified } from './signed.js';

/** The card that a page shows, for whom, and in which phase it was when the link was made. */
export interface PageTarget {
  tenantId: string;
  workspaceId: string;
  memberId: string;
  cardId: string;
  /** What is decided on, see `Drawn.phase`. A link holds a print of it only. */
  phase: string;
}

/** A link that came back. */
export interface PageLink extends Omit<PageTarget, 'phase'> {
  phasePrint: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Makes the address of a page; no row is written for it. */
export type PageLinks = (target: PageTarget, now: number) => string;

/** How long a link stays good: as long as WeCom, where every long form is filled in on a page, lets a card be changed. */
export const pageLinkLifeMs = 72 * 3_600_000;

const PURPOSE = 'page link';
const PRINT_BYTES = 8;
const IDS = 4;

/**
 * @param origin  where people reach this installation, without a slash at its end
 * @param key  a secret made for this purpose only, see `deriveKey`
 */
export const pageLinks =
  (origin: string, key: Buffer, lifeMs = pageLinkLifeMs): PageLinks =>
  (target, now) =>
    `${origin}/pages/${signPageLink(target, now + lifeMs, key)}`;

type OneReader = Omit<PageTarget, 'memberId'> & { audience: string };

/** The address of a card's page, if it has one reader, on a platform that tells a page who is looking at it. */
export function pageOf(bot: Bot, pages: PageLinks, card: OneReader, now: number): string | undefined {
  const [, memberId] = /^member:(.+)$/.exec(card.audience) ?? [];
  return bot.login && memberId !== undefined ? pages({ ...card, memberId }, now) : undefined;
}

/** The card with the address of its page, where cards can't be filled in. */
export const withPage = (view: CardView, { abilities }: Bot, page: string | undefined): CardView =>
  abilities.cardInputs || page === undefined ? view : { ...view, page };

/** The token of a page, 136 characters fit for one segment of an address. */
export function signPageLink(target: PageTarget, expiresAt: number, key: Buffer): string {
  const { tenantId, workspaceId, memberId, cardId, phase } = target;
  const body = [packed([tenantId, workspaceId, memberId, cardId], expiresAt), printOf(phase)];
  return sign(PURPOSE, Buffer.concat(body), key);
}

/** What a token opens, which may be over; undefined if we never signed it. */
export function verifyPageLink(
  token: string,
  key: Buffer,
  now: number,
): { link: PageLink; expired: boolean } | undefined {
  const body = verified(PURPOSE, token, key);
  const found = body && unpacked(body, IDS);
  if (found?.rest.length !== PRINT_BYTES) return undefined;
  const [tenantId = '', workspaceId = '', memberId = '', cardId = ''] = found.ids;
  const phasePrint = found.rest.toString('hex');
  const link = { tenantId, workspaceId, memberId, cardId, phasePrint, expiresAt: found.at };
  return { link, expired: found.at <= now };
}

/** Whether a card still decides on what it did when the link was made. */
export const isOfPhase = (link: PageLink, phase: string): boolean =>
  printOf(phase).toString('hex') === link.phasePrint;

const printOf = (phase: string): Buffer =>
  createHash('sha256').update(phase).digest().subarray(0, PRINT_BYTES);
