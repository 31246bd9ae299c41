import type { Looking } from '../cards/look.js';
import { button, paged, type Shown } from '../cards/panel.js';
import { text } from '../i18n/texts.js';
import type { Role } from '../operations/operation.js';
import type { PartOf } from './parts.js';
import { back, input, pageSize, row, save, toPart } from './view-parts.js';
import { roleName, roles } from './words.js';

interface Known {
  id: string;
  name: string;
  role: Role;
  capacity: number;
  skills: string[];
}

/** Those with rights first. */
const byRank = `array_position(array['admin', 'supervisor', 'agent', 'employee'], role), name, id`;

export async function membersView({ db, tenant }: Looking, part: PartOf<'members'>): Promise<Shown> {
  const { locale } = tenant;
  const like = `%${part.words.replace(/[%_\\]/g, '\\$&')}%`;
  const [count] = await db.query<{ count: number }>(
    'select count(*)::int as count from members where tenant_id = $1 and departed_at is null and name ilike $2',
    [tenant.id, like],
  );
  const total = count?.count ?? 0;
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const page = Math.min(part.page, pages);
  const known = await db.query<Known & Record<string, unknown>>(
    `select id, name, role, capacity, skills from members
      where tenant_id = $1 and departed_at is null and name ilike $2 order by ${byRank} limit $3 offset $4`,
    [tenant.id, like, pageSize, (page - 1) * pageSize],
  );
  const names = new Set(known.map(({ name }) => name));
  const found = part.found.flatMap(({ name, department }, at) =>
    names.has(name)
      ? []
      : [
          row(name, text(locale, 'setup.fromDirectory', { department }), [
            button(text(locale, 'setup.add'), 'member.invite', { found: `${at}:${name}` }),
          ]),
        ],
  );
  const words = { previous: text(locale, 'setup.previous'), next: text(locale, 'setup.next') };
  return {
    title: text(locale, 'setup.membersTitle'),
    tag: String(total),
    told: part.asking
      ? text(locale, 'setup.searching', { words: part.words })
      : text(locale, 'setup.membersHint'),
    rows: [
      ...known.map((one) =>
        row(one.name, memberInWords(locale, one), [
          toPart(text(locale, 'setup.edit'), 'member', { id: one.id }),
        ]),
      ),
      ...found.slice(0, pageSize),
    ],
    omitted: Math.max(0, total - page * pageSize),
    empty: text(locale, 'setup.membersEmpty'),
    inputs: [input('words', text(locale, 'setup.searchLabel'), { maxLength: 40, value: part.words })],
    submit: [save(locale, 'member.search', {}, 'setup.search')],
    buttons: [
      ...paged({ page, pages }, words, 'setup.show', { part: 'members', words: part.words }),
      back(locale, 'home'),
    ],
  };
}

const memberInWords = (locale: Looking['tenant']['locale'], { role, capacity, skills }: Known): string =>
  [
    roleName(locale, role),
    text(locale, 'setup.atMost', { count: capacity }),
    ...(skills.length > 0 ? [skills.join('、')] : []),
  ].join(' · ');

/** One member: their role as buttons, since it matters most; the rest as a form. */
export async function memberView(
  { db, tenant }: Looking,
  { id }: PartOf<'member'>,
): Promise<Shown | undefined> {
  const { locale } = tenant;
  const [member] = await db.query<Known & Record<string, unknown>>(
    'select id, name, role, capacity, skills from members where tenant_id = $1 and id = $2 and departed_at is null',
    [tenant.id, id],
  );
  if (!member) return { title: text(locale, 'setup.membersTitle'), buttons: [back(locale, 'members')] };
  const queues = await db.query<{ name: string }>(
    `select q.name from queue_members m join queues q on q.tenant_id = m.tenant_id and q.id = m.queue_id
      where m.tenant_id = $1 and m.member_id = $2 order by q.name`,
    [tenant.id, id],
  );
  return {
    title: member.name,
    tag: roleName(locale, member.role),
    facts: [
      {
        label: text(locale, 'setup.part.queues'),
        value: queues.map(({ name }) => name).join('、') || text(locale, 'setup.none'),
      },
    ],
    inputs: [
      input('capacity', text(locale, 'setup.capacity'), {
        required: true,
        maxLength: 3,
        value: `${member.capacity}`,
      }),
      input('skills', text(locale, 'setup.skills'), { maxLength: 400, value: member.skills.join(' ') }),
    ],
    submit: [save(locale, 'member.set', { member: id, whole: true })],
    buttons: [
      ...roles
        .filter((role) => role !== member.role)
        .map((role) => button(roleName(locale, role), 'member.setRole', { member: id, role })),
      back(locale, 'members'),
    ],
  };
}
