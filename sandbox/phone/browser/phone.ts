import type { PhoneAct, PhoneView } from '../view.js';
import { bubbles } from './parts/bubbles.js';
import { Composer } from './parts/composer.js';
import { h, iconButton } from './parts/element.js';

/** How long a word in passing stays. */
const toastMs = 3_500;

/** One chat on a customer's phone: drawn anew from the stand-in's view whenever something happened there. */
class Phone {
  readonly #root: HTMLElement;
  readonly #base: string;
  readonly #title = h('h1');
  readonly #subtitle = h('small');
  readonly #list = h('ul', { class: 'phone-list', 'aria-live': 'polite' });
  readonly #sheet = h('div', { class: 'phone-sheet', hidden: true });
  readonly #composer = new Composer((act) => void this.#do(act));
  #drawn = '';
  #asking = false;
  #again = false;

  constructor(root: HTMLElement, base: string, stream: string) {
    this.#root = root;
    this.#base = base;
    const head = h(
      'header',
      { class: 'phone-bar' },
      iconButton('back', '返回', () => location.reload()),
      h('div', {}, this.#title, this.#subtitle),
      iconButton('more', '更多', () => {
        this.#sheet.hidden = !this.#sheet.hidden;
      }),
    );
    root.replaceChildren(head, this.#sheet, this.#list, this.#composer.element);
    this.#list.addEventListener('click', () => {
      this.#sheet.hidden = true;
    });
    // The keyboard or a panel takes room from below: what was said last stays in sight.
    new ResizeObserver(() => this.#toEnd()).observe(this.#list);
    const events = new EventSource(stream);
    events.onmessage = () => void this.refresh();
    events.onopen = () => void this.refresh();
  }

  /** What happens while it is asking makes it ask once more. */
  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#again) {
        this.#again = false;
        const view: PhoneView = await answered(await fetch(this.#address('view')));
        this.#draw(view);
      }
    } catch (error) {
      this.#toast(error instanceof Error ? error.message : '打不开');
    } finally {
      this.#asking = false;
    }
  }

  #address(what: 'view' | 'act'): string {
    return `${this.#base}/${what}${location.search}`;
  }

  async #do(act: PhoneAct): Promise<void> {
    try {
      await answered(await fetch(this.#address('act'), { method: 'POST', body: JSON.stringify(act) }));
    } catch (error) {
      this.#toast(error instanceof Error ? error.message : '没有发出去');
    }
    await this.refresh();
  }

  #draw(view: PhoneView): void {
    this.#title.textContent = view.title;
    this.#subtitle.textContent = view.typing ? '对方正在输入…' : (view.subtitle ?? '');
    this.#composer.draw(view);
    this.#drawSheet(view);
    const shape = JSON.stringify(view.items);
    if (shape === this.#drawn) return;
    this.#drawn = shape;
    this.#list.replaceChildren(...bubbles(view, (act) => void this.#do(act)));
    this.#toEnd();
    for (const picture of this.#list.querySelectorAll('img')) picture.onload = () => this.#toEnd();
  }

  #toEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  #drawSheet({ me, actions = [], others = [] }: PhoneView): void {
    const doing = actions.map(({ key, label }) => {
      const click = () => {
        this.#sheet.hidden = true;
        void this.#do({ do: 'action', key });
      };
      return h('button', { type: 'button', click }, label);
    });
    const being = others.map(({ name, url }) => h('a', { href: url }, `换成 ${name}`));
    const line = doing.length > 0 && being.length > 0 ? [h('hr')] : [];
    this.#sheet.replaceChildren(...doing, ...line, ...being);
    if (this.#sheet.childElementCount === 0)
      this.#sheet.append(h('button', { type: 'button' }, `我是 ${me}`));
  }

  #toast(words: string): void {
    const toast = h('div', { class: 'phone-toast', role: 'status' }, words);
    this.#root.append(toast);
    setTimeout(() => toast.remove(), toastMs);
  }
}

/** @throws Error with the stand-in's words */
async function answered<T>(response: Response): Promise<T> {
  const body = await response.json();
  if (!response.ok) throw new Error(body?.error?.message ?? `HTTP ${response.status}`);
  return body;
}

const root = document.getElementById('phone');
if (root) void new Phone(root, root.dataset.base ?? '', root.dataset.stream ?? '').refresh();
