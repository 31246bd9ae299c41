import { z } from 'zod';
import { searchDepartments } from '../../core/members/found.js';
import type { FoundPerson } from '../../core/ports/bot.js';
import type { DingtalkClient } from './client.js';

const root = 1;
const pageSize = 100;
const pagesMax = 5;

const subs = z.object({ result: z.object({ dept_id_list: z.array(z.number()).catch([]) }) });
const people = z.object({
  result: z.object({
    has_more: z.boolean().catch(false),
    next_cursor: z.number().optional().catch(undefined),
    list: z.array(z.object({ userid: z.string(), name: z.string() })).catch([]),
  }),
});

/** Looks for people by name. Source: open.dingtalk.com, 获取子部门ID列表; 获取部门用户基础信息. */
export const searchDingtalk = (client: DingtalkClient, words: string): Promise<FoundPerson[]> =>
  searchDepartments(words, {
    first: [root],
    below: async (dept_id) =>
      (await client.callOld(call('/topapi/v2/department/listsubid', { dept_id }), subs)).result.dept_id_list,
    people: async (dept_id) => {
      const found: FoundPerson[] = [];
      let cursor: number | undefined = 0;
      for (let page = 0; page < pagesMax && cursor !== undefined; page++) {
        const body: { dept_id: number; cursor: number; size: number } = { dept_id, cursor, size: pageSize };
        const answer: z.infer<typeof people> = await client.callOld(
          call('/topapi/user/listsimple', body),
          people,
        );
        const { result } = answer;
        found.push(...result.list.map(({ userid, name }) => ({ id: userid, name })));
        cursor = result.has_more ? result.next_cursor : undefined;
      }
      return found;
    },
  });

const call = (path: string, body: object) =>
  ({ method: 'POST', path, body, harmless: true, free: true }) as const;
