import { h } from '../dom/element.js';
import { place } from '../dom/menu.js';

export interface Mentionable {
  id: string;
  name: string;
  note: string;
}

/** Offers names while `@…` is being typed, and remembers which of them are still in the text when it is sent. */
export class Mentions {
  private readonly box: HTMLTextAreaElement;
  private readonly mentionable: () => readonly Mentionable[];
  private readonly chosen = new Map<string, string>();
  private readonly list = h('div', { class: 'menu mention-list', role: 'listbox', 'aria-label': '提及谁' });
  private offered: readonly Mentionable[] = [];
  private at = 0;

  constructor(box: HTMLTextAreaElement, mentionable: () => readonly Mentionable[]) {
    this.box = box;
    this.mentionable = mentionable;
    box.addEventListener('input', () => this.open());
    box.addEventListener('blur', () => this.close());
  }

  /** Shows whoever fits what stands between the last `@` and the caret. */
  open(): void {
    const begun = this.begun();
    this.offered =
      begun === null
        ? []
        : this.mentionable()
            .filter(({ name }) => name.includes(begun))
            .slice(0, 8);
    this.at = 0;
    if (this.offered.length === 0) this.close();
    else this.draw();
  }

  /** Takes a key while the list is open; true when the composer should not see it. */
  handles(event: KeyboardEvent): boolean {
    if (!this.list.isConnected || event.isComposing) return false;
    const one = this.offered[this.at];
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const { length } = this.offered;
      this.at = (this.at + (event.key === 'ArrowDown' ? 1 : length - 1)) % length;
      this.draw();
    } else if ((event.key === 'Enter' || event.key === 'Tab') && one !== undefined) this.choose(one);
    else return false;
    event.preventDefault();
    return true;
  }

  /** The ids of those whose `@name` is still in the text. */
  take(text: string): string[] {
    const ids = [...this.chosen].filter(([name]) => text.includes(`@${name}`)).map(([, id]) => id);
    this.chosen.clear();
    this.close();
    return ids;
  }

  private begun(): string | null {
    const before = this.box.value.slice(0, this.box.selectionStart);
    return /(?:^|[\s\p{P}\p{Script=Han}])@([^\s@]{0,20})$/u.exec(before)?.[1] ?? null;
  }

  private choose({ id, name }: Mentionable): void {
    const end = this.box.selectionStart;
    const start = this.box.value.lastIndexOf('@', end - 1);
    this.box.setRangeText(`@${name} `, start, end, 'end');
    this.chosen.set(name, id);
    this.close();
    this.box.focus();
    this.box.dispatchEvent(new Event('input'));
  }

  private draw(): void {
    const options = this.offered.map((one, index) => {
      const option = h('div', {
        class: 'mention',
        role: 'option',
        'aria-selected': String(index === this.at),
      });
      option.append(h('span', {}, one.name), h('small', {}, one.note));
      option.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        this.choose(one);
      });
      return option;
    });
    this.list.replaceChildren(...options);
    document.body.append(this.list);
    place(this.list, this.box);
  }

  private close(): void {
    this.list.remove();
  }
}
