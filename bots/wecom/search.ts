import { z } from 'zod';
import { searchDepartments } from '../../core/members/found.js';
import type { FoundPerson } from '../../core/ports/bot.js';
import type { WecomClient } from './client.js';

const departments = z.object({ department_id: z.array(z.object({ id: z.number() })).catch([]) });
const people = z.object({ userlist: z.array(z.object({ userid: z.string(), name: z.string() })).catch([]) });

/** Looks for people by name, among those whom the app may see. Source: developer.work.weixin.qq.com, 获取子部门ID列表; 获取部门成员. */
export async function searchWecom(client: WecomClient, words: string): Promise<FoundPerson[]> {
  const all = await client.call(
    { method: 'GET', path: '/cgi-bin/department/simplelist', harmless: true },
    departments,
  );
  return searchDepartments(words, {
    first: all.department_id.map(({ id }) => id),
    // All of them are told at once.
    below: async () => [],
    people: async (id) => {
      const query = { department_id: String(id) };
      const call = { method: 'GET', path: '/cgi-bin/user/simplelist', query, harmless: true } as const;
      return (await client.call(call, people)).userlist.map(({ userid, name }) => ({ id: userid, name }));
    },
  });
}
