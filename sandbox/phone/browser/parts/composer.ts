import type { PhoneAct, PhoneMedia, PhoneMenuEntry, PhoneView } from '../../view.js';
import { h, icon, iconButton } from './element.js';

type Act = (act: PhoneAct) => void;

const emoji = [
  ...['😀', '😄', '😂', '😊', '😍', '😘', '😅', '😭', '😢', '😡', '😱', '🤔', '😴', '🙄', '😷', '🤝'],
  ...['👍', '👎', '👌', '🙏', '👏', '💪', '🌹', '❤️', '💔', '🎉', '🎁', '☕', '🍵', '📦', '🚚', '🆗'],
];
const tiles: Record<PhoneMedia, { label: string; accept?: string }> = {
  image: { label: '图片', accept: 'image/png,image/jpeg' },
  voice: { label: '语音', accept: '.amr,.mp3,.speex' },
  video: { label: '视频', accept: 'video/mp4' },
  file: { label: '文件' },
  location: { label: '位置' },
};
/** Where the phone says it is: nobody's real place is asked for. */
const place = { latitude: 30.24677, longitude: 120.14969, name: '杭州市西湖区龙井路 1 号' };

/** The foot of the phone: a field with its buttons, or the account's menu. It keeps what is being written. */
export class Composer {
  readonly element = h('div', { class: 'phone-foot' });
  readonly #act: Act;
  readonly #field = h('textarea', { rows: '1', 'aria-label': '输入消息', enterkeyhint: 'send' });
  readonly #send = h('button', { class: 'phone-send', type: 'button', hidden: true }, '发送');
  readonly #typing = h('div', { class: 'phone-row' });
  readonly #panel = h('div', { class: 'phone-panel', hidden: true });
  readonly #picker = h('input', { type: 'file', hidden: true });
  #view: PhoneView | undefined;
  #writing = false;
  #picked: Exclude<PhoneMedia, 'location'> = 'file';

  constructor(act: Act) {
    this.#act = act;
    this.#send.addEventListener('click', () => this.#say());
    this.#field.addEventListener('input', () => this.#grown());
    this.#field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#say();
    });
    this.#picker.addEventListener('change', () => void this.#upload());
  }

  draw(view: PhoneView): void {
    const { gate, menu = [] } = view;
    const shape = JSON.stringify([gate, menu, view.sends]);
    const before = this.#view && JSON.stringify([this.#view.gate, this.#view.menu ?? [], this.#view.sends]);
    this.#view = view;
    if (shape !== before) this.#lay();
  }

  #lay(): void {
    const { gate, menu = [] } = this.#view ?? {};
    this.#panel.hidden = true;
    if (gate) {
      const button = h('button', { type: 'button', click: () => this.#act({ do: 'gate' }) }, gate.label);
      this.element.replaceChildren(h('div', { class: 'phone-gate' }, h('p', {}, gate.text), button));
      return;
    }
    const turn = (writing: boolean) => () => {
      this.#writing = writing;
      this.#lay();
      if (writing) this.#field.focus();
    };
    if (menu.length > 0 && !this.#writing) {
      const entries = h('div', { class: 'phone-menu' }, ...menu.map((entry) => this.#entry(entry)));
      const row = h('div', { class: 'phone-row' }, iconButton('keyboard', '输入文字', turn(true)), entries);
      this.element.replaceChildren(row);
      return;
    }
    this.#typing.replaceChildren(
      ...(menu.length > 0 ? [iconButton('menu', '菜单', turn(false))] : []),
      this.#field,
      iconButton('smile', '表情', () => this.#open('emoji')),
      ...(this.#view?.sends.length ? [iconButton('plus', '更多', () => this.#open('media'))] : []),
      this.#send,
    );
    this.element.replaceChildren(this.#typing, this.#panel, this.#picker);
  }

  #entry({ name, key, url, items }: PhoneMenuEntry): HTMLElement {
    if (!items?.length) return h('div', {}, this.#press({ name, key, url }));
    const list = h('ul', { hidden: true }, ...items.map((item) => h('li', {}, this.#press(item))));
    const click = () => {
      const open = list.hidden;
      for (const other of this.element.querySelectorAll('ul')) other.hidden = true;
      list.hidden = !open;
    };
    return h('div', {}, h('button', { type: 'button', click }, `☰ ${name}`), list);
  }

  #press({ name, key, url }: PhoneMenuEntry): HTMLElement {
    if (url) return h('a', { href: url, target: '_blank', rel: 'noopener' }, name);
    const click = () => {
      for (const list of this.element.querySelectorAll('ul')) list.hidden = true;
      if (key) this.#act({ do: 'menu', key });
    };
    return h('button', { type: 'button', click }, name);
  }

  #open(what: 'emoji' | 'media'): void {
    const isOpen = !this.#panel.hidden && this.#panel.dataset.what === what;
    this.#panel.hidden = isOpen;
    if (isOpen) return;
    this.#panel.dataset.what = what;
    this.#panel.className = what === 'emoji' ? 'phone-panel phone-emoji' : 'phone-panel';
    this.#panel.replaceChildren(...(what === 'emoji' ? this.#emoji() : this.#tiles()));
  }

  #emoji(): HTMLElement[] {
    return emoji.map((one) => {
      const click = () => {
        this.#field.value += one;
        this.#grown();
      };
      return h('button', { type: 'button', click }, one);
    });
  }

  #tiles(): HTMLElement[] {
    return (this.#view?.sends ?? []).map((media) => {
      const { label, accept } = tiles[media];
      const click = () => {
        this.#panel.hidden = true;
        if (media === 'location') {
          this.#act({ do: 'locate', ...place });
          return;
        }
        this.#picked = media;
        this.#picker.accept = accept ?? '';
        this.#picker.click();
      };
      const tile = h('span', { class: 'phone-tile' }, icon(media));
      return h('button', { type: 'button', 'data-sends': media, click }, tile, label);
    });
  }

  #say(): void {
    const text = this.#field.value;
    if (text.trim() === '') return;
    this.#field.value = '';
    this.#grown();
    this.#act({ do: 'say', text });
  }

  #grown(): void {
    this.#send.hidden = this.#field.value.trim() === '';
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  async #upload(): Promise<void> {
    const file = this.#picker.files?.[0];
    this.#picker.value = '';
    if (!file) return;
    const base64 = await base64Of(file);
    this.#act({ do: 'send', type: this.#picked, name: file.name, base64 });
  }
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.readAsDataURL(file);
  });
}
