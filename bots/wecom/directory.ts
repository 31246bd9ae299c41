import { z } from 'zod';
import type { BotParts, Directory } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { type WecomClient, wecomClient } from './client.js';
import type { WecomCredentials } from './credentials.js';
import { optionalWords } from './fields.js';
import { searchWecom } from './search.js';

const userSchema = z.object({
  name: optionalWords,
  thumb_avatar: z.url().optional().catch(undefined),
  department: z.array(z.number()).catch([]),
  main_department: z.number().optional().catch(undefined),
  status: z.number().optional().catch(undefined),
});
const departmentSchema = z.object({ department: z.object({ name: optionalWords }) });

/** 1 active, 2 disabled, 4 not yet in, 5 left. Who was shut out has no more business here than who left. */
const gone: ReadonlySet<number> = new Set([2, 5]);

/** Nobody by this id, somebody outside the app's sight, or no right to ask at all. */
const notForUs = ['40003', '46004', '60111', '60011', '50002', '48002', '48009', '60031'];

/** How long the name of a department is taken for what it was. */
const departmentMs = 60 * 60_000;
/** Nobody reads more than these. */
const departmentsMax = 5;

/**
 * Looks people up by userid. Pictures are given only to apps older than 20 June 2022; a department's name to those that may
 * see it.
 * Source: developer.work.weixin.qq.com, 读取成员 (path/96255), 获取单个部门详情.
 */
export function wecomDirectory(credentials: WecomCredentials, parts: BotParts): Directory {
  const client = wecomClient(credentials, parts);
  return {
    search: (words) => searchWecom(client, words),
    async person(userid) {
      const call = { method: 'GET', path: '/cgi-bin/user/get', query: { userid }, harmless: true } as const;
      const user = await unlessRefused(client.call(call, userSchema));
      if (!user) return undefined;
      const departments = await departmentsOf(client, parts, user);
      return {
        ...(user.name && { name: user.name }),
        ...(user.thumb_avatar && { avatarUrl: user.thumb_avatar }),
        ...(departments.length > 0 && { departments }),
        departed: gone.has(user.status ?? 1),
      };
    },
  };
}

/** Their names, the main one first. */
async function departmentsOf(
  client: WecomClient,
  parts: BotParts,
  { department, main_department: main }: z.infer<typeof userSchema>,
): Promise<string[]> {
  const ids = [...new Set([...(main === undefined ? [] : [main]), ...department])].slice(0, departmentsMax);
  const names = await Promise.all(ids.map((id) => nameOf(client, parts, id)));
  return names.filter((name) => name !== '');
}

/** '' where the app may not know. */
async function nameOf(client: WecomClient, { shared, clock }: BotParts, id: number): Promise<string> {
  const key = `wecom-department:${id}`;
  const known = await shared.get(key);
  if (known !== undefined) return known;
  const query = { id: `${id}` };
  const call = { method: 'GET', path: '/cgi-bin/department/get', query, harmless: true } as const;
  const name = (await unlessRefused(client.call(call, departmentSchema)))?.department.name ?? '';
  await shared.set(key, name, clock.now() + departmentMs);
  return name;
}

async function unlessRefused<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof SendError && notForUs.includes(error.code)) return undefined;
    throw error;
  }
}
