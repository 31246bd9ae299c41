import type { Looking } from '../cards/look.js';
import { button, paged, type Shown } from '../cards/panel.js';
import { text } from '../i18n/texts.js';
import { hoursInWords } from '../queues/hours.js';
import { desksOf } from '../queues/queue.js';
import { queueSettings } from '../queues/settings.js';
import type { PartOf } from './parts.js';
import { type QueueState, queueStates, workspaceStates } from './state.js';
import { lackInWords } from './view-home.js';
import { back, input, pageOf, row, save, toPart } from './view-parts.js';
import { timeNames } from './words.js';

export async function queuesView({ db, tenant }: Looking, part: PartOf<'queues'>): Promise<Shown> {
  const { locale } = tenant;
  const all = await queueStates(db, tenant.id);
  const { shown, page, pages } = pageOf(all, part.page);
  const words = { previous: text(locale, 'setup.previous'), next: text(locale, 'setup.next') };
  return {
    title: text(locale, 'setup.queuesTitle'),
    tag: String(all.length),
    rows: shown.map((queue) =>
      row(
        queue.name,
        [
          text(locale, 'setup.memberCount', { count: queue.members }),
          hoursInWords(queueSettings.parse(queue.settings).hours, locale),
          ...(queue.confidential ? [text(locale, 'setup.confidentialMark')] : []),
        ].join(' · '),
        [toPart(text(locale, 'setup.open'), 'queue', { id: queue.id })],
        {
          text: queue.lacks.map((lack) => lackInWords(locale, lack, queue.name)).join('\n'),
          tone: queue.lacks.length > 0 ? 'attention' : 'good',
        },
      ),
    ),
    omitted: Math.max(0, all.length - page * shown.length),
    empty: text(locale, 'setup.queuesEmpty'),
    inputs: [input('name', text(locale, 'setup.queueName'), { required: true, maxLength: 40 })],
    submit: [save(locale, 'queue.create', {}, 'setup.create')],
    buttons: [...paged({ page, pages }, words, 'setup.show', { part: 'queues' }), back(locale, 'home')],
  };
}

const queueOf = async ({ db, tenant }: Looking, id: string): Promise<QueueState | undefined> =>
  (await queueStates(db, tenant.id)).find((one) => one.id === id);

const gone = (looking: Looking): Shown => ({
  title: text(looking.tenant.locale, 'setup.queuesTitle'),
  buttons: [back(looking.tenant.locale, 'queues')],
});

export async function queueView(looking: Looking, { id }: PartOf<'queue'>): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const queue = await queueOf(looking, id);
  if (!queue) return gone(looking);
  const settings = queueSettings.parse(queue.settings);
  const desks = await desksOf(db, tenant.id, id);
  const workspaces = await workspaceStates(db, tenant.id);
  const shown = desks.map(({ workspaceId, place }) => {
    const workspace = workspaces.find((one) => one.id === workspaceId)?.name ?? '';
    const key = { topic: 'setup.deskTopic', group: 'setup.deskGroup', direct: 'setup.deskDirect' } as const;
    return { label: workspace, value: text(locale, key[place]) };
  });
  const yesNo = [
    { value: 'yes', label: text(locale, 'setup.yes') },
    { value: 'no', label: text(locale, 'setup.no') },
  ];
  const choice = (id: string, label: 'setup.confidential' | 'setup.assigns', value: boolean) =>
    input(id, text(locale, label), {
      ...{ kind: 'choice', required: true, value: value ? 'yes' : 'no', options: yesNo },
    });
  return {
    title: queue.name,
    tag: text(locale, 'setup.memberCount', { count: queue.members }),
    told: [
      ...queue.lacks.map((lack) => lackInWords(locale, lack, queue.name)),
      ...(desks.length > 0 ? [] : [text(locale, 'setup.bindHere', { queue: queue.name })]),
    ].join('\n'),
    facts: shown,
    inputs: [
      input('name', text(locale, 'setup.queueName'), { required: true, maxLength: 40, value: queue.name }),
      input('hours', text(locale, 'setup.hours'), {
        required: true,
        maxLength: 300,
        placeholder: text(locale, 'setup.hoursHint'),
        value: hoursInWords(settings.hours, locale),
      }),
      input('closed', text(locale, 'setup.closedText'), {
        kind: 'lines',
        maxLength: 500,
        value: settings.texts.closed,
      }),
      input('skills', text(locale, 'setup.queueSkills'), {
        maxLength: 400,
        value: settings.skills.join(' '),
      }),
      choice('assigns', 'setup.assigns', queue.assigns),
      choice('confidential', 'setup.confidential', queue.confidential),
    ],
    submit: [save(locale, 'queue.set', { queue: id, whole: true })],
    buttons: [
      toPart(text(locale, 'setup.members'), 'queueMembers', { id }),
      toPart(text(locale, 'setup.times'), 'queueTimes', { id }),
      button(text(locale, 'setup.toDirect'), 'queue.bindDesk', { queue: id, place: 'direct' }),
      button(
        text(locale, 'setup.deleteQueue'),
        'queue.delete',
        { queue: id },
        {
          style: 'destructive',
          confirm: {
            title: text(locale, 'setup.deleteQueue'),
            text: text(locale, 'setup.deleteQueueAsk', { queue: queue.name }),
          },
        },
      ),
      back(locale, 'queues'),
    ],
  };
}

export async function queueMembersView(looking: Looking, part: PartOf<'queueMembers'>): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const queue = await queueOf(looking, part.id);
  if (!queue) return gone(looking);
  const members = await db.query<{
    id: string;
    name: string;
    role: 'employee' | 'agent' | 'supervisor' | 'admin';
  }>(
    `select m.id, m.name, m.role from queue_members s join members m on m.tenant_id = s.tenant_id and m.id = s.member_id
      where s.tenant_id = $1 and s.queue_id = $2 and m.departed_at is null order by m.name, m.id`,
    [tenant.id, part.id],
  );
  const { shown, page, pages } = pageOf(members, part.page);
  const words = { previous: text(locale, 'setup.previous'), next: text(locale, 'setup.next') };
  return {
    title: queue.name,
    tag: text(locale, 'setup.memberCount', { count: members.length }),
    rows: shown.map(({ id, name, role }) =>
      row(name, text(locale, `setup.role.${role}`), [
        button(text(locale, 'setup.removeMember'), 'queue.removeMember', { queue: part.id, member: id }),
      ]),
    ),
    omitted: Math.max(0, members.length - page * shown.length),
    empty: lackInWords(locale, 'members', queue.name),
    inputs: [input('members', text(locale, 'setup.addMembers'), { required: true, maxLength: 400 })],
    submit: [save(locale, 'queue.addMembers', { queue: part.id }, 'setup.add')],
    buttons: [
      ...paged({ page, pages }, words, 'setup.show', { part: 'queueMembers', id: part.id }),
      back(locale, 'queue', { id: part.id }),
    ],
  };
}

export async function queueTimesView(looking: Looking, { id }: PartOf<'queueTimes'>): Promise<Shown> {
  const { locale } = looking.tenant;
  const queue = await queueOf(looking, id);
  if (!queue) return gone(looking);
  const settings = queueSettings.parse(queue.settings);
  return {
    title: queue.name,
    tag: text(locale, 'setup.times'),
    inputs: timeNames.map((name) =>
      input(name, text(locale, `setup.${name}`), {
        required: true,
        maxLength: 5,
        value: String(settings[name]),
      }),
    ),
    submit: [save(locale, 'queue.set', { queue: id })],
    buttons: [back(locale, 'queue', { id })],
  };
}
