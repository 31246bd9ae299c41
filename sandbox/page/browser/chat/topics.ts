import type { Message } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { KeyedList } from '../dom/keyed.js';
import type { Client } from '../state/client.js';
import { actionsFor, makeComposer } from './composers.js';
import type { ChatView } from './conversation.js';
import { drawMessage, messageSignature } from './message.js';
import { newestFirst, type Thread, threadsOf } from './threads.js';

/** How many answers of a topic show before one asks for the earlier ones. */
const shownAnswers = 6;

/** A topic group: one panel per topic, the one with the newest activity first, each with its own box to answer in. */
export class TopicList implements ChatView {
  readonly element: HTMLElement;
  private readonly client: Client;
  private readonly panels = new Map<string, Topic>();
  private readonly list: KeyedList<Thread>;
  private readonly empty = h('p', { class: 'empty-line' });

  constructor(client: Client) {
    this.client = client;
    const topics = h('ul', { class: 'topics', 'aria-label': '话题' });
    this.list = new KeyedList<Thread>(topics, {
      key: ({ root }) => root.id,
      signature: () => '',
      draw: ({ root }) => this.panelOf(root.id).element,
    });
    const scroller = h(
      'div',
      { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': '话题列表' },
      topics,
      this.empty,
    );
    const composer = makeComposer(client, '发起新话题', null);
    this.element = h('div', { class: 'chat-view' }, scroller, composer.element);
  }

  show(): void {
    const threads = newestFirst(threadsOf(this.client.messages));
    for (const thread of threads) this.panelOf(thread.root.id).show(thread);
    this.list.show(threads);
    this.empty.hidden = threads.length > 0;
    this.empty.textContent = this.client.loaded ? '还没有话题' : '正在读取话题…';
  }

  private panelOf(rootId: string): Topic {
    const known = this.panels.get(rootId) ?? new Topic(this.client, rootId);
    this.panels.set(rootId, known);
    return known;
  }
}

/** One topic: its root, its answers, and 回复话题. */
class Topic {
  readonly element: HTMLElement;
  private readonly roots: KeyedList<Message>;
  private readonly answers: KeyedList<Message>;
  private readonly earlier = h('button', { type: 'button', class: 'link earlier' });
  private thread: Thread | null = null;
  private isOpen = false;

  constructor(client: Client, rootId: string) {
    const composer = makeComposer(client, '回复话题', rootId);
    const actions = actionsFor(composer);
    const how = {
      key: ({ id }: Message) => id,
      signature: messageSignature,
      draw: (message: Message) => drawMessage(message, client, actions),
    };
    const root = h('ol', { class: 'topic-root' });
    const answers = h('ol', {
      class: 'topic-answers',
      role: 'log',
      'aria-label': '话题回复',
      'aria-live': 'polite',
    });
    this.roots = new KeyedList<Message>(root, how);
    this.answers = new KeyedList<Message>(answers, how);
    this.earlier.addEventListener('click', () => {
      this.isOpen = true;
      if (this.thread !== null) this.show(this.thread);
    });
    composer.element.classList.add('composer-inline');
    this.element = h(
      'li',
      { class: 'topic', testid: `topic-${rootId}` },
      root,
      this.earlier,
      answers,
      composer.element,
    );
  }

  show(thread: Thread): void {
    this.thread = thread;
    const hidden = this.isOpen ? 0 : Math.max(0, thread.answers.length - shownAnswers);
    this.roots.show([thread.root]);
    this.answers.show(thread.answers.slice(hidden));
    this.earlier.hidden = hidden === 0;
    this.earlier.textContent = `查看更早的 ${hidden} 条回复`;
  }
}
