import { isObject, type JsonObject, objectsOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import type { Drafts } from '../../platform.js';

/** Cards with the same question must not share its radio buttons. */
let groups = 0;

/** The dropdowns and the ticks of a card, and what is chosen in them; a choice outlives the card being drawn again. */
export class Choices {
  readonly element: HTMLElement | null;
  private readonly read: (() => [string, string | string[]] | null)[] = [];

  constructor(card: JsonObject, drafts: Drafts) {
    const isReplaced = textOf(card.replace_text) !== '';
    const selects = [card.button_selection, ...objectsOf(card.select_list)].filter(isObject);
    const box = isObject(card.checkbox) ? card.checkbox : null;
    const drawn = [
      ...selects.map((select) => this.drawSelect(select, drafts, isReplaced)),
      ...(box === null ? [] : [this.drawTicks(box, drafts, isReplaced)]),
    ];
    this.element = drawn.length === 0 ? null : h('div', { class: 'wecom-choices' }, ...drawn);
  }

  /** By question; undefined when the card asks nothing. */
  chosen(): Record<string, string | string[]> | undefined {
    const entries = this.read.map((each) => each()).filter((entry) => entry !== null);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }

  private drawSelect(question: JsonObject, drafts: Drafts, isReplaced: boolean): HTMLElement {
    const key = textOf(question.question_key);
    const title = textOf(question.title);
    const select = h(
      'select',
      { 'aria-label': title || '选择', disabled: isReplaced || question.disable === true },
      ...objectsOf(question.option_list).map(({ id, text }) =>
        h('option', { value: textOf(id) }, textOf(text)),
      ),
    );
    const preset = textOf(drafts.get(key)) || textOf(question.selected_id);
    if ([...select.options].some(({ value }) => value === preset)) select.value = preset;
    select.addEventListener('change', () => drafts.set(key, select.value));
    if (question.disable !== true) this.read.push(() => [key, select.value]);
    return h(
      'label',
      { class: 'wecom-select', 'data-field': key },
      title === '' ? null : h('span', {}, title),
      select,
    );
  }

  private drawTicks(question: JsonObject, drafts: Drafts, isReplaced: boolean): HTMLElement {
    const key = textOf(question.question_key);
    const isMany = question.mode === 1;
    const draft = drafts.get(key);
    const kept = Array.isArray(draft) ? draft : null;
    const options = objectsOf(question.option_list);
    groups += 1;
    const group = `wecom-ticks-${groups}`;
    const firstChecked = options.findIndex((option) => option.is_checked === true);
    const ticks = options.map((option, at) => {
      const isPreset = option.is_checked === true && (isMany || at === firstChecked);
      return h('input', {
        type: isMany ? 'checkbox' : 'radio',
        name: group,
        value: textOf(option.id),
        checked: kept === null ? isPreset : kept.includes(textOf(option.id)),
        disabled: isReplaced || question.disable === true,
      });
    });
    const chosen = (): string[] => ticks.filter(({ checked }) => checked).map(({ value }) => value);
    const element = h(
      'div',
      {
        class: 'wecom-ticks',
        role: isMany ? 'group' : 'radiogroup',
        'aria-label': '选项',
        'data-field': key,
      },
      ...options.map(({ text }, at) => h('label', {}, ticks[at], h('span', {}, textOf(text)))),
    );
    element.addEventListener('change', () => drafts.set(key, chosen()));
    // Of one choice that nobody has made there is nothing to say.
    if (question.disable !== true)
      this.read.push(() => (isMany || chosen().length > 0 ? [key, chosen()] : null));
    return element;
  }
}
