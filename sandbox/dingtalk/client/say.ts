import type { Saying } from '../../control/platform.js';
import { NotPossible } from '../../control/refusal.js';
import { mimeOf } from '../robot/mime.js';
import { post } from '../robot/posting.js';
import type { Tenant } from '../tenant.js';
import type { App, Chat, Message, Person, Resource } from '../world.js';
import { chatFor, messageFor, personOf, usableApp } from './lookup.js';
import { read } from './read.js';

interface Said {
  type: string;
  content: Record<string, unknown>;
  mentions: string[];
}

/**
 * A person says something, having read what was there. A robot hears everything in its one-to-one chat, in a group only
 * what mentions it. Source: robot-message-type, robot-receive-message.
 */
export function say(tenant: Tenant, saying: Saying): Message {
  const person = personOf(tenant.state, saying.as);
  if (saying.thread || saying.newTopic)
    throw new NotPossible('no-topics', 'DingTalk has no topics for robots');
  const chat = placeOf(tenant, person, saying);
  const quoted = saying.quote ? messageIn(tenant, person, chat, saying.quote) : undefined;
  const said = whatIsSaid(tenant, person, chat, saying);
  read(tenant, person, chat);
  const message = post(tenant, chat, {
    ...{ author: { kind: 'person', id: person.id }, ...said },
    ...(quoted ? { quote: quoted.id } : {}),
  });
  tenant.state.reads.put(`${chat.id}|${person.id}`, message.seq);
  for (const app of hearersOf(tenant, chat, said)) tenant.pushes.said(message, chat, app, person);
  return message;
}

function placeOf(tenant: Tenant, person: Person, { chat, bot }: Saying): Chat {
  if (chat && bot) throw new NotPossible('ambiguous', 'give chat or bot, not both');
  if (chat) return chatFor(tenant.state, person, chat);
  if (!bot) throw new NotPossible('no-place', 'chat or bot is required');
  return tenant.state.p2pChat(usableApp(tenant.state, person, bot), person, tenant.clock.now());
}

function messageIn(tenant: Tenant, person: Person, chat: Chat, id: string): Message {
  const { message } = messageFor(tenant.state, person, id);
  if (message.chat !== chat.id) throw new NotPossible('other-chat', `${id} was said in another chat`);
  if (message.recalled) throw new NotPossible('recalled', `${id} was recalled`);
  return message;
}

function hearersOf({ state }: Tenant, chat: Chat, { mentions }: Said): App[] {
  const heard = chat.kind === 'p2p' ? chat.robots : chat.robots.filter((robot) => mentions.includes(robot));
  return heard.flatMap((robot) => state.apps.get(robot) ?? []);
}

function whatIsSaid(tenant: Tenant, person: Person, chat: Chat, saying: Saying): Said {
  const given = [saying.text, saying.image, saying.file].filter((content) => content !== undefined);
  if (given.length === 0) throw new NotPossible('no-content', 'one of text, image and file is required');
  const mentions = [...new Set(saying.mention ?? [])].map((id) => memberOf(tenant, chat, id));
  if (saying.text !== undefined && saying.image !== undefined && saying.file === undefined)
    return richText(tenant, person, chat, saying.text, saying.image, mentions);
  if (given.length > 1) throw new NotPossible('no-content', 'a file goes by itself');
  if (saying.text !== undefined) {
    const content = textWith(tenant, chat, saying.text, mentions);
    return { type: 'text', content: { content }, mentions };
  }
  const robots = mentions.filter((id) => tenant.state.apps.get(id));
  if (saying.file && chat.kind === 'group' && robots.length > 0)
    throw new NotPossible('not-in-groups', 'in a group a robot is mentioned with text and pictures only');
  const kind = saying.image ? 'image' : 'file';
  const resource = keep(tenant, person, kind, saying.image ?? saying.file ?? { base64: '', name: '' });
  if (kind === 'image') return { type: 'picture', content: { resource: resource.key }, mentions };
  return { type: 'file', content: { resource: resource.key, fileName: resource.name }, mentions };
}

/** Text and a picture in one message. */
function richText(
  tenant: Tenant,
  person: Person,
  chat: Chat,
  text: string,
  image: { base64: string; name: string },
  mentions: string[],
): Said {
  const resource = keep(tenant, person, 'image', image);
  const parts = [
    { text: textWith(tenant, chat, text, mentions) },
    { type: 'picture', resource: resource.key },
  ];
  return { type: 'richText', content: { richText: parts }, mentions };
}

function keep(
  tenant: Tenant,
  person: Person,
  kind: Resource['kind'],
  given: { base64: string; name: string },
): Resource {
  const bytes = Buffer.from(given.base64, 'base64');
  if (bytes.length === 0) throw new NotPossible('empty-file', `${kind}.base64 holds no bytes`);
  const mime = mimeOf(bytes, given.name);
  if (kind === 'image' && !mime.startsWith('image/'))
    throw new NotPossible('not-an-image', `${given.name} is no image`);
  return tenant.files.keep(bytes, { kind, name: given.name, mime, owner: { kind: 'person', id: person.id } });
}

function memberOf({ state }: Tenant, chat: Chat, id: string): string {
  if (chat.kind === 'p2p') throw new NotPossible('no-mentions', 'in a one-to-one chat nobody is mentioned');
  if (id === 'all' || chat.people.includes(id)) return id;
  const robot = state.apps.get(id)?.appKey ?? state.appByRobot(id)?.appKey;
  if (robot && chat.robots.includes(robot)) return robot;
  throw new NotPossible('not-in-chat', `${id} is not in the chat and cannot be mentioned`);
}

/** The text as it is sent: a robot's mention is cut out and leaves the blank after it, people's stay as `@name`. */
function textWith({ state }: Tenant, chat: Chat, said: string, mentions: readonly string[]): string {
  let text = said;
  for (const id of mentions) {
    const robot = state.apps.get(id);
    const name = robot?.name ?? (id === 'all' ? '所有人' : (state.people.get(id)?.name ?? id));
    const typed = `@${name}`;
    if (robot) text = text.replace(typed, '').trimStart();
    else if (!text.includes(typed)) text = `${typed} ${text}`;
  }
  const isHeard = chat.kind === 'group' && mentions.some((id) => state.apps.get(id));
  return isHeard ? ` ${text}` : text;
}
