import type { PanelButton, PanelInput, PanelRow } from '../cards/card.js';
import { button } from '../cards/panel.js';
import { type Locale, text } from '../i18n/texts.js';
import type { Part } from './parts.js';

/** A button to a part. */
export const toPart = (label: string, part: Part['part'], more: PanelButton['arguments'] = {}): PanelButton =>
  button(label, 'setup.show', { part, ...more });

export const back = (locale: Locale, part: Part['part'], more: PanelButton['arguments'] = {}): PanelButton =>
  toPart(text(locale, 'setup.back'), part, more);

/** A form's button; what it leaves empty is meant to be empty. */
export const save = (
  locale: Locale,
  operation: string,
  given: PanelButton['arguments'] = {},
  label: 'setup.save' | 'setup.create' | 'setup.add' | 'setup.search' = 'setup.save',
): PanelButton => button(text(locale, label), operation, given, { style: 'positive' });

export const input = (
  id: string,
  label: string,
  more: Partial<Omit<PanelInput, 'id' | 'label'>> = {},
): PanelInput => ({
  id,
  kind: 'line',
  label,
  placeholder: label,
  required: false,
  maxLength: 200,
  value: '',
  options: [],
  ...more,
});

/** "✓", "!", "✗": ready, to be looked at, nobody can work yet. */
export type State = 'good' | 'warning' | 'attention';
const marks: Record<State, string> = { good: '✓', warning: '!', attention: '✗' };

export const stateRow = (
  state: State,
  { title, detail, more = '', open }: { title: string; detail: string; more?: string; open: PanelButton },
): PanelRow => ({ title: `${marks[state]} ${title}`, detail, text: more, tone: state, buttons: [open] });

export const row = (
  title: string,
  detail: string,
  buttons: PanelButton[],
  more: Partial<Pick<PanelRow, 'text' | 'tone'>> = {},
): PanelRow => ({ title, detail, text: '', tone: 'default', buttons, ...more });

/** So many to a page: a thumb scrolls no further, and every platform has room for them. */
export const pageSize = 8;

/** The rows of a page, and how many pages there are. */
export function pageOf<One>(
  all: readonly One[],
  page: number,
): { shown: One[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(all.length / pageSize));
  const at = Math.min(page, pages);
  return { shown: all.slice((at - 1) * pageSize, at * pageSize), page: at, pages };
}
