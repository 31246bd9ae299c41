import type { Message } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { KeyedList } from '../dom/keyed.js';
import type { Client } from '../state/client.js';
import { actionsFor, makeComposer } from './composers.js';
import type { ChatView } from './conversation.js';
import { drawMessage, messageSignature } from './message.js';
import { threadsOf } from './threads.js';

/** How near the end counts as reading along, in pixels. */
const nearEnd = 120;

/** The messages of a one-to-one chat or a group, newest at the bottom and in view. */
export class MessageList implements ChatView {
  readonly element: HTMLElement;
  private readonly client: Client;
  private readonly log = h('ol', { class: 'log', role: 'log', 'aria-label': '消息', 'aria-live': 'polite' });
  private readonly scroller = h(
    'div',
    { class: 'scroller', tabindex: 0, 'aria-label': '消息记录', role: 'region' },
    this.log,
  );
  private readonly empty = h('p', { class: 'empty-line' });
  private readonly newer = h(
    'button',
    { type: 'button', class: 'newer', hidden: true },
    icon('down'),
    '有新消息',
  );
  private readonly list: KeyedList<Message>;
  private last = '';
  /** Whether the newest message is kept in view; scrolling up ends it. */
  private following = true;

  constructor(client: Client) {
    this.client = client;
    const entry = client.openEntry;
    const composer = makeComposer(client, `发送给 ${entry?.name ?? ''}`, null);
    const actions = actionsFor(composer);
    this.list = new KeyedList<Message>(this.log, {
      key: ({ id }) => id,
      signature: messageSignature,
      draw: (message) => drawMessage(message, client, actions),
    });
    this.newer.addEventListener('click', () => this.toEnd());
    this.scroller.addEventListener('scroll', () => {
      this.following = this.isNearEnd();
      if (this.following) this.newer.hidden = true;
    });
    this.scroller.append(this.empty);
    const sizes = new ResizeObserver(() => this.follow());
    for (const element of [this.log, this.scroller]) sizes.observe(element);
    this.element = h('div', { class: 'chat-view' }, this.scroller, this.newer, composer.element);
  }

  show(): void {
    const { client } = this;
    const messages = threadsOf(client.messages).flatMap(({ root, answers }) => [root, ...answers]);
    this.list.show(messages);
    this.empty.hidden = messages.length > 0;
    this.empty.textContent = client.loaded
      ? `还没有消息。和 ${client.openEntry?.name ?? '对方'} 打个招呼吧`
      : '正在读取消息…';
    const last = messages.at(-1);
    if (last === undefined || last.id === this.last) return;
    this.last = last.id;
    if (this.following || last.author.id === client.as) this.toEnd();
    else this.newer.hidden = false;
  }

  /** Pictures arrive, cards and the composer grow after they were drawn: whoever was at the end stays there. */
  private follow(): void {
    if (this.following) this.toEnd();
  }

  private isNearEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < nearEnd;
  }

  private toEnd(): void {
    this.following = true;
    this.newer.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
