import type { Looking } from '../cards/look.js';
import { button, paged, type Shown } from '../cards/panel.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import type { Installation } from '../installation.js';
import { fieldsOf, inputsOf } from './form.js';
import type { PartOf } from './parts.js';
import { accountStates, isHeard, workspaceStates } from './state.js';
import { back, input, pageOf, row, save } from './view-parts.js';
import { callbackOf } from './words.js';

const heardIn = ({ tenant: { locale, timeZone }, now }: Looking, at: number | undefined): string =>
  at === undefined
    ? text(locale, 'setup.neverHeard')
    : text(locale, 'setup.heardAt', { at: formatTime(at, { timeZone, locale, now }) });

/** The accounts there are, and one button for each channel that can be made. */
export async function channelsView(
  looking: Looking,
  { connectors }: Installation,
  part: PartOf<'channels'>,
): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const all = await accountStates(db, tenant.id);
  const { shown, page, pages } = pageOf(all, part.page);
  const words = { previous: text(locale, 'setup.previous'), next: text(locale, 'setup.next') };
  return {
    title: text(locale, 'setup.channelsTitle'),
    tag: String(all.length),
    told: part.told,
    rows: shown.map(({ id, name, channel, queue, heardAt }) =>
      row(
        name,
        [channel, queue, heardIn(looking, heardAt)].join(' · '),
        [button(text(locale, 'setup.open'), 'setup.fillIn', { what: 'account', id })],
        { tone: heardAt === undefined ? 'warning' : 'good' },
      ),
    ),
    omitted: Math.max(0, all.length - page * shown.length),
    empty: text(locale, 'setup.channelsEmpty'),
    buttons: [
      ...[...connectors.keys()].map((channel) =>
        button(text(locale, 'setup.newChannel', { channel: ` ${channel}` }), 'setup.fillIn', {
          what: 'account',
          channel,
        }),
      ),
      ...paged({ page, pages }, words, 'setup.show', { part: 'channels' }),
      back(locale, 'home'),
    ],
  };
}

/** A form made from the channel's schema. It stands on the card's page alone, since it may hold secrets. */
export async function accountView(
  looking: Looking,
  { connectors, vault, origin }: Installation,
  part: PartOf<'account'>,
): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const [account] =
    part.id === undefined
      ? []
      : await db.query<{ channel: string; name: string; queue_id: string; settings_sealed: string }>(
          'select channel, name, queue_id, settings_sealed from accounts where tenant_id = $1 and id = $2',
          [tenant.id, part.id],
        );
  const channel = account?.channel ?? part.channel;
  const connector = connectors.get(channel);
  const buttons = [back(locale, 'channels')];
  if (!connector || (part.id !== undefined && !account))
    return { title: text(locale, 'setup.channelsTitle'), buttons };
  const queues = await db.query<{ id: string; name: string }>(
    'select id, name from queues where tenant_id = $1 order by name',
    [tenant.id],
  );
  const now =
    account && part.id !== undefined
      ? JSON.parse(
          await vault.open(
            { tenantId: tenant.id, table: 'accounts', column: 'settings_sealed', row: part.id },
            account.settings_sealed,
          ),
        )
      : undefined;
  const paste = part.id === undefined ? undefined : connector.paste?.(origin, part.id);
  const facts =
    part.id === undefined
      ? []
      : [
          { label: text(locale, 'setup.accountId'), value: part.id },
          paste === undefined
            ? { label: text(locale, 'setup.callback'), value: callbackOf(origin, channel, part.id) }
            : { label: text(locale, 'setup.widget'), value: paste },
        ];
  return {
    title: account?.name ?? text(locale, 'setup.newChannel', { channel: ` ${channel}` }),
    tag: channel,
    told: [checkInWords(locale, part.told), looking.onPage ? '' : text(locale, 'setup.onPageHint')]
      .filter(Boolean)
      .join('\n'),
    facts,
    ...(looking.onPage && {
      inputs: [
        input('name', text(locale, 'setup.channelName'), {
          ...{ required: true, maxLength: 60, value: account?.name ?? channel },
        }),
        input('queue', text(locale, 'setup.channelQueue'), {
          ...{ kind: 'choice', required: true, value: account?.queue_id ?? queues[0]?.id ?? '' },
          options: queues.map(({ id, name }) => ({ value: id, label: name })),
        }),
        ...inputsOf(fieldsOf(connector.account), locale, now),
      ],
      submit: [
        part.id === undefined
          ? save(locale, 'account.create', { channel }, 'setup.create')
          : save(locale, 'account.set', { account: part.id }),
      ],
    }),
    buttons: [
      ...(part.id === undefined
        ? []
        : [button(text(locale, 'setup.test'), 'account.check', { account: part.id })]),
      ...buttons,
    ],
  };
}

