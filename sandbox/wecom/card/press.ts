import { NotPossible } from '../../control/refusal.js';
import { isRecord } from '../../kernel/shape.js';
import type { Card } from '../world.js';

export interface Selector {
  name?: string;
  text?: string;
  path?: readonly (string | number)[];
}

export interface Selected {
  question: string;
  options: string[];
}

/** What a press on a card does: it calls the app, opens an address, or asks a bot something. */
export type Press =
  | { does: 'call'; key: string; menu: boolean; selected: Selected[] }
  | { does: 'open'; url: string }
  | { does: 'ask'; question: string };

interface Pressable {
  path: (string | number)[];
  /** The words on it, and the key it calls with. */
  text: string;
  key: string | undefined;
  does: 'call' | 'menu' | { url: string } | { question: string };
}

/** The one thing a click means, with what is chosen on the card. */
export function pressOn(
  card: Card,
  selector: Selector | undefined,
  chosen: { value: unknown; form: Record<string, unknown> | undefined },
): Press {
  const all = pressables(card);
  const fitting = selector
    ? all.filter((each) => matches(each, selector))
    : all.filter(({ does }) => does === 'call');
  const wanted = selector ? JSON.stringify(selector) : 'one thing to press';
  const [first, second] = fitting;
  if (!first) notPressable(`the card has no ${wanted}; it has ${all.map(nameOf).join(', ') || 'none'}`);
  if (second) notPressable(`${wanted} is ambiguous: ${fitting.map(nameOf).join(', ')}`);
  if (typeof first.does === 'object') {
    return 'url' in first.does
      ? { does: 'open', url: first.does.url }
      : { does: 'ask', question: first.does.question };
  }
  const menu = first.does === 'menu';
  return { does: 'call', key: first.key ?? '', menu, selected: menu ? [] : selectedOn(card, chosen) };
}

function notPressable(why: string): never {
  throw new NotPossible('not-pressable', why);
}

const nameOf = ({ text, key, path }: Pressable): string =>
  `${text || path.join('.')}${key ? ` (${key})` : ''}`;

function matches({ path, text, key }: Pressable, selector: Selector): boolean {
  if (selector.path) return JSON.stringify(path) === JSON.stringify(selector.path);
  if (selector.name !== undefined) return key === selector.name;
  return text === selector.text;
}

const records = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
const str = (value: unknown): string => (typeof value === 'string' ? value : '');

/** All that can be pressed, in reading order; with its buttons replaced a card has only its links and its menu. */
function pressables(card: Card): Pressable[] {
  const found: Pressable[] = [];
  const add = (
    path: (string | number)[],
    item: unknown,
    text: string,
    does: Pressable['does'] | undefined,
  ) => {
    const key = isRecord(item) && typeof item.key === 'string' ? item.key : undefined;
    if (does) found.push({ path, text, key, does });
  };
  const menu = isRecord(card.action_menu) ? card.action_menu : {};
  for (const [at, item] of records(menu.action_list).entries())
    add(['action_menu', 'action_list', at], item, str(item.text), 'menu');
  if (isRecord(card.quote_area))
    add(['quote_area'], card.quote_area, str(card.quote_area.title), linkOf(card.quote_area));
  if (isRecord(card.image_text_area))
    add(
      ['image_text_area'],
      card.image_text_area,
      str(card.image_text_area.title),
      linkOf(card.image_text_area),
    );
  for (const [at, item] of records(card.horizontal_content_list).entries())
    add(['horizontal_content_list', at], item, str(item.value), linkOf(item));
  for (const [at, item] of records(card.jump_list).entries())
    add(
      ['jump_list', at],
      item,
      str(item.title),
      item.type === 3 ? { question: str(item.question) } : linkOf(item),
    );
  const isReplaced = str(card.replace_text) !== '';
  for (const [at, item] of records(card.button_list).entries()) {
    const does = item.type === 1 ? linkOf(item) : 'call';
    if (!isReplaced) add(['button_list', at], item, str(item.text), does);
  }
  if (isRecord(card.submit_button) && !isReplaced)
    add(['submit_button'], card.submit_button, str(card.submit_button.text) || '提交', 'call');
  if (isRecord(card.card_action)) add(['card_action'], card.card_action, '', linkOf(card.card_action));
  return found;
}

const linkOf = ({ type, url }: Record<string, unknown>): { url: string } | undefined =>
  type === 1 && typeof url === 'string' ? { url } : undefined;

interface Question {
  key: string;
  ids: string[];
  preset: string[];
  many: boolean;
  disabled: boolean;
}

/** The questions of a card with what they offer. */
function questionsOf(card: Card): Question[] {
  const selects = [card.button_selection, ...records(card.select_list)]
    .filter(isRecord)
    .map((item): Question => {
      const ids = records(item.option_list).map((option) => str(option.id));
      const preset = ids.includes(str(item.selected_id)) ? str(item.selected_id) : (ids[0] ?? '');
      return {
        key: str(item.question_key),
        ids,
        preset: [preset],
        many: false,
        disabled: item.disable === true,
      };
    });
  if (!isRecord(card.checkbox)) return selects;
  const options = records(card.checkbox.option_list);
  const checked = options.filter((option) => option.is_checked === true).map((option) => str(option.id));
  const many = card.checkbox.mode === 1;
  const box: Question = {
    key: str(card.checkbox.question_key),
    ids: options.map((option) => str(option.id)),
    preset: many ? checked : checked.slice(0, 1),
    many,
    disabled: card.checkbox.disable === true,
  };
  return [...selects, box];
}

/** What is chosen on the card as it is pressed; what nobody touched keeps its preset. */
function selectedOn(
  card: Card,
  { value, form }: { value: unknown; form: Record<string, unknown> | undefined },
): Selected[] {
  const questions = questionsOf(card);
  const given = new Map(Object.entries(form ?? {}));
  const [only] = questions;
  if (value !== undefined) {
    if (!only || questions.length > 1) notPressable('value needs a card with exactly one question; use form');
    given.set(only.key, value);
  }
  for (const key of given.keys())
    if (!questions.some((question) => question.key === key)) notPressable(`the card has no question ${key}`);
  return questions.map((question) => ({
    question: question.key,
    options: answerTo(question, given.get(question.key)),
  }));
}

function answerTo({ key, ids, preset, many, disabled }: Question, given: unknown): string[] {
  if (given === undefined || given === null) return preset;
  const chosen = Array.isArray(given) ? given.map(String) : [String(given)];
  if (disabled) notPressable(`${key} is disabled`);
  const unknown = chosen.find((id) => !ids.includes(id));
  if (unknown !== undefined) notPressable(`${key} offers ${ids.join(', ')}, not ${unknown}`);
  if (!many && chosen.length !== 1) notPressable(`${key} takes exactly one`);
  return chosen;
}
