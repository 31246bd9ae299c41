import type { Delivery } from '../../kernel/deliveries.js';
import { readPassiveCard } from '../card/passive.js';
import { hasButtons, validateTemplateCard } from '../card/validate.js';
import type { Corp } from '../corp.js';
import { cutBytes } from '../message/cut.js';
import { post } from '../message/posting.js';
import type { App, Message } from '../world.js';
import type { Applied, Payload } from './callbacks.js';
import { CannotDecrypt, decrypt, sign } from './crypto.js';
import { childOf, readXml, textOf, type XmlNode } from './xml.js';

/** Events that may be answered with a message; all messages may. Source: 被动回复消息格式, 事件格式. */
const answerable = new Set([
  ...['subscribe', 'enter_agent', 'click', 'view', 'template_card_menu_event'],
  ...['text', 'image', 'voice', 'video', 'location', 'link'],
]);
const TEXT_BYTES_MAX = 2_048;

/** Does what an app answered to a callback. What cannot be read WeCom passes over in silence. */
export function applyReply(
  corp: Corp,
  delivery: Delivery,
  payload: Payload,
  answer: string,
): Applied | undefined {
  const app = corp.state.apps.get(delivery.app);
  if (!app || answer.trim() === '' || answer.trim() === 'success') return undefined;
  try {
    return apply(corp, app, delivery, payload, open(corp, app, answer));
  } catch (error) {
    if (!(error instanceof Unusable) && !(error instanceof CannotDecrypt)) throw error;
    corp.drops.add(delivery.app, payload.person, `passive reply: ${error.message}`);
    return { cardUpdated: false, error: error.message };
  }
}

class Unusable extends Error {}

/** The plain reply inside the signed envelope. */
function open({ state }: Corp, { callback }: App, answer: string): XmlNode {
  const envelope = readXml(answer);
  const encrypted = textOf(envelope, 'Encrypt');
  if (!callback || encrypted === undefined) throw new Unusable('no XML with <Encrypt>');
  const signature = sign(
    callback.token,
    textOf(envelope, 'TimeStamp')?.trim() ?? '',
    textOf(envelope, 'Nonce') ?? '',
    encrypted,
  );
  if (signature !== textOf(envelope, 'MsgSignature')) throw new Unusable('the signature does not fit');
  const { message, receiveId } = decrypt(encrypted, callback.encodingAesKey);
  if (receiveId !== state.corpId)
    throw new Unusable(`it is for ${receiveId || 'nobody'}, not ${state.corpId}`);
  return readXml(message) ?? unreadable();
}

function unreadable(): never {
  throw new Unusable('what is inside is not XML');
}

function apply(
  corp: Corp,
  app: App,
  delivery: Delivery,
  payload: Payload,
  reply: XmlNode,
): Applied | undefined {
  const type = textOf(reply, 'MsgType') ?? '';
  if (type === 'update_button' || type === 'update_template_card') {
    const message = payload.message === undefined ? undefined : corp.state.message(payload.message);
    if (!message) throw new Unusable(`${type} answers card events only`);
    return update(corp, message, payload.person, type, reply);
  }
  if (!answerable.has(delivery.type)) throw new Unusable(`${delivery.type} cannot be answered with ${type}`);
  say(corp, app, payload, type, reply);
  return undefined;
}

/** Only the copy of whoever pressed changes. */
function update(corp: Corp, message: Message, person: string, type: string, reply: XmlNode): Applied {
  if (type === 'update_button') {
    const name = textOf(childOf(reply, 'Button'), 'ReplaceName');
    if (!name) throw new Unusable('Button/ReplaceName is missing');
    if (!hasButtons(corp.cards.copyOf(message, person))) throw new Unusable('the card has no buttons');
    corp.cards.replaceButtons(message, [person], name);
    return { cardUpdated: true };
  }
  const card = readPassiveCard(reply);
  const problem = validateTemplateCard(card, 'passive').find(({ severity }) => severity === 'refused');
  if (problem) throw new Unusable(`${problem.path}: ${problem.message}`);
  corp.cards.replaceCard(message, [person], card);
  return { cardUpdated: true };
}

function say(corp: Corp, { agentId }: App, payload: Payload, type: string, reply: XmlNode): void {
  const chat = chatOf(corp, String(agentId), payload);
  const author = { kind: 'app' as const, id: String(agentId) };
  post(corp, { chat, author, type, content: contentOf(corp, type, reply) });
}

function chatOf({ state, clock }: Corp, id: string, { person }: Payload) {
  const receiver = state.people.get(person);
  if (!receiver) throw new Unusable('nobody to answer');
  return state.p2pChat(id, state.apps.get(id)?.name ?? '', receiver, clock.now());
}

function contentOf(corp: Corp, type: string, reply: XmlNode): Record<string, unknown> {
  switch (type) {
    case 'text': {
      const content = textOf(reply, 'Content');
      if (!content) throw new Unusable('Content is empty');
      return { content: cutBytes(content, TEXT_BYTES_MAX) };
    }
    case 'image':
    case 'voice':
      return media(corp, type, childOf(reply, type === 'image' ? 'Image' : 'Voice'));
    case 'video': {
      const video = childOf(reply, 'Video');
      const title = cutBytes(textOf(video, 'Title') ?? '', 128);
      const description = cutBytes(textOf(video, 'Description') ?? '', 512);
      return { ...media(corp, type, video), title, description };
    }
    case 'news':
      return { articles: articlesOf(reply) };
    default:
      throw new Unusable(`${type || 'nothing'} is no type of passive reply`);
  }
}

function media(
  corp: Corp,
  kind: 'image' | 'voice' | 'video',
  node: XmlNode | undefined,
): Record<string, unknown> {
  const found = corp.files.current(textOf(node, 'MediaId'));
  if (found?.kind !== kind) throw new Unusable(`MediaId is no ${kind}, or too old`);
  return { media_id: found.key, name: found.name };
}

function articlesOf(reply: XmlNode): Record<string, unknown>[] {
  const items = childOf(reply, 'Articles')?.children.filter(({ name }) => name === 'item') ?? [];
  if (items.length < 1 || items.length > 8) throw new Unusable('1 to 8 articles are possible');
  return items.map((item) => ({
    title: textOf(item, 'Title') ?? '',
    description: textOf(item, 'Description') ?? '',
    url: textOf(item, 'Url') ?? '',
    picurl: textOf(item, 'PicUrl') ?? '',
  }));
}
