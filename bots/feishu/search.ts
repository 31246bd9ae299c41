import { z } from 'zod';
import { searchDepartments } from '../../core/members/found.js';
import type { FoundPerson } from '../../core/ports/bot.js';
import type { FeishuClient } from './client.js';

const root = '0';
const pageSize = '50';
const pagesMax = 5;

const departments = z.object({ items: z.array(z.object({ open_department_id: z.string() })).default([]) });
const people = z.object({
  has_more: z.boolean().default(false),
  page_token: z.string().optional(),
  items: z.array(z.object({ open_id: z.string(), name: z.string().default('') })).default([]),
});

/** Looks for people by name. Source: open.feishu.cn, 获取子部门列表; 获取部门直属用户列表 (contact v3). Not tried against the real one. */
export const searchFeishu = (client: FeishuClient, words: string): Promise<FoundPerson[]> =>
  searchDepartments(words, {
    first: [root],
    below: async (id) => {
      const path = `/open-apis/contact/v3/departments/${encodeURIComponent(id)}/children`;
      const query = { department_id_type: 'open_department_id', page_size: pageSize };
      const { items } = await client.call({ method: 'GET', path, query, harmless: true }, departments);
      return items.map(({ open_department_id }) => open_department_id);
    },
    people: async (id) => {
      const found: FoundPerson[] = [];
      let token: string | undefined = '';
      for (let page = 0; page < pagesMax && token !== undefined; page++) {
        const path = '/open-apis/contact/v3/users/find_by_department';
        const query = {
          ...{ department_id: id, department_id_type: 'open_department_id', user_id_type: 'open_id' },
          ...{ page_size: pageSize, ...(token && { page_token: token }) },
        };
        const given: z.infer<typeof people> = await client.call(
          { method: 'GET', path, query, harmless: true },
          people,
        );
        found.push(...given.items.map(({ open_id, name }) => ({ id: open_id, name })));
        token = given.has_more ? given.page_token : undefined;
      }
      return found;
    },
  });
