import { z } from 'zod';
import type { BotParts, Check } from '../../core/ports/bot.js';
import { wecomClient } from './client.js';
import type { WecomCredentials } from './credentials.js';

/**
 * The app's menu. Its entries are command lines. Three stand side by side, and names are short: 16 bytes, 40 below another.
 * Source: developer.work.weixin.qq.com, 自定义菜单 → 创建菜单.
 */
const menu = {
  button: [
    { type: 'click', name: '认领下一位', key: '/claim' },
    {
      name: '会话',
      sub_button: [
        { type: 'click', name: '我的会话', key: '/mine' },
        { type: 'click', name: '等待队列', key: '/queue' },
      ],
    },
    { type: 'click', name: '帮助', key: '/help' },
  ],
};

/**
 * Publishes the menu, which shows on the way whether the secret, the app and this machine's address are right. What only the
 * administrator's pages know (the callback address, the trusted domain, who sees the app) can't be asked for.
 */
export async function check(credentials: WecomCredentials, parts: BotParts): Promise<Check> {
  const client = wecomClient(credentials, parts);
  const query = { agentid: `${credentials.agentId}` };
  const call = { method: 'POST', path: '/cgi-bin/menu/create', query, body: menu, harmless: true } as const;
  try {
    await client.call(call, z.object({}));
    return { ok: true, problems: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [`The app's menu could not be published: ${why}`] };
  }
}
