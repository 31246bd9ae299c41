import type { Saying } from '../control/api.js';
import { h } from '../dom/element.js';
import { type IconName, icon } from '../dom/icons.js';
import { openMenu } from '../dom/menu.js';
import { toast } from '../dom/toast.js';
import type { Abilities } from '../platform.js';
import { Attachments } from './attachments.js';
import { type Mentionable, Mentions } from './mentions.js';

export type Spoken = Pick<Saying, 'text' | 'image' | 'file' | 'quote' | 'mention'>;

/** What a message being written refers to. */
export type Reference = { kind: 'quote' | 'edit'; id: string; words: string; text: string };

export interface ComposerOptions {
  label: string;
  testid: string;
  sendTestid: string;
  /** What may be said here; null while no chat is open. */
  abilities: Abilities | null;
  /** Who may be mentioned; empty in one-to-one chats. */
  mentionable: () => readonly Mentionable[];
  say: (spoken: Spoken) => Promise<void>;
  edit: (messageId: string, text: string) => Promise<void>;
}

const smileys = [...'😀😄😂😊😍🤔😅😭👍👌👏🙏💪🎉❤️🌹'].filter((character) => character !== '\ufe0f');

/** The box people write in: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither. */
export class Composer {
  readonly element: HTMLElement;
  private readonly box: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly bar = h('div', { class: 'composer-reference', hidden: true });
  private readonly tray = new Attachments(() => this.changed());
  private readonly mentions: Mentions;
  private readonly options: ComposerOptions;
  private reference: Reference | null = null;

  constructor(options: ComposerOptions) {
    this.options = options;
    const { label, testid, sendTestid } = options;
    this.box = h('textarea', { rows: 1, placeholder: label, 'aria-label': label, testid });
    this.button = h('button', {
      type: 'button',
      class: 'send',
      testid: sendTestid,
      'aria-label': '发送',
      title: '发送（Enter）',
    });
    this.button.append(icon('send'));
    this.mentions = new Mentions(this.box, options.mentionable);
    const tools = h('div', { class: 'composer-tools' }, ...this.drawTools(), this.button);
    this.element = h('div', { class: 'composer' }, this.bar, this.tray.element, this.box, tools);
    this.listen();
    this.changed();
  }

  /** Quotes a message, or takes one's own up for editing. */
  refer(reference: Reference | null): void {
    if (this.reference?.kind === 'edit' || reference?.kind === 'edit') this.box.value = reference?.text ?? '';
    this.reference = reference;
    this.bar.hidden = reference === null;
    if (reference !== null) {
      const cancel = h('button', {
        type: 'button',
        class: 'icon-button',
        'aria-label': '取消',
        click: () => this.refer(null),
      });
      cancel.append(icon('close'));
      this.bar.replaceChildren(h('span', {}, reference.words), cancel);
      this.box.focus();
    }
    this.changed();
  }

  private listen(): void {
    this.button.addEventListener('click', () => void this.send());
    this.box.addEventListener('input', () => this.changed());
    this.box.addEventListener('keydown', (event) => {
      if (this.mentions.handles(event)) return;
      if (event.key === 'Escape' && this.reference !== null) this.refer(null);
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      void this.send();
    });
    this.box.addEventListener('paste', (event) => {
      const files = event.clipboardData?.files;
      if (!files || files.length === 0) return;
      event.preventDefault();
      this.tray.add(files);
    });
    this.element.addEventListener('dragover', (event) => event.preventDefault());
    this.element.addEventListener('drop', (event) => {
      event.preventDefault();
      if (event.dataTransfer) this.tray.add(event.dataTransfer.files);
    });
  }

  private drawTools(): HTMLElement[] {
    const smile = tool('smile', '表情', () => {
      const choices = smileys.map((text) => ({ text, choose: () => this.insert(text) }));
      openMenu(smile, '表情', choices, 'menu-emoji');
    });
    const at = tool('at', '提及', () => {
      this.insert('@');
      this.mentions.open();
    });
    const canMention = this.options.mentionable().length > 0;
    return [
      smile,
      ...(canMention ? [at] : []),
      ...(this.options.abilities?.images ? [this.picker('image', '图片', 'image/*')] : []),
      ...(this.options.abilities?.files ? [this.picker('clip', '文件', '')] : []),
    ];
  }

  private picker(name: IconName, words: string, accept: string): HTMLElement {
    const input = h('input', {
      type: 'file',
      multiple: true,
      accept,
      hidden: true,
      'aria-label': `选择${words}`,
    });
    input.addEventListener('change', () => {
      this.tray.add(input.files ?? []);
      input.value = '';
      this.box.focus();
    });
    return h(
      'span',
      {},
      tool(name, `发送${words}`, () => input.click()),
      input,
    );
  }

  private insert(text: string): void {
    this.box.setRangeText(text, this.box.selectionStart, this.box.selectionEnd, 'end');
    this.box.focus();
    this.changed();
  }

  private changed(): void {
    this.box.style.height = 'auto';
    this.box.style.height = `${Math.min(this.box.scrollHeight, 180)}px`;
    this.button.disabled = this.box.value.trim() === '' && this.tray.count === 0;
    this.element.classList.toggle('composer-filled', !this.button.disabled);
  }

  /** The box is emptied at once, so that the next message can be typed; what was refused comes back into it. */
  private async send(): Promise<void> {
    const text = this.box.value.trim();
    const reference = this.reference;
    if (this.button.disabled) return;
    const mention = this.mentions.take(text);
    this.box.value = '';
    this.refer(null);
    try {
      const quote = reference?.kind === 'quote' ? { quote: reference.id } : {};
      for (const attached of await this.tray.take()) await this.options.say({ ...attached, ...quote });
      if (text !== '' && reference?.kind === 'edit') await this.options.edit(reference.id, text);
      else if (text !== '')
        await this.options.say({ text, ...quote, ...(mention.length > 0 ? { mention } : {}) });
    } catch (error) {
      if (this.box.value === '') this.box.value = text;
      toast('error', error instanceof Error ? error.message : '发送失败');
    }
    this.changed();
  }
}

const tool = (name: IconName, words: string, click: () => void): HTMLElement =>
  h('button', { type: 'button', class: 'icon-button', 'aria-label': words, title: words, click }, icon(name));
