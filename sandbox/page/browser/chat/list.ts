import type { Chat } from '../control/shapes.js';
import { type AvatarKind, avatar } from '../dom/avatar.js';
import { h } from '../dom/element.js';
import { KeyedList } from '../dom/keyed.js';
import { shortTime } from '../dom/time.js';
import type { Client, Entry } from '../state/client.js';

const kinds: Readonly<Record<Chat['kind'], string>> = { p2p: '', group: '群', topic: '话题群' };

/** What stands beside a chat's name. */
export const kindWord = (entry: Entry, { drawing, directory }: Client): string =>
  entry.kind === 'bot' ? drawing.botWord(directory.app(entry.key)) : kinds[entry.kind];

export const avatarKind = ({ kind }: Entry): AvatarKind => (kind === 'p2p' ? 'person' : kind);

/** Everything this person can open, newest first; bots are there before anybody wrote to them. */
export function chatList(client: Client): HTMLElement {
  const items = h('ul', { class: 'chats', 'aria-label': '会话列表' });
  const empty = h('p', { class: 'empty-line' }, '这位成员还没有任何会话');
  const list = new KeyedList<Entry>(items, {
    key: ({ key }) => key,
    signature: (entry) => JSON.stringify([entry, entry.key === client.open, today(client)]),
    draw: (entry) => drawEntry(entry, client),
  });
  const show = (): void => {
    const focused = document.activeElement?.getAttribute('data-testid');
    list.show(client.entries);
    empty.hidden = client.entries.length > 0;
    const again = focused?.startsWith('chat-')
      ? items.querySelector(`[data-testid="${CSS.escape(focused)}"]`)
      : null;
    if (again instanceof HTMLElement && document.activeElement === document.body) again.focus();
  };
  client.subscribe((change) => {
    if (change !== 'messages' && change !== 'connection') show();
  });
  show();
  return h('nav', { class: 'chat-list', 'aria-label': '会话' }, h('h2', {}, '消息'), items, empty);
}

/** Times of another day are drawn with their date, so a new day draws the list anew. */
const today = (client: Client): string => new Date(client.now()).toDateString();

function drawEntry(entry: Entry, client: Client): HTMLElement {
  const { key, name, chat } = entry;
  const unread = chat?.unread ?? 0;
  const last = chat?.last ?? null;
  const author = last === null || entry.kind === 'bot' || entry.kind === 'p2p' ? '' : `${last.author}：`;
  const kind = kindWord(entry, client);
  const isOpen = key === client.open;
  const button = h(
    'button',
    {
      type: 'button',
      class: 'chat',
      testid: `chat-${key}`,
      'aria-current': isOpen ? 'true' : undefined,
      click: () => client.show(key),
    },
    avatar(name, avatarKind(entry)),
    h(
      'span',
      { class: 'chat-words' },
      h(
        'span',
        { class: 'chat-top' },
        h('span', { class: 'chat-name' }, name),
        kind === '' ? null : h('span', { class: 'chat-kind' }, kind),
        last === null ? null : h('time', {}, shortTime(last.at, client.now())),
      ),
      h(
        'span',
        { class: 'chat-bottom' },
        h('span', { class: 'chat-last' }, last === null ? '暂无消息' : `${author}${last.text}`),
        unread > 0 && badge(unread),
      ),
    ),
  );
  return h('li', {}, button);
}

const badge = (unread: number): HTMLElement =>
  h('span', { class: 'badge', 'aria-label': `${unread} 条未读` }, unread > 99 ? '99+' : String(unread));
