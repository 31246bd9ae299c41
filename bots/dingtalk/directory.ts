import { z } from 'zod';
import type { BotParts, Directory } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { storable } from '../../core/text/storable.js';
import { type DingtalkClient, dingtalkClient } from './client.js';
import type { DingtalkCredentials } from './credentials.js';
import { searchDingtalk } from './search.js';

const words = z.string().min(1).transform(storable).optional().catch(undefined);
const number = z.union([z.number(), z.string()]).transform(Number).pipe(z.int());
const userAnswer = z.object({
  result: z.object({
    name: words,
    avatar: z.url().optional().catch(undefined),
    dept_id_list: z.array(number).catch([]),
    /** A higher place means that it stands further in front for this person. */
    dept_order_list: z.array(z.object({ dept_id: number, order: z.number() })).catch([]),
  }),
});
type User = z.infer<typeof userAnswer>['result'];
const departmentAnswer = z.object({ result: z.object({ name: words }) });

/** Nobody by this id in the enterprise: they never were there, or have left. */
const nobody = ['60121', '33012'];
/** Out of the app's range, or no right to ask at all. */
const notForUs = ['50002', '60011', '60020'];

const day = 24 * 3_600_000;
const departmentsMax = 5;

/**
 * Looks people up by their userId. Departments go by numbers, whose names are kept for a day. These calls do not count
 * against the month. Source: open.dingtalk.com, 查询用户详情; 获取部门详情.
 */
export function dingtalkDirectory(credentials: DingtalkCredentials, parts: BotParts): Directory {
  const client = dingtalkClient(credentials, parts);
  return {
    search: (words) => searchDingtalk(client, words),
    async person(userId) {
      const call = {
        method: 'POST',
        path: '/topapi/v2/user/get',
        body: { userid: userId },
        harmless: true,
        free: true,
      } as const;
      try {
        const { result } = await client.callOld(call, userAnswer);
        const departments = await departmentsOf(client, parts, credentials.clientId, result);
        return {
          ...(result.name && { name: result.name }),
          ...(result.avatar && { avatarUrl: result.avatar }),
          ...(departments && { departments }),
          departed: false,
        };
      } catch (error) {
        if (error instanceof SendError && nobody.includes(error.code)) return { departed: true };
        if (error instanceof SendError && notForUs.includes(error.code)) return undefined;
        throw error;
      }
    },
  };
}

/** Undefined where the app may not read them. */
async function departmentsOf(
  client: DingtalkClient,
  parts: BotParts,
  clientId: string,
  { dept_id_list: ids, dept_order_list: orders }: User,
): Promise<string[] | undefined> {
  const order = new Map(orders.map((one) => [one.dept_id, one.order]));
  const sorted = [...ids].sort((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0));
  const names: string[] = [];
  for (const id of sorted.slice(0, departmentsMax)) {
    const name = await departmentName(client, parts, clientId, id);
    if (name === undefined) return undefined;
    if (name !== '') names.push(name);
  }
  return names;
}

async function departmentName(
  client: DingtalkClient,
  { shared, clock, baseUrl }: BotParts,
  clientId: string,
  id: number,
): Promise<string | undefined> {
  const key = `dingtalk-department:${baseUrl}:${clientId}:${id}`;
  const known = await shared.get(key);
  if (known !== undefined) return known;
  const body = { dept_id: id };
  const call = {
    method: 'POST',
    path: '/topapi/v2/department/get',
    body,
    harmless: true,
    free: true,
  } as const;
  try {
    const { result } = await client.callOld(call, departmentAnswer);
    await shared.set(key, result.name ?? '', clock.now() + day);
    return result.name ?? '';
  } catch (error) {
    if (error instanceof SendError && error.fate === 'refused') return undefined;
    throw error;
  }
}
