import { type ChatMessage, textMax } from '../../chat/wire.js';
import type { Words } from '../../chat/words.js';
import type { Talk, TalkState } from '../talk/talk.js';
import { gist } from './content.js';
import { h, icon } from './dom.js';

/** Where the visitor writes: words, pictures, files, a quote above, and the way to a person. */
export function composerOf(
  talk: Talk,
  words: Words,
): { element: HTMLElement; quote(message: ChatMessage): void; focus(): void; draw(state: TalkState): void } {
  let quoted: ChatMessage | undefined;
  const field = h('textarea', {
    class: 'field',
    rows: 1,
    maxlength: textMax,
    placeholder: words.placeholder,
    'aria-label': words.write,
    enterkeyhint: 'send',
    dir: 'auto',
    'data-testid': 'imdesk-input',
  });
  const left = h('span', { class: 'left', 'aria-live': 'polite' });
  const quoteBar = h('div', { class: 'quoting', hidden: true });
  const sendButton = h(
    'button',
    {
      type: 'button',
      class: 'send',
      'aria-label': words.send,
      'data-testid': 'imdesk-send',
      disabled: true,
      onclick: () => say(),
    },
    icon('send'),
  );
  const person = h(
    'button',
    { type: 'button', class: 'person', 'data-testid': 'imdesk-person', onclick: ask },
    icon('person'),
    words.person,
  );

  function say(): void {
    const text = field.value;
    if (!text.trim()) return;
    talk.say(text.trim(), quoted);
    field.value = '';
    unquote();
    fit();
    field.focus();
  }

  function fit(): void {
    field.style.setProperty('height', 'auto');
    field.style.setProperty('height', `${Math.min(field.scrollHeight, 120)}px`);
    sendButton.disabled = !field.value.trim();
    const room = textMax - [...field.value].length;
    left.textContent = room < 300 ? words.left(room) : '';
  }

  function quote(message: ChatMessage): void {
    quoted = message;
    const who = message.by.kind === 'customer' ? words.you : (message.by.name ?? words.someone);
    const drop = h(
      'button',
      { type: 'button', class: 'bare', 'aria-label': words.cancelQuote, onclick: unquote },
      icon('close'),
    );
    quoteBar.replaceChildren(
      h('span', { dir: 'auto' }, `${who}: ${gist(message.content, words).slice(0, 120)}`),
      drop,
    );
    quoteBar.hidden = false;
    field.focus();
  }

  function unquote(): void {
    quoted = undefined;
    quoteBar.hidden = true;
  }

  async function ask(): Promise<void> {
    person.disabled = true;
    await talk.askPerson().catch(() => {});
    setTimeout(() => {
      person.disabled = false;
    }, 5000);
  }

  const chooser = (accept: string | undefined, testid: string): HTMLInputElement => {
    const input = h('input', {
      type: 'file',
      accept,
      multiple: true,
      hidden: true,
      tabindex: -1,
      'data-testid': testid,
    });
    input.addEventListener('change', () => {
      for (const file of input.files ?? []) talk.give(file);
      input.value = '';
    });
    return input;
  };
  // On a phone "image/*" offers the camera beside the album.
  const pictures = chooser('image/*', 'imdesk-picture-input');
  const files = chooser(undefined, 'imdesk-file-input');

  // While a word is being composed (Chinese, Japanese, Korean), Enter belongs to the input method; 229 is what Safari
  // sends for the Enter that ends it.
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    say();
  });
  field.addEventListener('input', () => {
    fit();
    if (field.value) talk.writing();
  });
  field.addEventListener('paste', (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0) return;
    event.preventDefault();
    for (const file of pasted) talk.give(file);
  });

  const tools = h(
    'div',
    { class: 'tools' },
    h(
      'button',
      {
        type: 'button',
        class: 'bare',
        'aria-label': words.picture,
        title: words.picture,
        'data-testid': 'imdesk-picture-button',
        onclick: () => pictures.click(),
      },
      icon('picture'),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'bare',
        'aria-label': words.file,
        title: words.file,
        'data-testid': 'imdesk-file-button',
        onclick: () => files.click(),
      },
      icon('clip'),
    ),
    left,
    person,
    pictures,
    files,
  );
  const element = h(
    'div',
    { class: 'composer' },
    quoteBar,
    tools,
    h('div', { class: 'write' }, field, sendButton),
  );
  return {
    element,
    quote,
    focus: () => field.focus(),
    draw: ({ standing }) => {
      person.hidden = standing.state === 'waiting' || standing.state === 'active';
    },
  };
}
