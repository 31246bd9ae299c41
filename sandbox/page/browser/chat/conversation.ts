import { avatar } from '../dom/avatar.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Client, Entry } from '../state/client.js';
import { botMenu } from './bot-menu.js';
import { avatarKind, kindWord } from './list.js';
import { MessageList } from './messages.js';
import { TopicList } from './topics.js';

/** What fills the room under the head of a chat: a list of messages, or of topics. */
export interface ChatView {
  element: HTMLElement;
  show: () => void;
}

/** The open chat: its head, its messages or topics, and where to write. */
export function conversation(client: Client): HTMLElement {
  const element = h('section', { class: 'conversation', 'aria-label': '会话' });
  let shown = '';
  let view: ChatView | null = null;
  const open = (): void => {
    const entry = client.openEntry;
    const identity = `${client.as} ${entry?.key} ${entry?.kind}`;
    if (identity !== shown) {
      shown = identity;
      element.dataset.kind = entry?.kind ?? 'none';
      view = entry === null ? null : entry.kind === 'topic' ? new TopicList(client) : new MessageList(client);
      element.replaceChildren(
        ...(entry === null || view === null
          ? [nothingOpen()]
          : [head(client, entry), view.element, client.drawing.menu === 'foot' && botMenu(client)].filter(
              (part) => part instanceof HTMLElement,
            )),
      );
    }
    view?.show();
  };
  client.subscribe((change) => {
    if (change !== 'connection') open();
    if (change !== 'connection' && change !== 'clock') markRead(client, element);
  });
  document.addEventListener('visibilitychange', () => markRead(client, element), { signal: client.left });
  open();
  return element;
}

/** What is on the screen counts as read. */
function markRead(client: Client, element: HTMLElement): void {
  const chat = client.openEntry?.chat;
  if (!chat || chat.unread === 0 || !client.loaded || document.visibilityState !== 'visible') return;
  const inSight = element.getClientRects().length !== 0;
  if (inSight)
    void client.api
      .read(client.as, chat.id)
      .then(() => client.refresh())
      .catch(() => {});
}

function head(client: Client, entry: Entry): HTMLElement {
  const back = h('button', {
    type: 'button',
    class: 'icon-button back',
    'aria-label': '返回会话列表',
    click: () => client.show(null),
  });
  back.append(icon('back'));
  const people = entry.chat === null ? [] : client.directory.peopleIn(entry.chat.id);
  const isGroup = entry.kind === 'group' || entry.kind === 'topic';
  const title = people.map(({ name }) => name).join('、');
  return h(
    'header',
    { class: 'conversation-head' },
    back,
    avatar(entry.name, avatarKind(entry)),
    h(
      'div',
      { class: 'conversation-title' },
      h('h2', {}, entry.name),
      isGroup
        ? h('p', { title }, `${kindWord(entry, client)} · ${people.length} 位成员`)
        : h('p', {}, kindWord(entry, client) || '单聊'),
    ),
    client.drawing.menu === 'head' && botMenu(client),
  );
}

const nothingOpen = (): HTMLElement =>
  h(
    'div',
    { class: 'empty' },
    icon('chat'),
    h('h2', {}, '选择一个会话开始'),
    h('p', {}, '左侧是这位成员能看到的单聊、群和话题'),
  );
