import type { Message } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { openMenu } from '../dom/menu.js';
import { toast } from '../dom/toast.js';
import type { Client } from '../state/client.js';

/** Feishu's names of some reactions. Source: the list of emoji on open.feishu.cn. */
const emojis: Readonly<Record<string, string>> = {
  THUMBSUP: '👍',
  ThumbsDown: '👎',
  OK: '👌',
  DONE: '✅',
  HEART: '❤️',
  APPLAUSE: '👏',
  THANKS: '🙏',
  OnIt: '💪',
};

export function drawReactions({ id, reactions }: Message, client: Client): HTMLElement | null {
  if (!reactions || reactions.length === 0) return null;
  const chips = reactions.map(({ emoji, by }) => {
    const own = by.includes(client.as);
    const names = by.map((person) => client.directory.nameOf(person) ?? '未知用户').join('、');
    return h(
      'button',
      {
        type: 'button',
        class: 'reaction',
        'aria-pressed': String(own),
        title: names,
        click: () => react(client, id, emoji, own),
      },
      `${emojis[emoji] ?? `[${emoji}]`} ${names}`,
    );
  });
  return h('div', { class: 'reactions' }, ...chips);
}

export function openReactions(anchor: HTMLElement, { id }: Message, client: Client): void {
  const choices = Object.entries(emojis).map(([emoji, text]) => ({
    text,
    choose: () => react(client, id, emoji, false),
  }));
  openMenu(anchor, '表情回复', choices, 'menu-emoji');
}

function react(client: Client, message: string, emoji: string, remove: boolean): void {
  client.api
    .react(client.as, message, emoji, remove)
    .then(() => client.refresh())
    .catch((error: unknown) => toast('error', error instanceof Error ? error.message : '操作失败'));
}
