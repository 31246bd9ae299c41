import type { Limit, Outgoing, Place } from '../../core/ports/courier.js';

const limit = (scope: string, everyMs: number, burst: number): Limit => ({ scope, everyMs, burst });

/** 30 a minute and 1000 an hour for each chat, answers and pushes together: 22 and 780 of them are for what is sent. */
const messages = (chat: string) => [limit(`${chat}/minute`, 3_000, 2), limit(`${chat}/hour`, 5_000, 60)];

/** The other 8 and 220 are for the words before a file, which are a message of their own. */
const captions = (chat: string) => [
  limit(`${chat}/captions/minute`, 10_000, 2),
  limit(`${chat}/captions/hour`, 20_000, 40),
];

/** 30 a minute and 1000 an hour for the whole bot. */
const uploads = [limit('upload/minute', 2_500, 4), limit('upload/hour', 4_000, 60)];

/**
 * What a send counts against. Whether WeCom counts what a stream is told while it grows is not said: we tell it once.
 * Source: developer.work.weixin.qq.com, 智能机器人长连接 → 主动推送消息, 上传临时素材.
 */
export function limitsOf(out: Outgoing): Limit[] {
  if (out.kind === 'redraw' || out.kind === 'recall' || out.kind === 'edit') return uploads;
  const chat = scopeOf(out.to);
  if (out.kind !== 'media') return messages(chat);
  return [...uploads, ...messages(chat), ...(out.caption === undefined ? [] : captions(chat))];
}

function scopeOf(place: Place): string {
  if (place.kind === 'direct') return `person:${place.person}`;
  return `chat:${place.kind === 'chat' ? place.chat : (place.chat ?? place.root)}`;
}
