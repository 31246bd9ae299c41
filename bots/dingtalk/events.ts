import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Inbound, InboundDirectory } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { anything, id, instantOf, optionalId } from './fields.js';
import type { Frame } from './frame.js';

/** Something that happened in the enterprise, whichever way it was told. */
export interface Happening {
  type: string;
  id: string;
  corpId: string | undefined;
  at: unknown;
  data: unknown;
}

export function happeningIn({ headers, data }: Frame): Happening {
  const { eventType, topic, eventId, messageId, eventCorpId, eventBornTime, time } = headers;
  return {
    type: eventType ?? topic,
    id: eventId ?? messageId,
    corpId: eventCorpId,
    at: eventBornTime ?? time,
    data,
  };
}

const httpSchema = z.looseObject({
  EventType: z.string().min(1).max(200),
  CorpId: optionalId,
  eventId: optionalId,
  EventTime: anything,
  TimeStamp: anything,
});

/**
 * The same as HTTP has it. Where it has no id it goes by what it says, since a repeat is sealed anew.
 * @returns undefined when it is none
 */
export function happeningOf(payload: unknown, text: string): Happening | undefined {
  const found = httpSchema.safeParse(payload).data;
  if (!found) return undefined;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
  return {
    type: found.EventType,
    id: found.eventId ?? digest,
    corpId: found.CorpId,
    at: found.EventTime ?? found.TimeStamp,
    data: payload,
  };
}

const changes: ReadonlyMap<string, InboundDirectory['change']> = new Map([
  ['user_add_org', 'changed'],
  ['user_modify_org', 'changed'],
  ['user_active_org', 'changed'],
  ['user_leave_org', 'left'],
]);

/** Spelt as the documents of the two ways have it; older pages write both with capitals. */
const people = z.union([
  z.object({ userId: z.array(id).max(1000) }).transform(({ userId }) => userId),
  z.object({ UserId: z.array(id).max(1000) }).transform(({ UserId }) => UserId),
]);

/**
 * What a happening means here: somebody came, changed or left. Everything else is `other`, `robot_msg_recall` too: it says
 * that a message of *ours* was taken back, and nothing tells us when a member takes back theirs.
 *
 * Source: open.dingtalk.com, 通讯录事件; 机器人消息撤回事件.
 */
export function eventsOf({ type, id: eventId, at, data }: Happening, now: number): Inbound[] {
  const happenedAt = instantOf(at, now);
  const change = changes.get(type);
  const who = change && people.safeParse(data).data;
  if (!change || !who) return [{ kind: 'other', id: eventId, name: storable(type), at: happenedAt }];
  return who.map((sender, index) => ({
    kind: 'directory',
    id: index === 0 ? eventId : `${eventId}#${index + 1}`,
    sender,
    at: happenedAt,
    change,
  }));
}
