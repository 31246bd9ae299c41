import { isRecord } from '../../kernel/shape.js';
import { CARD_BYTES_MAX, validateCard } from '../card/validate.js';
import { Refusal, refuse } from '../refusal.js';
import type { State } from '../state.js';
import { findUser } from '../users.js';
import type { App, Mention } from '../world.js';
import { readPost } from './post-content.js';

const TEXT_BYTES_MAX = 150 * 1024;

/** A message's content as Feishu keeps it: JSON text with placeholders where people are mentioned. */
export interface Content {
  content: string;
  mentions: Mention[];
}

/**
 * Checks what an app wants to send against the rules of its type.
 * Source: 发送消息内容结构; limits: 发送消息 (text 150 KB, card and post 30 KB).
 */
export function readContent(type: string, content: string, app: App, state: State): Content {
  const bytes = Buffer.byteLength(content);
  if (bytes > (type === 'interactive' || type === 'post' ? CARD_BYTES_MAX : TEXT_BYTES_MAX)) refuse(230025);
  const given = parse(content, type);
  switch (type) {
    case 'text':
      return readText(given, app, state);
    case 'post':
      return { content: JSON.stringify(readPost(given, app, state)), mentions: [] };
    case 'interactive':
      return { content: JSON.stringify(readCard(given, app, state)), mentions: [] };
    case 'image':
    case 'file':
    case 'audio':
    case 'media':
      return { content: JSON.stringify(readMedia(type, given, app, state)), mentions: [] };
    case 'share_chat':
      return { content: JSON.stringify(readSharedChat(given, app, state)), mentions: [] };
    case 'share_user':
      return { content: JSON.stringify(readSharedUser(given, app, state)), mentions: [] };
    default:
      return refuse(230001, `msg_type ${type} is not built in this sandbox`);
  }
}

function parse(content: string, type: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    if (type === 'interactive')
      throw cardRefused(200621, 'parse card json err, please check whether the card json is correct');
    refuse(230001, 'content is not a string in json format');
  }
  if (!isRecord(value)) refuse(230001, 'content is not a json object');
  return value;
}

function readText(given: Record<string, unknown>, app: App, state: State): Content {
  if (typeof given.text !== 'string' || given.text === '') refuse(230001, 'text content is empty');
  const mentions: Mention[] = [];
  const text = given.text.replace(/<at user_id="([^"]*)">(.*?)<\/at>/g, (_tag, id: string, name: string) => {
    if (id === 'all') return '@_all';
    const who = findUser(id, app, state);
    if (!who) return `@${name}`;
    const known = mentions.find((mention) => mention.who.kind === who.kind && mention.who.id === who.id);
    if (known) return known.key;
    const key = `@_user_${mentions.length + 1}`;
    mentions.push({ key, who });
    return key;
  });
  return { content: JSON.stringify({ text }), mentions };
}

/** A card that is to be sent or to replace another. Cards of schema 1.0 are kept as they are, unchecked. */
export function readCard(card: Record<string, unknown>, app: App, state: State): Record<string, unknown> {
  if (card.type === 'template') {
    throw cardRefused(
      200380,
      'template does not exist, please confirm whether this template has been released',
    );
  }
  if (card.type === 'card') throw cardRefused(200740, 'card entities are not built in this sandbox');
  if (isLegacyCard(card)) return card;
  const [problem] = validateCard(card, knownTo(app, state)).filter(({ code }) => code !== 200530);
  if (problem) throw cardRefused(problem.code, problem.message, problem.path);
  return card;
}

/** A card of schema 1.0, which 2.0's `body` gives away as none. */
export const isLegacyCard = (card: Record<string, unknown>): boolean =>
  card.schema !== '2.0' && !('body' in card) && Object.keys(card).length > 0;

export const knownTo = (app: App, state: State) => ({
  person: (id: string) => findUser(id, app, state) !== undefined,
  image: (key: string) => state.resources.get(key)?.kind === 'image',
});

/** `230099` with the card's own code in its words, as Feishu's message API wraps it. */
export function cardRefused(code: number, message: string, path = ''): Refusal {
  const where = path ? `ErrPath: ROOT -> ${path.replaceAll('.', ' -> ')}; ` : '';
  return new Refusal(
    230099,
    `Failed to create card content, ext=ErrCode: ${code}; ${where}ErrMsg: ${message}; ErrorValue: ${path}; `,
  );
}

const fileTypes: Readonly<Record<string, (fileType: string | undefined) => boolean>> = {
  audio: (fileType) => fileType === 'opus',
  media: (fileType) => fileType === 'mp4',
  file: (fileType) => fileType !== 'opus' && fileType !== 'mp4',
};

function readMedia(
  type: string,
  given: Record<string, unknown>,
  app: App,
  state: State,
): Record<string, unknown> {
  const field = type === 'image' ? 'image_key' : 'file_key';
  const key = given[field];
  const resource = typeof key === 'string' ? state.resources.get(key) : undefined;
  if (!resource || resource.kind !== (type === 'image' ? 'image' : 'file'))
    refuse(230001, `${field} is invalid`);
  if (resource.owner.kind !== 'bot' || resource.owner.id !== app.appId) refuse(230017);
  if (type === 'image') return { image_key: key };
  if (!fileTypes[type]?.(resource.fileType)) refuse(230055);
  const cover = type === 'media' && typeof given.image_key === 'string' ? { image_key: given.image_key } : {};
  return { file_key: key, file_name: resource.name, ...cover };
}

function readSharedChat(given: Record<string, unknown>, app: App, state: State): Record<string, unknown> {
  const chat = typeof given.chat_id === 'string' ? state.chats.get(given.chat_id) : undefined;
  if (!chat) refuse(230001, 'chat_id is invalid');
  if (chat.kind === 'p2p') throw new Refusal(230015, 'P2P chat can NOT be shared.');
  if (!chat.apps.includes(app.appId)) refuse(230002);
  return { chat_id: chat.id };
}

function readSharedUser(given: Record<string, unknown>, app: App, state: State): Record<string, unknown> {
  const found = typeof given.user_id === 'string' ? findUser(given.user_id, app, state) : undefined;
  if (found?.kind !== 'person') refuse(230001, 'user_id is invalid');
  return { user_id: given.user_id };
}
