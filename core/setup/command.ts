import type { Meaning, Typist } from '../commands/command.js';
import { type Locale, locales, type TextKey, text } from '../i18n/texts.js';
import { codeIn } from './code.js';
import { memberCalled } from './members.js';
import { queueCalled } from './queues.js';
import { listed, roleCalled, timeNames } from './words.js';

/** What follows a verb: its first word, and the rest. */
const split = (words: string): [first: string, rest: string] => {
  const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
  return [first, rest.trim()];
};

type Read = (words: string, typist: Typist) => Meaning | Promise<Meaning>;
type Verb =
  | 'members'
  | 'queues'
  | 'channels'
  | 'robot'
  | 'platforms'
  | 'newQueue'
  | 'rename'
  | 'deleteQueue'
  | 'add'
  | 'remove'
  | 'hours'
  | 'closed'
  | 'assign'
  | 'confidential'
  | 'queueSkills'
  | 'times'
  | 'skills'
  | 'capacity'
  | 'name'
  | 'welcome'
  | 'timeZone'
  | 'newChannel'
  | 'testChannel'
  | 'help';

const call = (operation: string, input: Record<string, unknown>): Meaning => ({ operation, input });

/** A verb that changes one thing of a queue. */
const ofQueue =
  (read: (rest: string) => Record<string, unknown> | undefined): Read =>
  (words, typist) => {
    const [queue, rest] = split(words);
    const given = queue === '' ? undefined : read(rest);
    return given ? call('queue.set', { queue, ...given }) : usage(typist.scene.tenant.locale);
  };

const yesNo = (words: string): boolean | undefined => {
  for (const locale of locales) {
    if (words === text(locale, 'setup.yes')) return true;
    if (words === text(locale, 'setup.no')) return false;
  }
  return undefined;
};

const flagOf = (name: 'assigns' | 'confidential') =>
  ofQueue((rest) => {
    const value = yesNo(rest);
    return value === undefined ? undefined : { [name]: value };
  });

/** A verb about a member, who is named first. */
const ofMember =
  (operation: string, read: (rest: string) => Record<string, unknown> | undefined): Read =>
  async (words, typist) => {
    const [name, rest] = split(words);
    const given = name === '' ? undefined : read(rest);
    if (!given) return usage(typist.scene.tenant.locale);
    const member = await memberCalled(typist.scene, name);
    return 'say' in member ? member : call(operation, { member: member.id, ...given });
  };

const named =
  (read: (first: string, rest: string) => Meaning | undefined): Read =>
  (words, { scene }) => {
    const [first, rest] = split(words);
    return (first === '' ? undefined : read(first, rest)) ?? usage(scene.tenant.locale);
  };

const verbs: Record<Verb, Read> = {
  members: (words) => call('member.search', { words }),
  queues: async (words, { scene }) => {
    if (words === '') return call('setup.show', { part: 'queues' });
    const queue = await queueCalled(scene, words);
    return 'say' in queue ? queue : call('setup.show', { part: 'queue', id: queue.id });
  },
  channels: () => call('setup.show', { part: 'channels' }),
  robot: () => call('setup.show', { part: 'robot' }),
  platforms: () => call('workspace.check', {}),
  newQueue: named((name, rest) => (rest === '' ? call('queue.create', { name }) : undefined)),
  rename: named((queue, name) => (name === '' ? undefined : call('queue.set', { queue, name }))),
  deleteQueue: named((queue) => call('queue.delete', { queue })),
  add: named((queue, members) => (members === '' ? undefined : call('queue.addMembers', { queue, members }))),
  remove: named((queue, member) =>
    member === '' ? undefined : call('queue.removeMember', { queue, member }),
  ),
  hours: ofQueue((hours) => (hours === '' ? undefined : { hours })),
  closed: ofQueue((closed) => ({ closed })),
  assign: flagOf('assigns'),
  confidential: flagOf('confidential'),
  queueSkills: ofQueue((skills) => ({ skills })),
  times: ofQueue((rest) => {
    const given = pairsIn(rest);
    const isKnown = Object.keys(given).every((key) => timeNames.some((name) => name === key));
    return isKnown && Object.keys(given).length > 0 ? given : undefined;
  }),
  skills: ofMember('member.set', (skills) => ({ skills })),
  capacity: ofMember('member.set', (capacity) => (/^\d{1,3}$/.test(capacity) ? { capacity } : undefined)),
  name: (name, { scene }) => (name === '' ? usage(scene.tenant.locale) : call('robot.set', { name })),
  welcome: (welcome) => call('robot.set', { welcome }),
  timeZone: named((timeZone) => call('robot.set', { timeZone })),
  newChannel: named((channel, rest) => {
    const fields = Object.entries(pairsIn(rest)).map(([name, value]) => [`field.${name}`, value]);
    const [name, queue] = listed(rest).filter((word) => !word.includes('='));
    return call('account.create', { channel, name, queue, ...Object.fromEntries(fields) });
  }),
  testChannel: async (words, { scene }) => {
    const [account] = await scene.tx.query<{ id: string }>(
      'select id from accounts where tenant_id = $1 and lower(name) = lower($2) limit 1',
      [scene.tenant.id, words],
    );
    return account ? call('account.check', { account: account.id }) : usage(scene.tenant.locale);
  },
  help: (_, { scene }) => usage(scene.tenant.locale),
};

