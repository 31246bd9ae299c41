import { z } from 'zod';
import type { BotParts, Directory } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { storable } from '../../core/text/storable.js';
import { feishuClient } from './client.js';
import type { FeishuCredentials } from './credentials.js';
import { searchFeishu } from './search.js';

const words = z.string().min(1).transform(storable).optional().catch(undefined);
const userSchema = z.object({
  user: z.object({
    name: words,
    avatar: z.object({ avatar_240: z.url() }).optional().catch(undefined),
    status: z
      .object({ is_resigned: z.boolean().catch(false), is_exited: z.boolean().catch(false) })
      .optional()
      .catch(undefined),
  }),
});

/** Nobody by this id, somebody outside the app's range, another app's id for them, or no right to ask at all. */
const notForUs = ['41012', '41050', '40001', '40003', '40013', '99992351', '99992361', '99991672'];

/**
 * Looks people up by open_id. A field the app has no scope for is absent from Feishu's answer rather than refused.
 * Source: open.feishu.cn, 获取单个用户信息 (contact v3).
 */
export function feishuDirectory(credentials: FeishuCredentials, parts: BotParts): Directory {
  const client = feishuClient(credentials, parts);
  return {
    search: (words) => searchFeishu(client, words),
    async person(openId) {
      const path = `/open-apis/contact/v3/users/${encodeURIComponent(openId)}`;
      const query = { user_id_type: 'open_id' };
      try {
        const { user } = await client.call({ method: 'GET', path, query, harmless: true }, userSchema);
        return {
          ...(user.name && { name: user.name }),
          ...(user.avatar && { avatarUrl: user.avatar.avatar_240 }),
          departed: user.status?.is_resigned === true || user.status?.is_exited === true,
        };
      } catch (error) {
        if (error instanceof SendError && notForUs.includes(error.code)) return undefined;
        throw error;
      }
    },
  };
}
