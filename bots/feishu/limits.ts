import type { Limit, Outgoing, Place } from '../../core/ports/courier.js';

/** 1000 a minute and 50 a second for each API, kept to 25 at once and 857 a minute. */
const api = (name: string): Limit => ({ scope: `api:${name}`, everyMs: 70, burst: 25 });

/** 5 a second to one person, in one group, and on one message; kept to 4, since others may share it. */
const fivePerSecond = (scope: string): Limit => ({ scope, everyMs: 334, burst: 2 });

/**
 * What a send counts against. A group's limit is shared by all its bots and topics.
 * Source: open.feishu.cn, 频控策略; 发送消息; 更新应用发送的消息卡片.
 */
export function limitsOf(out: Outgoing): Limit[] {
  if (out.kind === 'redraw') return [api('patch'), fivePerSecond(`message:${out.messageId}`)];
  if (out.kind === 'edit') return [];
  if (out.kind === 'recall') return [api('recall')];
  const send = out.to.kind === 'topic' || ('quote' in out && out.quote) ? 'reply' : 'send';
  const uploads = out.kind === 'media' ? [api(out.media.type === 'image' ? 'image' : 'file')] : [];
  return [...uploads, api(send), fivePerSecond(placeScope(out.to))];
}

function placeScope(place: Place): string {
  if (place.kind === 'direct') return `person:${place.person}`;
  if (place.kind === 'chat') return `chat:${place.chat}`;
  return place.chat ? `chat:${place.chat}` : `topic:${place.root}`;
}
