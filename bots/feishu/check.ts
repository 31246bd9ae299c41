import { z } from 'zod';
import type { BotParts, Check } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { feishuClient } from './client.js';
import type { FeishuCredentials } from './credentials.js';

const membership = z.object({ is_in_chat: z.boolean() });

/**
 * Whether appId and appSecret are those of an app, its bot is there, and it stands in the groups where queues are shown.
 * Which scopes were granted shows only when one is missing, as Feishu's refusal of the call that needs it.
 * Source: open.feishu.cn, 获取机器人信息 (bot v3); 判断用户或机器人是否在群里 (im v1).
 */
export async function check(
  credentials: FeishuCredentials,
  parts: BotParts,
  chats: readonly string[] = [],
): Promise<Check> {
  const client = feishuClient(credentials, parts);
  try {
    await client.call({ method: 'GET', path: '/open-apis/bot/v3/info', harmless: true }, z.object({}));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const code = error instanceof SendError ? error.code : '';
    return found(
      ['10003', '10014', '99991663'].includes(code)
        ? `appId and appSecret are not those of an app (${why})`
        : `Feishu could not be asked who the bot is: ${why}`,
    );
  }
  const problems: string[] = [];
  for (const chat of chats) {
    const path = `/open-apis/im/v1/chats/${encodeURIComponent(chat)}/members/is_in_chat`;
    const there = await client
      .call({ method: 'GET', path, harmless: true }, membership)
      .then(({ is_in_chat }) => is_in_chat)
      .catch(() => false);
    if (!there) problems.push(`the bot is not in the group ${chat}: add it there under 设置 → 群机器人`);
  }
  return found(...problems);
}

const found = (...problems: string[]): Check => ({ ok: problems.length === 0, problems });