function checkInWords(locale: Looking['tenant']['locale'], told: string): string {
  if (told === 'testing') return text(locale, 'setup.testing');
  if (told === 'good') return text(locale, 'setup.testGood');
  return told === 'unknown' ? text(locale, 'setup.testUnknown') : told;
}

/** How each platform stands, and what a check found wanting. */
export async function platformsView(
  looking: Looking,
  installation: Installation,
  part: PartOf<'platforms'>,
): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const workspaces = await workspaceStates(db, tenant.id);
  return {
    title: text(locale, 'setup.platformsTitle'),
    tag: String(workspaces.length),
    told: part.told,
    rows: workspaces.map((one) => {
      const lacks = [
        ...(part.found[one.id] ?? []),
        ...(one.heardAt === undefined && isHeard(installation, one.platform)
          ? [silentInWords(locale, one, installation.origin)]
          : []),
      ];
      const checked = part.found[one.id] !== undefined && lacks.length === 0;
      return row(
        one.name,
        [
          one.platform,
          text(locale, one.transport === 'http' ? 'setup.overHttp' : 'setup.overSocket'),
          heardIn(looking, one.heardAt),
        ].join(' · '),
        [button(text(locale, 'setup.credentials'), 'setup.fillIn', { what: 'workspace', id: one.id })],
        {
          text: checked ? text(locale, 'setup.testGood') : lacks.join('\n'),
          tone: lacks.length > 0 ? 'attention' : 'good',
        },
      );
    }),
    buttons: [
      button(text(locale, 'setup.checkAll'), 'workspace.check', {}, { style: 'positive' }),
      back(locale, 'home'),
    ],
  };
}

export const silentInWords = (
  locale: Looking['tenant']['locale'],
  { transport, platform, address }: { transport: 'http' | 'socket'; platform: string; address: string },
  origin: string,
): string =>
  transport === 'socket'
    ? text(locale, 'setup.check.silentSocket')
    : text(locale, 'setup.check.silent', { callback: `${origin}/bots/${platform}/${address}` });

/** Credentials of one workspace, on the card's page alone. */
export async function workspaceView(
  looking: Looking,
  { bots, vault, origin }: Installation,
  { id }: PartOf<'workspace'>,
): Promise<Shown> {
  const { db, tenant } = looking;
  const { locale } = tenant;
  const [row] = await db.query<{
    name: string;
    platform: string;
    transport: 'http' | 'socket';
    address: string;
    credentials_sealed: string;
  }>(
    'select name, platform, transport, address, credentials_sealed from workspaces where tenant_id = $1 and id = $2',
    [tenant.id, id],
  );
  const bot = bots.get(row?.platform ?? '');
  if (!row || !bot)
    return { title: text(locale, 'setup.platformsTitle'), buttons: [back(locale, 'platforms')] };
  const place = { tenantId: tenant.id, table: 'workspaces', column: 'credentials_sealed', row: id };
  const now: unknown = JSON.parse(await vault.open(place, row.credentials_sealed));
  return {
    title: row.name,
    tag: row.platform,
    told: [
      bot.scopes ? text(locale, 'setup.scopes', { scopes: bot.scopes.join('、') }) : '',
      text(locale, 'setup.guide', { path: `docs/install/${bot.abilities.realm}.md` }),
      looking.onPage ? '' : text(locale, 'setup.onPageHint'),
    ]
      .filter(Boolean)
      .join('\n'),
    facts:
      row.transport === 'http'
        ? [{ label: text(locale, 'setup.callback'), value: `${origin}/bots/${row.platform}/${row.address}` }]
        : [],
    ...(looking.onPage && {
      inputs: inputsOf(fieldsOf(bot.credentials), locale, now),
      submit: [save(locale, 'workspace.setCredentials', { workspace: id })],
    }),
    buttons: [back(locale, 'platforms')],
  };
}
