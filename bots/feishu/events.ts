import { z } from 'zod';
import type { Inbound } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { readClick } from './click.js';
import type { FeishuCredentials } from './credentials.js';
import type { Envelope } from './envelope.js';
import { anything, id, instantOf, optionalId } from './fields.js';
import { readMessage } from './message.js';

/** The one callback of ours that is answered with data, not only acknowledged. */
export const clickType = 'card.action.trigger';

type Reader = (envelope: Envelope, credentials: FeishuCredentials, now: number) => Inbound[] | undefined;

const recallEvent = z.object({ message_id: id, chat_id: optionalId, recall_time: anything });
const readEvent = z.object({
  reader: z.object({ reader_id: z.object({ open_id: id }), read_time: anything }),
  message_id_list: z.array(id).max(1000),
});
const menuEvent = z.object({
  operator: z.object({ operator_id: z.object({ open_id: id }) }),
  event_key: z.string().min(1).max(200),
  timestamp: anything,
});

const directoryEvent = z.object({ object: z.object({ open_id: id }) });

/** Source: open.feishu.cn, 员工离职 and 员工信息变更 (contact.user.deleted_v3, contact.user.updated_v3). */
const readDirectory =
  (change: 'changed' | 'left'): Reader =>
  ({ event, header }, _, now) => {
    const found = directoryEvent.safeParse(event).data;
    if (!found) return undefined;
    const at = instantOf(header.create_time, now);
    return [{ kind: 'directory', id: header.event_id, sender: found.object.open_id, at, change }];
  };

/** One reader per event type we have a use for; undefined from it means that the event was not as documented. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['im.message.receive_v1', ({ event }, credentials, now) => readMessage(event, credentials, now)],
  [
    clickType,
    ({ event, header }, _, now) => {
      const click = readClick(event, header, now);
      return click && [click];
    },
  ],
  [
    'im.message.recalled_v1',
    ({ event, header }, _, now) => {
      const found = recallEvent.safeParse(event).data;
      if (!found) return undefined;
      const { message_id: messageId, chat_id: chat, recall_time: time } = found;
      const at = instantOf(time, now);
      return [{ kind: 'recall', id: header.event_id, messageId, at, ...(chat && { chat: { id: chat } }) }];
    },
  ],
  [
    'im.message.message_read_v1',
    ({ event, header }, _, now) => {
      const found = readEvent.safeParse(event).data;
      if (!found) return undefined;
      const { reader, message_id_list: messageIds } = found;
      const at = instantOf(reader.read_time, now);
      const sender = reader.reader_id.open_id;
      return [{ kind: 'receipt', id: header.event_id, sender, at, status: 'read', messageIds }];
    },
  ],
  ['contact.user.deleted_v3', readDirectory('left')],
  ['contact.user.updated_v3', readDirectory('changed')],
  [
    'application.bot.menu_v6',
    ({ event, header }, _, now) => {
      const found = menuEvent.safeParse(event).data;
      if (!found) return undefined;
      const at = instantOf(found.timestamp, now);
      const text = storable(`/${found.event_key.replace(/^\//, '')}`);
      return [{ kind: 'command', id: header.event_id, sender: found.operator.operator_id.open_id, at, text }];
    },
  ],
]);

/** What an event means here. A type without a meaning, and an event that is not as documented, is `other`. */
export function eventsOf(envelope: Envelope, credentials: FeishuCredentials, now: number): Inbound[] {
  const { header } = envelope;
  const other: Inbound = {
    kind: 'other',
    id: header.event_id,
    name: storable(header.event_type),
    at: instantOf(header.create_time, now),
  };
  return readers.get(header.event_type)?.(envelope, credentials, now) ?? [other];
}
