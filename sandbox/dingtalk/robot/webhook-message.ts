import { isRecord } from '../../kernel/shape.js';
import { OldRefusal } from '../refusal.js';
import type { State } from '../state.js';
import type { Chat } from '../world.js';
import type { Shown } from './content.js';

const AT_MAX = 50;
const required = (object: Record<string, unknown>, ...names: string[]): void => {
  const missing = names.find((name) => typeof object[name] !== 'string' || object[name] === '');
  if (missing) throw new OldRefusal(40035, `缺少参数 ${missing}`);
};

const inner = (body: Record<string, unknown>, name: string): Record<string, unknown> => {
  const value = body[name];
  if (!isRecord(value)) throw new OldRefusal(40035, `缺少参数 ${name}`);
  return value;
};

/**
 * Reads a message in the webhook's format, which the answer of an HTTP robot has too; `undefined` for `empty`.
 *
 * @throws OldRefusal 400105 for a type it has not, 40035 for a field that is missing
 * Source: robot-message-type (Webhook方式), custom-robots-send-group-messages.
 */
export function readWebhookMessage(body: Record<string, unknown>): Shown | undefined {
  switch (body.msgtype) {
    case 'empty':
      return undefined;
    case 'text': {
      const text = inner(body, 'text');
      required(text, 'content');
      return { type: 'text', content: { content: text.content } };
    }
    case 'markdown': {
      const markdown = inner(body, 'markdown');
      required(markdown, 'title', 'text');
      return { type: 'markdown', content: { title: markdown.title, text: markdown.text } };
    }
    case 'link': {
      const link = inner(body, 'link');
      required(link, 'title', 'text', 'messageUrl');
      return { type: 'link', content: link };
    }
    case 'actionCard':
      return readActionCard(inner(body, 'actionCard'));
    case 'feedCard': {
      const { links } = inner(body, 'feedCard');
      if (!Array.isArray(links) || links.length === 0) throw new OldRefusal(40035, '缺少参数 links');
      for (const link of links) required(isRecord(link) ? link : {}, 'title', 'messageURL', 'picURL');
      return { type: 'feedCard', content: { links } };
    }
    default:
      throw new OldRefusal(400105, `不支持的消息类型 ${body.msgtype}`);
  }
}

function readActionCard(card: Record<string, unknown>): Shown {
  required(card, 'title', 'text');
  const { title, text, singleTitle, singleURL, btns, btnOrientation } = card;
  const isSingle = singleTitle !== undefined || singleURL !== undefined;
  if (isSingle) required(card, 'singleTitle', 'singleURL');
  else if (!Array.isArray(btns) || btns.length === 0) throw new OldRefusal(40035, '缺少参数 btns');
  const many = (Array.isArray(btns) ? btns : []).map((btn) => {
    const button = isRecord(btn) ? btn : {};
    required(button, 'title', 'actionURL');
    return { title: button.title, url: button.actionURL };
  });
  const buttons = isSingle ? [{ title: singleTitle, url: singleURL }] : many;
  return { type: 'actionCard', content: { title, text, buttons, horizontal: btnOrientation === '1' } };
}

/**
 * Whom a message mentions. An `@` shows only when the id or number stands in the text too, and only members are
 * mentioned; links and feeds mention nobody. Source: custom-robots-send-group-messages (at).
 */
export function readMentions(
  state: State,
  chat: Chat,
  body: Record<string, unknown>,
  { type, content }: Shown,
): { mentions: string[]; content: Record<string, unknown> } {
  const at = isRecord(body.at) ? body.at : {};
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const users = list(at.atUserIds);
  const mobiles = list(at.atMobiles);
  if (users.length + mobiles.length > AT_MAX) throw new OldRefusal(40035, `at: 最多${AT_MAX}人`);
  const field = type === 'text' ? 'content' : 'text';
  const said = content[field];
  if (!['text', 'markdown', 'actionCard'].includes(type) || typeof said !== 'string')
    return { mentions: [], content };
  const mentions: string[] = [];
  let text = said;
  for (const person of state.people.values()) {
    const keys = [
      ...users.filter((id) => id === person.userId),
      ...mobiles.filter((m) => m === person.mobile),
    ];
    const key = keys.find((each) => text.includes(`@${each}`));
    if (!key || !chat.people.includes(person.id)) continue;
    mentions.push(person.id);
    text = text.replaceAll(`@${key}`, `@${person.name}`);
  }
  if (at.isAtAll === true) mentions.push('all');
  const everybody = at.isAtAll === true && type === 'text' ? `@所有人 ${text}` : text;
  return { mentions, content: { ...content, [field]: everybody } };
}
