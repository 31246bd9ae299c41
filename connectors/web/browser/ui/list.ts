import { breaksTime, continues } from '../../chat/timeline.js';
import { timeLabel } from '../../chat/times.js';
import type { ChatMessage } from '../../chat/wire.js';
import type { Words } from '../../chat/words.js';
import type { Talk, TalkState } from '../talk/talk.js';
import { type BubbleActs, bubble, chips, face, pendingBubble } from './bubble.js';
import { textNodes } from './content.js';
import { h, icon } from './dom.js';
import { ratingCard } from './rating.js';

interface Item {
  key: string;
  /** Whatever the drawing depends on: the same sketch, the same drawing. */
  sketch: unknown;
  draw(): HTMLElement;
}

/** The transcript. Only what changed is drawn anew, so that focus, open forms and screen readers are left alone. */
export function listOf(
  talk: Talk,
  words: Words,
  acts: BubbleActs,
): { element: HTMLElement; draw(state: TalkState): void; toEnd(): void } {
  const log = h('div', {
    class: 'log',
    role: 'log',
    'aria-live': 'polite',
    'aria-label': words.conversation,
    tabindex: 0,
    'data-testid': 'imdesk-log',
  });
  const below = h(
    'button',
    { type: 'button', class: 'below', hidden: true, onclick: () => toEnd() },
    icon('down'),
    words.below,
  );
  const drawn = new Map<string, { sketch: string; node: HTMLElement }>();
  let last = '';
  let following = true;
  const atEnd = (): boolean => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const toEnd = (): void => {
    log.scrollTop = log.scrollHeight;
    below.hidden = true;
  };
  log.addEventListener('scroll', () => {
    following = atEnd();
    if (following) below.hidden = true;
    if (log.scrollTop < 60) void talk.loadEarlier().catch(() => {});
  });
  // Pictures grow when they arrive, and a keyboard or a quote takes room: whoever was at the end stays there.
  const follow = (): void => {
    if (following) toEnd();
  };
  log.addEventListener('load', follow, true);
  new ResizeObserver(follow).observe(log);

  function draw(state: TalkState): void {
    const items = itemsOf(state);
    const height = log.scrollHeight;
    const top = log.scrollTop;
    const newest = items.at(-1)?.key ?? '';
    const prepended = newest === last;
    const nodes = items.map(nodeOf);
    for (const key of drawn.keys()) if (!items.some((item) => item.key === key)) drawn.delete(key);
    place(nodes);
    if (following || items.at(-1)?.key.startsWith('p ')) toEnd();
    else if (prepended) log.scrollTop = top + (top < 60 ? log.scrollHeight - height : 0);
    else below.hidden = false;
    last = newest;
    following = atEnd();
  }

  function nodeOf({ key, sketch, draw }: Item): HTMLElement {
    const now = JSON.stringify(sketch) ?? '';
    const old = drawn.get(key);
    if (old?.sketch === now) return old.node;
    const node = draw();
    drawn.set(key, { sketch: now, node });
    return node;
  }

  function place(nodes: readonly HTMLElement[]): void {
    const wanted = new Set<Node>(nodes);
    for (const child of [...log.childNodes]) if (!wanted.has(child)) child.remove();
    for (const [index, node] of nodes.entries()) {
      if (log.childNodes[index] !== node) log.insertBefore(node, log.childNodes[index] ?? null);
    }
  }

  function itemsOf(state: TalkState): Item[] {
    const { messages, pending, config, line } = state;
    const byId = new Map(messages.map((message) => [message.id, message]));
    const items: Item[] = [];
    if (state.earlier)
      items.push({ key: 'earlier', sketch: 0, draw: () => h('p', { class: 'aside' }, words.earlier) });
    else if (config) items.push(welcome(state));
    const lastOwn = messages.findLast(({ by }) => by.kind === 'customer');
    let before: ChatMessage | undefined;
    for (const message of messages) {
      const newTime = breaksTime(before, message);
      if (newTime) {
        const label = timeLabel(message.at, Date.now(), words);
        items.push({
          key: `t ${message.id}`,
          sketch: label,
          draw: () => h('p', { class: 'aside time' }, label),
        });
      }
      items.push(
        itemOf(message, newTime || !continues(before, message), message === lastOwn && pending.length === 0),
      );
      before = message;
    }
    const online = line === 'open';
    for (const one of pending) {
      const quoted = one.quote && byId.get(one.quote.id);
      items.push({
        key: `p ${one.id}`,
        sketch: [one, online],
        draw: () => pendingBubble(one, online, quoted, words, acts),
      });
    }
    if (state.typing) items.push({ key: 'typing', sketch: 0, draw: dots });
    return items;

    function itemOf(message: ChatMessage, first: boolean, isLastOwn: boolean): Item {
      const { id, by, content } = message;
      const key = `m ${id}`;
      if (content.type === 'rating') {
        const { card } = content;
        const given = state.rated[card.conversation];
        const submit = (score: number, remark: string) => talk.rate(card.conversation, score, remark);
        return { key, sketch: [card, given], draw: () => ratingCard(card, given, words, submit) };
      }
      if (by.kind === 'system') {
        const text = content.type === 'text' || content.type === 'other' ? content.text : words.recalled;
        return {
          key,
          sketch: text,
          draw: () => h('p', { class: 'aside', dir: 'auto', 'data-by': 'system' }, ...textNodes(text)),
        };
      }
      const quoted = message.quotes === undefined ? undefined : byId.get(message.quotes);
      const choices =
        content.type === 'text' && message === messages.at(-1) && pending.length === 0
          ? content.choices
          : undefined;
      const note = isLastOwn
        ? (state.standing.readUpTo ?? 0) >= message.revision
          ? words.read
          : words.sent
        : undefined;
      const time = new Date(message.at).toLocaleString(words.locale);
      return {
        key,
        sketch: [message.revision, first, note, choices, quoted?.revision],
        draw: () => {
          const row = bubble(message, { first, quoted, note, choices }, words, acts);
          row.title = time;
          return row;
        },
      };
    }
  }

  function welcome({ config, messages, pending }: TalkState): Item {
    const fresh = messages.length === 0 && pending.length === 0;
    const text = config?.welcome ?? '';
    const choices = fresh ? (config?.suggestions ?? []).map((say) => ({ label: say, say })) : [];
    return {
      key: 'welcome',
      sketch: [text, choices],
      draw() {
        const column = h(
          'div',
          { class: 'column' },
          h('span', { class: 'name' }, config?.robot || words.someone),
        );
        column.append(
          h('div', { class: 'line' }, h('div', { class: 'bubble text', dir: 'auto' }, ...textNodes(text))),
        );
        if (choices.length > 0) column.append(chips(choices, acts.say));
        return h(
          'div',
          { class: 'row theirs first', 'data-testid': 'imdesk-welcome' },
          face({ by: { kind: 'robot' } }),
          column,
        );
      },
    };
  }

  const dots = (): HTMLElement =>
    h(
      'div',
      { class: 'row theirs first', 'data-testid': 'imdesk-typing' },
      h('span', { class: 'face none' }),
      h('div', { class: 'bubble dots', 'aria-label': words.typing }, h('i'), h('i'), h('i')),
    );

  return { element: h('div', { class: 'list' }, log, below), draw, toEnd };
}
