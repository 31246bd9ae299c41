import { z } from 'zod';
import { json, type Reading, refused } from '../../core/ports/delivery.js';
import type { Inbound, Profile } from '../../core/ports/inbound.js';
import type { KfAccount } from './account.js';
import { readEvent } from './event.js';
import { id, instantOf, optionalId, optionalWords, parseJson } from './fields.js';
import { contentOf } from './said.js';

/** Who sent an item: the customer, WeCom itself, or a servicer in WeCom's own app. */
export const origins = { customer: 3, servicer: 5 } as const;

const item = z.looseObject({
  msgid: id,
  msgtype: z.string().max(100),
  send_time: z.unknown(),
  origin: z.number().optional().catch(undefined),
  open_kfid: optionalId,
  external_userid: optionalId,
  servicer_userid: optionalId,
});

/** The customer as `customer/batchget` has them; put into the item when it was pulled. */
const customer = z.object({
  nickname: optionalWords,
  avatar: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional()
    .catch(undefined),
  unionid: optionalId,
});

/** One entry of `sync_msg`'s `msg_list`, with the customer beside it where they are known. Source: path/94670. */
export function readItem(body: Buffer, account: KfAccount, now: number): Reading {
  const found = item.safeParse(parseJson(body.toString('utf8'))).data;
  if (!found) return refused(400, 'this is no item of sync_msg');
  const foreign = found.open_kfid !== undefined && found.open_kfid !== account.openKfId;
  const event = foreign ? undefined : eventOf(found, account, now);
  const at = instantOf(found.send_time, now);
  const other: Inbound = { kind: 'other', id: found.msgid, name: found.msgtype, at };
  return { verified: true, events: [event ?? other], response: json(200, {}) };
}

function eventOf(found: z.infer<typeof item>, account: KfAccount, now: number): Inbound | undefined {
  const at = instantOf(found.send_time, now);
  const profile = profileOf(found.customer);
  if (found.msgtype === 'event')
    return readEvent(found.event, {
      id: found.msgid,
      at,
      openKfId: account.openKfId,
      ...(profile && { profile }),
    });
  const { msgid, external_userid: sender } = found;
  if (sender === undefined) return undefined;
  const content = contentOf(found.msgtype, found[found.msgtype]);
  if (found.origin === origins.servicer) {
    const by = found.servicer_userid;
    return { kind: 'elsewhere', id: msgid, sender, at, what: 'said', ...(by && { by }), content };
  }
  return { kind: 'message', id: msgid, sender, at, ...content, ...(profile && { profile }) };
}

function profileOf(value: unknown): Profile | undefined {
  const found = customer.safeParse(value).data;
  if (!found) return undefined;
  const { nickname, avatar, unionid } = found;
  return {
    ...(nickname && { name: nickname }),
    ...(avatar && { avatarUrl: avatar }),
    ...(unionid && { unionId: unionid }),
  };
}
