import { objectOf, textOf } from '../control/json.js';
import type { Message } from '../control/shapes.js';
import { avatar } from '../dom/avatar.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { openMenu } from '../dom/menu.js';
import { fullTime, shortTime } from '../dom/time.js';
import { toast } from '../dom/toast.js';
import type { Client } from '../state/client.js';
import { press } from './clicks.js';
import { openLink } from './links.js';
import { drawReactions, openReactions } from './reactions.js';

/** What the view around a message does with the buttons that appear on it. */
export interface MessageActions {
  reply: (message: Message) => void;
  edit: (message: Message) => void;
}

/** Everything that shows on a message: when it is the same, the drawn message still stands. */
export const messageSignature = (message: Message): string => JSON.stringify(message);

export function drawMessage(message: Message, client: Client, actions: MessageActions): HTMLElement {
  if (message.recalled) return drawRecalled(message, client);
  if (message.type === 'system') return drawDivider(message);
  const own = message.author.id === client.as;
  return h(
    'li',
    {
      class: `message${own ? ' message-own' : ''}`,
      testid: `message-${message.id}`,
      'data-type': message.type,
    },
    avatar(message.author.name, message.author.kind),
    h(
      'div',
      { class: 'message-main' },
      drawMeta(message, client),
      drawQuote(message),
      drawBody(message, client),
      drawReactions(message, client),
      message.read && isOneToOne(client) ? h('span', { class: 'read-mark' }, '已读') : null,
    ),
    drawTools(message, client, actions),
  );
}

const isOneToOne = ({ openEntry }: Client): boolean => openEntry?.kind === 'bot' || openEntry?.kind === 'p2p';

function drawMeta({ author, at, edited }: Message, client: Client): HTMLElement {
  return h(
    'div',
    { class: 'message-meta' },
    h('span', { class: 'message-author' }, author.name),
    author.kind === 'bot' &&
      h('span', { class: 'bot-tag' }, client.drawing.botWord(client.directory.app(author.id))),
    h('time', { datetime: new Date(at).toISOString(), title: fullTime(at) }, shortTime(at, client.now())),
    edited && h('span', { class: 'edited' }, '已编辑'),
  );
}

const drawQuote = ({ quote }: Message): HTMLElement | null =>
  quote ? h('blockquote', { class: 'message-quote' }, h('span', {}, '回复：'), quote.text) : null;

function drawBody(message: Message, client: Client): HTMLElement {
  const drawn = client.drawing.drawContent(message, {
    as: client.as,
    nameOf: (id) => client.directory.nameOf(id),
    members: () => client.directory.membersOf(client.openEntry?.chat?.id ?? '', client.as, message.author.id),
    drafts: client.draftsOf(message.id),
    press: (element, pressed) => press(client, message.id, element, pressed),
    openLink: (address) => openLink(client, address),
  });
  return drawn ?? h('div', { class: 'bubble bubble-other' }, `[${message.type}] 此类消息暂不支持预览`);
}

function drawRecalled({ id, author }: Message, client: Client): HTMLElement {
  const who = author.id === client.as ? '你' : author.name;
  return h('li', { class: 'message-line', testid: `message-${id}` }, `${who}撤回了一条消息`);
}

function drawDivider({ id, content }: Message): HTMLElement {
  const { text, params } = objectOf(content);
  const words = textOf(text) || textOf(objectOf(objectOf(params).divider_text).text);
  return h(
    'li',
    { class: 'message-line message-divider', testid: `message-${id}` },
    h('span', {}, words || '系统消息'),
  );
}

function drawTools(message: Message, client: Client, actions: MessageActions): HTMLElement {
  const own = message.author.id === client.as;
  const can = client.openEntry === null ? null : client.drawing.abilities(client.openEntry);
  const recall = (): void => {
    client.api
      .recall(client.as, message.id)
      .then(() => client.refresh())
      .catch((error: unknown) => toast('error', error instanceof Error ? error.message : '撤回失败'));
  };
  const more = tool('more', '更多', () =>
    openMenu(more, '消息操作', [
      ...(can?.edit && message.type === 'text'
        ? [{ text: '编辑', choose: () => actions.edit(message) }]
        : []),
      ...(can?.recall ? [{ text: '撤回', choose: recall }] : []),
    ]),
  );
  const react = tool('smile', '表情回复', () => openReactions(react, message, client));
  const reply = tool('reply', '回复', () => actions.reply(message));
  return h(
    'div',
    { class: 'message-tools' },
    can?.quote && reply,
    can?.react && react,
    own && (can?.edit || can?.recall) && more,
  );
}

const tool = (name: 'reply' | 'more' | 'smile', words: string, click: () => void): HTMLElement =>
  h('button', { type: 'button', class: 'icon-button', 'aria-label': words, title: words, click }, icon(name));
