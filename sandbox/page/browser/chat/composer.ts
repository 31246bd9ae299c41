import type { Saying } from '../control/api.js';
import { h } from '../dom/element.js';
import { type IconName, icon } from '../dom/icons.js';
import { openMenu } from '../dom/menu.js';
import { toast } from '../dom/toast.js';
import type { Abilities } from '../platform.js';
import { type Attached, Attachments } from './attachments.js';
import { type Mentionable, Mentions } from './mentions.js';

export type Spoken = Pick<Saying, 'text' | 'image' | 'file' | 'location' | 'quote' | 'mention'>;

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

/** Made-up whereabouts of a person in the demo. */
const places = [
  { name: '杭州 · 龙井路 1 号', latitude: 30.2269, longitude: 120.1146 },
  { name: '上海 · 南京东路步行街', latitude: 31.2345, longitude: 121.4737 },
  { name: '北京 · 国家图书馆', latitude: 39.9432, longitude: 116.3242 },
];

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
    this.button.append(icon('send'), h('span', { class: 'send-label' }, '发送'));
    this.mentions = new Mentions(this.box, options.mentionable);
    const tools = h('div', { class: 'composer-tools' }, ...this.drawTools());
    this.element = h('div', { class: 'composer' }, this.bar, this.tray.element, this.box, tools, this.button);
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
      this.attach(files);
    });
    this.element.addEventListener('dragover', (event) => event.preventDefault());
    this.element.addEventListener('drop', (event) => {
      event.preventDefault();
      if (event.dataTransfer) this.attach(event.dataTransfer.files);
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
      ...(this.options.abilities?.location ? [this.whereabouts()] : []),
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
      this.attach(input.files ?? []);
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

  /** Where one is, of a few places: it is sent at once. */
  private whereabouts(): HTMLElement {
    const button = tool('place', '发送位置', () => {
      const choices = places.map((location) => ({
        text: location.name,
        choose: () => {
          this.options
            .say({ location })
            .catch((error: unknown) => toast('error', error instanceof Error ? error.message : '发送失败'));
        },
      }));
      openMenu(button, '我的位置', choices);
    });
    return button;
  }

  private attach(files: Iterable<File>): void {
    const { images = false, files: others = false } = this.options.abilities ?? {};
    const fitting = [...files].filter(({ type }) => (type.startsWith('image/') ? images : others));
    if (fitting.length < [...files].length) toast('warning', '这个会话里不能发送这类文件');
    this.tray.add(fitting);
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

  /** The picture that goes with the words in one message. */
  private besideWords(attached: readonly Attached[], text: string): Attached | undefined {
    if (!this.options.abilities?.together || text === '') return undefined;
    return attached.find(({ image }) => image !== undefined);
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
      const attached = await this.tray.take();
      const beside = this.besideWords(attached, text);
      for (const one of attached) if (one !== beside) await this.options.say({ ...one, ...quote });
      if (text !== '' && reference?.kind === 'edit') await this.options.edit(reference.id, text);
      else if (text !== '')
        await this.options.say({ text, ...beside, ...quote, ...(mention.length > 0 ? { mention } : {}) });
    } catch (error) {
      if (this.box.value === '') this.box.value = text;
      toast('error', error instanceof Error ? error.message : '发送失败');
    }
    this.changed();
  }
}

const tool = (name: IconName, words: string, click: () => void): HTMLElement =>
  h('button', { type: 'button', class: 'icon-button', 'aria-label': words, title: words, click }, icon(name));
