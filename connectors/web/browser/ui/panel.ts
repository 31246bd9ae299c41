import { inkOn, isColor, readable } from '../../chat/ink.js';
import type { Words } from '../../chat/words.js';
import type { Memory } from '../talk/memory.js';
import type { Settings } from '../talk/settings.js';
import type { Talk, TalkState } from '../talk/talk.js';
import { composerOf } from './composer.js';
import { h, icon } from './dom.js';
import { headerOf } from './header.js';
import { listOf } from './list.js';
import look from './look.css';
import { showPicture } from './picture.js';
import { titleBlinker } from './title.js';

/** Puts the launcher and the panel into the page, in a shadow root that the page's own styles cannot reach. */
export function mount(
  talk: Talk,
  settings: Settings,
  memory: Memory,
  words: Words,
): { open(): void; close(): void } {
  const host = document.createElement('imdesk-widget');
  host.style.setProperty('all', 'initial', 'important');
  host.style.setProperty('display', 'block', 'important');
  const root = host.attachShadow({ mode: 'open' });
  dress(root);
  const blink = titleBlinker(words);

  const badge = h('span', { class: 'badge', hidden: true, 'data-testid': 'imdesk-badge' });
  const launcher = h(
    'button',
    {
      type: 'button',
      class: 'launcher',
      'aria-label': words.open,
      'aria-expanded': 'false',
      'data-testid': 'imdesk-launcher',
      onclick: () => (panel.hidden ? open() : close()),
    },
    icon('chat'),
    badge,
  );
  const header = headerOf(words, close);
  const composer = composerOf(talk, words);
  const list = listOf(talk, words, {
    enlarge: (url, name) => showPicture(root, url, name, words),
    quote: composer.quote,
    jump,
    say: (text) => talk.say(text),
    retry: talk.retry,
    drop: talk.drop,
    withdraw: (client) => void talk.withdraw(client).catch(() => {}),
  });
  const panel = h(
    'section',
    {
      class: 'panel',
      role: 'dialog',
      'aria-labelledby': 'imdesk-title',
      lang: words.locale,
      hidden: true,
      'data-testid': 'imdesk-panel',
    },
    header.element,
    header.banner,
    list.element,
    composer.element,
  );
  panel.addEventListener('keydown', keys);
  panel.addEventListener('dragover', (event) => event.preventDefault());
  panel.addEventListener('drop', (event) => {
    event.preventDefault();
    for (const file of event.dataTransfer?.files ?? []) talk.give(file);
  });
  root.append(panel, launcher);
  paint(settings.color ?? memory.get('color') ?? undefined);
  document.body.append(host);
  fitToScreen(host);

  function open(): void {
    panel.hidden = false;
    launcher.setAttribute('aria-expanded', 'true');
    host.dataset.open = '';
    talk.begin();
    draw(talk.state());
    list.toEnd();
    composer.focus();
    talk.seen();
  }

  function close(): void {
    panel.hidden = true;
    launcher.setAttribute('aria-expanded', 'false');
    delete host.dataset.open;
    launcher.focus();
  }

  /** Escape closes; Tab stays inside. */
  function keys(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Escape') close();
    if (event.key !== 'Tab') return;
    const stops = [
      ...panel.querySelectorAll<HTMLElement>('button, a[href], textarea, [tabindex="0"]'),
    ].filter((stop) => stop.offsetParent !== null && !stop.matches(':disabled'));
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (root.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }

  function jump(id: string): void {
    const row = [...panel.querySelectorAll<HTMLElement>('.row')].find(({ dataset }) => dataset.id === id);
    row?.scrollIntoView({ block: 'center' });
    row?.classList.add('shown');
    setTimeout(() => row?.classList.remove('shown'), 1600);
  }

  function paint(color: string | undefined): void {
    if (!isColor(color)) return;
    host.style.setProperty('--imdesk-brand', color);
    host.style.setProperty('--imdesk-ink', inkOn(color));
    host.style.setProperty('--imdesk-deep', readable(color));
  }

  function draw(state: TalkState): void {
    badge.hidden = state.unread === 0;
    badge.textContent = state.unread > 99 ? '99+' : String(state.unread);
    launcher.setAttribute(
      'aria-label',
      state.unread > 0 ? `${words.open}, ${words.unread(state.unread)}` : words.open,
    );
    blink(state.unread);
    if (panel.hidden) return;
    header.draw(state);
    composer.draw(state);
    list.draw(state);
  }

  talk.watch((state) => {
    if (!settings.color) paint(state.config?.color);
    draw(state);
    if (!panel.hidden && !document.hidden && state.unread > 0) talk.seen();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    talk.wake();
    if (!panel.hidden) talk.seen();
  });
  return { open, close };
}

/** A constructed style sheet is no inline style, so a page's content policy does not forbid it. */
function dress(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(h('style', {}, look));
  }
}

/** On a phone the keyboard covers part of the page; the panel takes what is left to see. */
function fitToScreen(host: HTMLElement): void {
  const view = window.visualViewport;
  if (!view) return;
  const fit = (): void => {
    host.style.setProperty('--imdesk-height', `${view.height}px`);
    host.style.setProperty('--imdesk-top', `${view.offsetTop}px`);
  };
  view.addEventListener('resize', fit);
  view.addEventListener('scroll', fit);
  fit();
}
