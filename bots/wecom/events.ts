import { z } from 'zod';
import type { Inbound, InboundDirectory } from '../../core/ports/inbound.js';
import { readClick } from './click.js';
import type { Opened } from './envelope.js';
import { instantOf, userId, words } from './fields.js';
import { readMessage } from './message.js';

type Told = { fields: object; digest: string; at: number };
type Reader = (told: Told) => Inbound[] | undefined;

const kind = z.object({ MsgType: z.string(), Event: words.optional(), CreateTime: z.string().optional() });
const from = z.object({ FromUserName: userId });
const menuKey = z.object({ FromUserName: userId, EventKey: words.pipe(z.string().min(1).max(200)) });
const contact = z.object({
  ChangeType: z.string(),
  UserID: userId,
  NewUserID: userId.optional().catch(undefined),
});

/** One reader per event we have a use for; undefined from it means that the event was not as documented. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['template_card_event', clicked],
  ['template_card_menu_event', clicked],
  ['click', chosen],
  // Who enters or leaves the app's visibility gains or loses access with it, whatever else they stay.
  ['subscribe', (told) => changed(told, 'changed')],
  ['unsubscribe', (told) => changed(told, 'left')],
  ['change_contact', contactChanged],
]);

/**
 * What a delivery means here: a message, or one of the events above. An event without a meaning, and one that is not as
 * documented, is `other`; so is `enter_agent`, which comes whenever the chat is opened.
 * Source: developer.work.weixin.qq.com, 消息格式, 事件格式 (path/90239, path/90240); 成员变更通知.
 */
export function eventsOf({ fields, digest }: Opened, now: number): Inbound[] {
  const found = kind.safeParse(fields).data;
  const told = { fields, digest, at: instantOf(found?.CreateTime, now) };
  const other: Inbound = {
    kind: 'other',
    id: digest,
    name: (found?.Event ?? found?.MsgType ?? 'unknown').slice(0, 200),
    at: told.at,
  };
  if (found?.MsgType !== 'event') {
    const message = readMessage(fields, told);
    return [message ?? other];
  }
  return readers.get(found.Event ?? '')?.(told) ?? [other];
}

function clicked(told: Told): Inbound[] | undefined {
  const click = readClick(told.fields, told);
  return click && [click];
}

/** The menu's entries are command lines, with or without the slash. */
function chosen({ fields, digest, at }: Told): Inbound[] | undefined {
  const found = menuKey.safeParse(fields).data;
  if (!found) return undefined;
  const text = `/${found.EventKey.replace(/^\//, '')}`;
  return [{ kind: 'command', id: digest, sender: found.FromUserName, at, text }];
}

function changed({ fields, digest, at }: Told, change: InboundDirectory['change']): Inbound[] | undefined {
  const sender = from.safeParse(fields).data?.FromUserName;
  return sender === undefined ? undefined : [{ kind: 'directory', id: digest, sender, at, change }];
}

/** Who is called otherwise now is, under the old name, nobody any more. */
function contactChanged({ fields, digest, at }: Told): Inbound[] | undefined {
  const found = contact.safeParse(fields).data;
  if (!found) return undefined;
  const { ChangeType: type, UserID: sender, NewUserID: renamed } = found;
  const event = { kind: 'directory', id: digest, sender, at } as const;
  if (type === 'delete_user') return [{ ...event, change: 'left' }];
  if (type !== 'create_user' && type !== 'update_user') return undefined;
  if (renamed === undefined || renamed === sender) return [{ ...event, change: 'changed' }];
  return [
    { ...event, change: 'left' },
    { ...event, id: `${digest}#2`, sender: renamed, change: 'changed' },
  ];
}
