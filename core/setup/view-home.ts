import type { Looking } from '../cards/look.js';
import type { Shown } from '../cards/panel.js';
import { locales, text } from '../i18n/texts.js';
import type { Installation } from '../installation.js';
import { accountStates, isHeard, queueStates, roleCounts, workspaceStates } from './state.js';
import { back, input, type State, save, stateRow, toPart } from './view-parts.js';

/** The list of what is to be set up, each part with how it stands. */
export async function homeView(looking: Looking, installation: Installation): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const [workspaces, counts, queues, accounts, [articles]] = await Promise.all([
    workspaceStates(db, tenant.id),
    roleCounts(db, tenant.id),
    queueStates(db, tenant.id),
    accountStates(db, tenant.id),
    db.query<{ count: number }>('select count(*)::int as count from articles where tenant_id = $1', [
      tenant.id,
    ]),
  ]);
  const open = (part: Parameters<typeof toPart>[1]) => toPart(text(locale, 'setup.open'), part);
  const silent = workspaces.find((one) => one.heardAt === undefined && isHeard(installation, one.platform));
  const lacking = queues.find((one) => one.lacks.length > 0);
  const [lack] = lacking?.lacks ?? [];
  const quiet = accounts.find((one) => one.heardAt === undefined);
  const isServed = counts.agents + counts.supervisors > 0 || counts.admins > 1;
  const known = articles?.count ?? 0;
  const rows = [
    stateRow(silent ? 'attention' : 'good', {
      title: text(locale, 'setup.part.platforms'),
      detail: silent
        ? text(locale, 'setup.state.platformSilent', { workspace: silent.name })
        : text(locale, 'setup.state.platforms', { count: workspaces.length }),
      open: open('platforms'),
    }),
    stateRow(isServed ? 'good' : 'warning', {
      title: text(locale, 'setup.part.members'),
      detail: isServed ? text(locale, 'setup.state.members', counts) : text(locale, 'setup.state.noAgents'),
      open: open('members'),
    }),
    stateRow(queues.length === 0 || lacking ? 'attention' : 'good', {
      title: text(locale, 'setup.part.queues'),
      detail:
        lacking && lack
          ? `「${lacking.name}」${lackInWords(locale, lack, lacking.name)}`
          : queues.length === 0
            ? text(locale, 'setup.state.noQueues')
            : text(locale, 'setup.state.queues', { count: queues.length }),
      open: open('queues'),
    }),
    stateRow(accounts.length === 0 ? 'attention' : quiet ? 'warning' : 'good', {
      title: text(locale, 'setup.part.channels'),
      detail: quiet
        ? text(locale, 'setup.state.channelSilent', { account: quiet.name })
        : accounts.length === 0
          ? text(locale, 'setup.state.noChannels')
          : text(locale, 'setup.state.channels', { count: accounts.length }),
      open: open('channels'),
    }),
    stateRow('good', {
      title: text(locale, 'setup.part.robot'),
      detail: `${tenant.robotName} · ${text(locale, tenant.settings.welcome ? 'setup.state.ownWelcome' : 'setup.state.defaultWelcome')}`,
      open: open('robot'),
    }),
  ];
  const articlesState: State = known > 0 ? 'good' : 'warning';
  return {
    title: text(locale, 'setup.title'),
    tag: tenant.name,
    told: text(locale, 'setup.intro'),
    rows: [
      ...rows,
      {
        ...stateRow(articlesState, {
          title: text(locale, 'setup.part.articles'),
          detail:
            known > 0
              ? text(locale, 'setup.state.articles', { count: known })
              : text(locale, 'setup.state.noArticles'),
          more: text(locale, 'setup.articlesHint'),
          open: open('robot'),
        }),
        buttons: [],
      },
    ],
  };
}

export const lackInWords = (
  locale: Looking['tenant']['locale'],
  lack: 'members' | 'agents' | 'desk',
  queue: string,
): string =>
  lack === 'desk' ? text(locale, 'setup.lack.desk', { queue }) : text(locale, `setup.lack.${lack}`);

/** The robot's name and first words, and the language and clock of the house. */
export function robotView({ tenant }: Looking): Shown {
  const { locale } = tenant;
  return {
    title: text(locale, 'setup.robotTitle'),
    tag: tenant.name,
    inputs: [
      input('name', text(locale, 'setup.robotName'), {
        required: true,
        maxLength: 20,
        value: tenant.robotName,
      }),
      input('welcome', text(locale, 'setup.welcome'), {
        kind: 'lines',
        maxLength: 500,
        value: tenant.settings.welcome,
      }),
      input('timeZone', text(locale, 'setup.timeZone'), {
        required: true,
        maxLength: 60,
        value: tenant.timeZone,
      }),
      input('language', text(locale, 'setup.language'), {
        kind: 'choice',
        required: true,
        value: locale,
        options: locales.map((value) => ({ value, label: value })),
      }),
    ],
    submit: [save(locale, 'robot.set', { whole: true })],
    buttons: [back(locale, 'home')],
  };
}
