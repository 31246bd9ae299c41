import { errorText, type Words } from '../../chat/words.js';
import type { TalkState } from '../talk/talk.js';
import { h, icon } from './dom.js';

/** Who is there: the desk, the robot or the agent by name, or the place in the queue; and below it what is amiss. */
export function headerOf(
  words: Words,
  close: () => void,
): { element: HTMLElement; banner: HTMLElement; draw(state: TalkState): void } {
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const title = h('h2', { id: 'imdesk-title', dir: 'auto', 'data-testid': 'imdesk-title' });
  const status = h('p', { class: 'status', role: 'status', dir: 'auto', 'data-testid': 'imdesk-status' });
  const element = h(
    'header',
    {},
    mark,
    h('div', { class: 'who' }, title, status),
    h(
      'button',
      {
        type: 'button',
        class: 'round',
        'aria-label': words.close,
        'data-testid': 'imdesk-close',
        onclick: close,
      },
      icon('down'),
    ),
  );
  const banner = h('div', { class: 'banner', role: 'status', hidden: true, 'data-testid': 'imdesk-banner' });
  let drawn = '';

  return {
    element,
    banner,
    draw(state) {
      const { standing, config, trouble, line } = state;
      title.textContent = config?.title ?? words.title;
      status.textContent = config ? statusOf(state, words) : trouble ? '' : words.connecting;
      const face = standing.state === 'active' ? ([...(standing.agent ?? '')][0] ?? 'person') : 'robot';
      if (face !== drawn) mark.replaceChildren(face === 'robot' || face === 'person' ? icon(face) : face);
      drawn = face;
      const amiss = trouble ? errorText(trouble, words) : line === 'away' ? words.offline : '';
      banner.textContent = amiss;
      banner.hidden = amiss === '';
    },
  };
}

function statusOf({ standing, config }: TalkState, words: Words): string {
  switch (standing.state) {
    case 'waiting':
      return standing.place === undefined ? words.waiting : words.ahead(standing.place);
    case 'active':
      return words.servedBy(standing.agent ?? words.someone);
    case 'closed':
      return words.closed;
    default:
      return [standing.robot || config?.robot, words.online].filter(Boolean).join(' · ');
  }
}
