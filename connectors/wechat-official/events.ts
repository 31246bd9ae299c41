import { z } from 'zod';
import type { Inbound, InboundVisit } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import type { OfficialAccount } from './account.js';
import { openId } from './fields.js';

const eventSchema = z.object({
  FromUserName: openId,
  CreateTime: z.string().regex(/^\d{1,11}$/),
  Event: z.string().min(1).max(100),
  EventKey: z.string().max(300).optional().catch(undefined),
});
type Event = z.infer<typeof eventSchema>;

const visits: Readonly<Record<string, InboundVisit['how']>> = {
  subscribe: 'followed',
  unsubscribe: 'left',
  SCAN: 'scanned',
  CLICK: 'menu',
};

/**
 * What a customer did without a word. Events have no id of their own: who, when and what tell a repeated one.
 * @returns undefined when it is nobody's
 * Source: developers.weixin.qq.com, 接收事件推送, 自定义菜单事件推送.
 */
export function readEvent(fields: object, { menu }: OfficialAccount, at: number): Inbound | undefined {
  const event = eventSchema.safeParse(fields).data;
  if (!event) return undefined;
  const { FromUserName: sender, Event: name } = event;
  const id = idOf(event);
  const how = Object.hasOwn(visits, name) ? visits[name] : undefined;
  if (!how) return { kind: 'other', id, name: storable(name), sender, at };
  const key = storable((event.EventKey ?? '').replace(/^qrscene_/, ''));
  const says = how === 'menu' && Object.hasOwn(menu, key) ? menu[key] : undefined;
  return {
    kind: 'visit',
    ...{ id, sender, at, how },
    ...(key !== '' && { key }),
    ...(says !== undefined && { says }),
  };
}

const idOf = ({ FromUserName, CreateTime, Event: name, EventKey = '' }: Event): string =>
  storable([FromUserName, CreateTime, name, EventKey].filter((part) => part !== '').join(':')).slice(0, 300);
