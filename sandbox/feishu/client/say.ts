import type { Saying } from '../../control/platform.js';
import { NotPossible } from '../../control/refusal.js';
import { post, topicRoot } from '../im/posting.js';
import { sniffImage } from '../image.js';
import type { Tenant } from '../tenant.js';
import type { Chat, Mention, Message, Person, Resource } from '../world.js';
import { chatFor, messageFor, personOf, usableApp } from './lookup.js';
import { read } from './read.js';

/** A person says something, having read what was there; the apps of the chat hear of it as far as their scopes go. */
export function say(tenant: Tenant, saying: Saying): Message {
  const person = personOf(tenant.state, saying.as);
  const chat = placeOf(tenant, person, saying);
  const quoted = saying.quote ? messageIn(tenant, person, chat, saying.quote) : undefined;
  read(tenant, person, chat);
  const topic = topicOf(tenant, person, chat, saying, quoted);
  const message = post(tenant, {
    chat,
    author: { kind: 'person', id: person.id },
    ...contentOf(tenant, person, chat, saying),
    ...(quoted ? { parent: quoted } : {}),
    ...(topic ? { topic } : {}),
  });
  tenant.state.reads.put(`${chat.id}|${person.id}`, message.seq);
  tenant.events.received(message, chat, person);
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

function topicOf(
  tenant: Tenant,
  person: Person,
  chat: Chat,
  { thread, newTopic }: Saying,
  quoted: Message | undefined,
): Message | 'new' | undefined {
  if (newTopic && chat.kind !== 'topic')
    throw new NotPossible('no-topics', 'only a topic group has topics to start');
  if (newTopic && (thread || quoted))
    throw new NotPossible('ambiguous', 'a new topic neither answers nor quotes');
  if (thread && chat.kind === 'p2p') throw new NotPossible('no-topics', 'a one-to-one chat has no topics');
  if (thread) return rootOf(tenant, person, chat, thread);
  const around = quoted && topicRoot(tenant, quoted);
  return around ?? (chat.kind === 'topic' ? 'new' : undefined);
}

function rootOf(tenant: Tenant, person: Person, chat: Chat, thread: string): Message {
  const first = tenant.state
    .messagesOf(chat.id)
    .find((message) => message.thread === thread && !message.root);
  const message = first ?? messageIn(tenant, person, chat, thread);
  return topicRoot(tenant, message) ?? message;
}

function contentOf(tenant: Tenant, person: Person, chat: Chat, saying: Saying) {
  const given = [saying.text, saying.image, saying.file].filter((content) => content !== undefined);
  if (given.length !== 1)
    throw new NotPossible('no-content', 'exactly one of text, image and file is required');
  if (saying.text !== undefined) {
    const { text, mentions } = mention(tenant, chat, saying.text, saying.mention ?? []);
    return { type: 'text', content: JSON.stringify({ text }), mentions };
  }
  const image = saying.image ? keep(tenant, person, 'image', saying.image) : undefined;
  if (image) return { type: 'image', content: JSON.stringify({ image_key: image.key }), mentions: [] };
  const file = keep(tenant, person, 'file', saying.file ?? { base64: '', name: '' });
  return {
    type: 'file',
    content: JSON.stringify({ file_key: file.key, file_name: file.name }),
    mentions: [],
  };
}

function keep(
  tenant: Tenant,
  person: Person,
  kind: Resource['kind'],
  given: { base64: string; name: string },
): Resource {
  const bytes = Buffer.from(given.base64, 'base64');
  if (bytes.length === 0) throw new NotPossible('empty-file', `${kind}.base64 holds no bytes`);
  const mime = kind === 'image' ? sniffImage(bytes)?.mime : 'application/octet-stream';
  if (!mime) throw new NotPossible('not-an-image', `${given.name} is no image`);
  return tenant.files.keep(bytes, { kind, name: given.name, mime, owner: { kind: 'person', id: person.id } });
}

/** Puts placeholders where people are named: for `@name` in the text, or in front. */
export function mention(
  tenant: Tenant,
  chat: Chat,
  said: string,
  whom: readonly string[],
): { text: string; mentions: Mention[] } {
  const mentions: Mention[] = [];
  let text = said;
  for (const id of new Set(whom)) {
    const known = id === 'all' ? undefined : memberOf(chat, id);
    const key = known ? `@_user_${mentions.length + 1}` : '@_all';
    const typed = known ? `@${tenant.state.nameOf(known)}` : '@所有人';
    text = text.includes(typed) ? text.replace(typed, key) : `${key} ${text}`;
    if (known) mentions.push({ key, who: known });
  }
  return { text, mentions };
}

function memberOf(chat: Chat, id: string): Mention['who'] {
  if (chat.apps.includes(id)) return { kind: 'bot', id };
  if (chat.people.includes(id)) return { kind: 'person', id };
  throw new NotPossible('not-in-chat', `${id} is not in the chat and cannot be mentioned`);
}