/** "origins=https://shop.example title=客服" */
const pairsIn = (words: string): Record<string, string> =>
  Object.fromEntries(
    [...words.matchAll(/(?:^|\s)([A-Za-z.]{1,40})=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );

const verbNames = Object.keys(verbs).filter((name): name is Verb => name in verbs);
const keyOf = (verb: Verb): TextKey & `setupVerb.${Verb}` => `setupVerb.${verb}`;
const nameOf = (locale: Locale, verb: Verb): string => split(text(locale, keyOf(verb)))[0];

/** Every verb with what follows it. */
const usage = (locale: Locale): Meaning => ({
  say: [
    text(locale, 'setupVerb.intro'),
    ...verbNames.map((verb) => `/${text(locale, 'command.setup.name')} ${text(locale, keyOf(verb))}`),
  ].join('\n'),
});

/** What looks like a secret with its name in front. */
const secret = /(secret|password|passwd|aes_?key|token|密钥|密码|口令)\s*[:：=＝\s]\s*\S{6,}/i;

/**
 * "/设置": the panel; with a code, whoever types it becomes the first administrator; with a verb, what the panel does, in
 * one line. A secret is never taken from a chat.
 */
export async function readSetup(words: string, typist: Typist): Promise<Meaning> {
  const { locale } = typist.scene.tenant;
  if (secret.test(words)) return { say: text(locale, 'setup.secretInChat') };
  const [first, rest] = split(words);
  const verb = verbNames.find((name) =>
    [name.toLowerCase(), ...locales.map((one) => nameOf(one, name).toLowerCase())].includes(
      first.toLowerCase(),
    ),
  );
  if (typist.member.role !== 'admin' || words === '' || (!verb && codeIn(words) !== undefined))
    return call('setup.open', { code: words.slice(0, 200) });
  return verb ? verbs[verb](rest, typist) : usage(locale);
}

/** "/角色 张三 客服" */
export async function readRole(words: string, typist: Typist): Promise<Meaning> {
  const { scene } = typist;
  const { locale } = scene.tenant;
  const [name, called] = split(words);
  if (name === '' || called === '')
    return { say: text(locale, 'command.usageIs', { usage: text(locale, 'command.role.usage') }) };
  const role = roleCalled(called);
  if (!role) return { say: text(locale, 'setup.unknownRole', { role: called }) };
  const member = await memberCalled(scene, name);
  return 'say' in member ? member : call('member.setRole', { member: member.id, role });
}

/** "/绑定 售后", "/绑定 售后 单聊" */
export function readDesk(words: string, { scene }: Typist): Meaning {
  const { locale } = scene.tenant;
  const [queue, where] = split(words);
  const places = { '': 'here', ...placesIn } as const;
  const place = Object.entries(places).find(([name]) => name === where.toLowerCase())?.[1];
  if (queue === '' || place === undefined)
    return { say: text(locale, 'command.usageIs', { usage: text(locale, 'command.desk.usage') }) };
  return call('queue.bindDesk', { queue, place });
}

const placesIn = { 单聊: 'direct', direct: 'direct', 不显示: 'none', none: 'none' } as const;
