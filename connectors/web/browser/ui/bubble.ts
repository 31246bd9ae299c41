import type { Pending } from '../../chat/pending.js';
import { type ChatChoice, type ChatMessage, withdrawMs } from '../../chat/wire.js';
import { errorText, type Words } from '../../chat/words.js';
import { contentOf, gist, textNodes } from './content.js';
import { h, icon } from './dom.js';

export interface BubbleActs {
  enlarge(url: string, name: string): void;
  quote(message: ChatMessage): void;
  jump(id: string): void;
  say(text: string): void;
  retry(id: string): void;
  drop(id: string): void;
  withdraw(client: string): void;
}

/** One message: who, what, and below it how far it came. */
export function bubble(
  message: ChatMessage,
  about: { first: boolean; quoted?: ChatMessage; note?: string; choices?: ChatChoice[] },
  words: Words,
  acts: BubbleActs,
): HTMLElement {
  const { by, content } = message;
  const own = by.kind === 'customer';
  const row = h('div', {
    class: `row ${own ? 'own' : 'theirs'}${about.first ? ' first' : ''}`,
    'data-testid': 'imdesk-message',
    'data-by': by.kind,
    'data-id': message.id,
  });
  if (!own) row.append(about.first ? face(message) : h('span', { class: 'face none' }));
  const column = h('div', { class: 'column' });
  if (!own && about.first) column.append(h('span', { class: 'name', dir: 'auto' }, by.name ?? words.someone));
  const bleeds = content.type === 'image' || content.type === 'video';
  const body = h('div', { class: `bubble ${content.type}${bleeds ? ' bleed' : ''}`, dir: 'auto' });
  if (message.quotes !== undefined) body.append(quoteOf(message.quotes, about.quoted, words, acts));
  body.append(...contentOf(message, words, acts.enlarge));
  const line = h('div', { class: 'line' }, body);
  if (content.type !== 'recalled') {
    line.append(
      h(
        'button',
        {
          type: 'button',
          class: 'act',
          'aria-label': words.quote,
          title: words.quote,
          onclick: () => acts.quote(message),
        },
        icon('quote'),
      ),
    );
  }
  if (own && content.type !== 'recalled') line.append(...withdrawing(message, words, acts));
  body.addEventListener('click', () => row.classList.toggle('picked'));
  column.append(line);
  if (about.choices?.length) column.append(chips(about.choices, acts.say));
  const edited = message.edited && content.type !== 'recalled' && words.edited;
  if (edited) column.append(h('span', { class: 'note' }, edited));
  if (about.note) column.append(h('span', { class: 'note', 'data-testid': 'imdesk-delivery' }, about.note));
  row.append(column);
  return row;
}

/** Offered while it may still be taken back; a page that stands open longer finds out when it is pressed. */
function withdrawing({ client, at }: ChatMessage, words: Words, acts: BubbleActs): HTMLElement[] {
  if (client === undefined || Date.now() - at > withdrawMs) return [];
  const button = h(
    'button',
    {
      type: 'button',
      class: 'act further',
      'aria-label': words.withdraw,
      title: words.withdraw,
      'data-testid': 'imdesk-withdraw',
      onclick: () => {
        button.remove();
        if (Date.now() - at <= withdrawMs) acts.withdraw(client);
      },
    },
    icon('undo'),
  );
  return [button];
}

/** What waits for being shown back by the server. */
export function pendingBubble(
  one: Pending,
  online: boolean,
  quoted: ChatMessage | undefined,
  words: Words,
  acts: BubbleActs,
): HTMLElement {
  const body = h('div', { class: 'bubble text', dir: 'auto' });
  if (one.quote) body.append(quoteOf(one.quote.id, quoted, words, acts));
  if (one.text !== undefined) body.append(...textNodes(one.text));
  else body.append(h('span', { class: 'file' }, icon('file'), one.file ?? ''));
  const row = h('div', {
    class: `row own first ${one.state}`,
    'data-testid': 'imdesk-pending',
    'data-state': one.state,
  });
  const note = h('span', { class: 'note', 'data-testid': 'imdesk-delivery' });
  if (one.state === 'failed') {
    note.append(
      h('span', { role: 'alert' }, one.why && one.why !== 'other' ? errorText(one.why, words) : words.failed),
      h(
        'button',
        { type: 'button', 'data-testid': 'imdesk-retry', onclick: () => acts.retry(one.id) },
        words.retry,
      ),
      h('button', { type: 'button', onclick: () => acts.drop(one.id) }, words.drop),
    );
  } else note.append(one.state === 'sent' ? words.sent : online ? words.sending : words.queued);
  row.append(h('div', { class: 'column' }, h('div', { class: 'line' }, body), note));
  return row;
}

/** Answers to tap instead of typing. */
export function chips(choices: readonly ChatChoice[], say: (text: string) => void): HTMLElement {
  const buttons = choices.map(({ label, say: words }) =>
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        'data-testid': 'imdesk-choice',
        dir: 'auto',
        onclick: () => say(words),
      },
      label,
    ),
  );
  return h('div', { class: 'chips' }, ...buttons);
}

export function face({ by }: Pick<ChatMessage, 'by'>): HTMLElement {
  const initial = by.kind === 'agent' ? [...(by.name ?? '')].at(0) : undefined;
  return h(
    'span',
    { class: `face ${by.kind}`, 'aria-hidden': 'true' },
    initial ?? icon(by.kind === 'robot' ? 'robot' : 'person'),
  );
}

function quoteOf(id: string, quoted: ChatMessage | undefined, words: Words, acts: BubbleActs): HTMLElement {
  const text = quoted ? gist(quoted.content, words).slice(0, 120) : words.gone;
  const who = quoted?.by.kind === 'customer' ? words.you : quoted?.by.name;
  return h(
    'button',
    {
      type: 'button',
      class: 'quote',
      dir: 'auto',
      'data-testid': 'imdesk-quote',
      onclick: () => acts.jump(id),
    },
    who ? `${who}: ${text}` : text,
  );
}
