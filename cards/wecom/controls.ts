import { type Locale, text } from '../../core/i18n/texts.js';
import type { Execute } from '../adaptive.js';
import { fit, fits, line } from '../measure.js';
import { wordsOf } from '../words.js';
import {
  type Button,
  type ButtonKey,
  buttonKey,
  buttonStyles,
  type Selection,
  unchosenOption,
} from './card.js';
import {
  BUTTONS_MAX,
  KEY_BYTES_MAX,
  type Lengths,
  OPTION_ID_BYTES_MAX,
  OPTIONS_MAX,
  PAIRED_BUTTON,
} from './limits.js';
import type { Action, ChoiceSet, Outline, Row } from './outline.js';
import { codeOf, optionOf } from './rows.js';

/** What can be pressed: one dropdown and some buttons. `isWhole`: whether that is all the card offers. */
export interface Controls {
  selection?: Selection;
  buttons: Button[];
  isWhole: boolean;
}

/**
 * A card has one dropdown. Buttons that differ only in what they are about (one on each row) become its options under
 * one button; else it holds what a form lets choose; else answers too many or too long for buttons.
 */
export function controlsOf(outline: Outline, room: Lengths, locale: Locale): Controls {
  const ofRows = rowControls(outline, room, locale);
  const loose = looseControls(outline.actions, room, locale, ofRows.selection === undefined);
  const selection = ofRows.selection ?? loose.selection;
  const all = distinct([...ofRows.buttons, ...loose.buttons]);
  const buttons = all.filter(({ key }) => Buffer.byteLength(key) <= KEY_BYTES_MAX);
  const order: readonly Button['style'][] = [
    buttonStyles.positive,
    buttonStyles.default,
    buttonStyles.destructive,
  ];
  buttons.sort((a, b) => order.indexOf(a.style) - order.indexOf(b.style));
  // Two that stand out are none that does.
  for (const button of buttons.slice(1))
    if (button.style === buttonStyles.positive) button.style = buttonStyles.default;
  return {
    ...(selection && { selection }),
    buttons: buttons.slice(0, BUTTONS_MAX),
    isWhole: ofRows.isWhole && loose.isWhole && buttons.length === all.length && all.length <= BUTTONS_MAX,
  };
}

/**
 * Of a ranked list the first is chosen until another one is. Of any other nothing is: each row has its own button where
 * they all have room, else the dropdown begins with a question.
 */
function rowControls({ rows, actions }: Outline, room: Lengths, locale: Locale): Controls {
  const pressed = rows.flatMap((row) => (row.action ? [{ row, execute: row.action }] : []));
  const [only] = pressed;
  if (!only) return { buttons: [], isWhole: true };
  // Of several buttons that do the same for somebody else none is the one to press.
  const style = pressed.length > 1 ? 'default' : only.execute.style;
  const each = distinct(
    pressed.map(({ row, execute }) => button({ ...execute, style }, captionOf(row, execute, room), room)),
  );
  const areFew = each.length + actions.length <= BUTTONS_MAX;
  const first = only.row.isRanked ? [] : [unchosenOption(pickWord(locale, 'nothing'))];
  const picked =
    each.length > 1 && (only.row.isRanked || !areFew)
      ? pickAmong(
          pressed.map(({ row, execute }) => ({ execute, text: optionOf(row, room.option) })),
          { title: (argument) => pickWord(locale, argument), first },
          room,
          locale,
        )
      : undefined;
  const besides = actions.some(
    (action) => action.execute.style === 'positive' && isPossible(action, picked === undefined),
  );
  // The one action of a ranked list means its first row, so that a row by itself needs no button of its own.
  const isSaid = each.length === 1 && only.row.isRanked && besides;
  if (!picked) return { buttons: isSaid ? [] : each, isWhole: true };
  const { title } = only.execute;
  const caption = besides ? text(locale, 'card.chosen', { action: title }) : title;
  const chosenStyle = besides ? 'default' : only.execute.style;
  const press = { ...only.execute, ...picked.press, style: chosenStyle };
  return { ...picked, buttons: [button(press, caption, room)] };
}

/** "发送 A9", "发送 稍等" */
function captionOf(row: Row, { title }: Execute, room: Lengths): string {
  const named = `${title} ${codeOf(row) || row.name}`.trim();
  return fits(named, room.button) ? named : title;
}

/** @param free  whether the card's dropdown is still to be had */
function looseControls(actions: readonly Action[], room: Lengths, locale: Locale, free: boolean): Controls {
  const possible = actions.filter((action) => isPossible(action, free));
  const choice = free ? possible.flatMap(({ choices }) => choices)[0] : undefined;
  const isWhole = possible.length === actions.length;
  const whole = (execute: Execute) => button(execute, execute.title, room);
  const buttons = possible.map(({ execute }) => whole(execute));
  const longest = buttons.length === 2 ? PAIRED_BUTTON : room.button;
  const areTooMuch =
    buttons.length > BUTTONS_MAX || possible.some(({ execute }) => !fits(execute.title, longest));
  if (choice) {
    const { selection, isWhole: isAll } = selectionOf(choice, room);
    return { ...(selection && { selection }), buttons, isWhole: isWhole && isAll };
  }
  const picked =
    free && areTooMuch
      ? pickAmong(
          possible.map(({ execute }) => ({ execute, text: fit(execute.title, room.option) })),
          { title: () => possible[0]?.heading ?? '', first: [] },
          room,
          locale,
        )
      : undefined;
  if (!picked) return { buttons, isWhole };
  const others = possible.filter(({ execute }) => !picked.among.has(execute));
  const view = { title: text(locale, 'card.button.view'), type: 'Action.Execute' as const };
  return {
    ...picked,
    buttons: [
      whole({ ...view, ...picked.press, style: 'positive' }),
      ...others.map(({ execute }) => whole(execute)),
    ],
    isWhole: isWhole && picked.isWhole,
  };
}

/** What needs a choice can be pressed only where the choice can be made. */
const isPossible = ({ choices }: Action, free: boolean): boolean =>
  choices.every((choice, at) => !choice.isRequired || (free && at === 0 && optionsOf(choice).length > 0));

interface Picked {
  selection: Selection;
  /** The button without what the dropdown adds to it. */
  press: { data: Execute['data'] };
  among: ReadonlySet<Execute>;
  isWhole: boolean;
}

/** Actions of one operation that differ in one argument, as options of a dropdown that is called by the argument's name. */
function pickAmong(
  items: readonly { execute: Execute; text: string }[],
  { title, first: before }: { title: (argument: string) => string; first: Selection['option_list'] },
  room: Lengths,
  locale: Locale,
): Picked | undefined {
  const [first] = items;
  if (!first) return undefined;
  const alike = items.filter(({ execute }) => execute.data.operation === first.execute.data.operation);
  const argument = differingArgument(alike.map(({ execute }) => execute.data.arguments));
  if (argument === undefined) return undefined;
  const options = distinctOptions(
    alike.map(({ execute, text: words }) => ({ id: `${execute.data.arguments[argument]}`, text: words })),
  );
  if (options.length === 0) return undefined;
  const { [argument]: _, ...rest } = first.execute.data.arguments;
  return {
    selection: {
      question_key: argument,
      title: fit(title(argument), room.selectionTitle) || pickWord(locale, 'nothing'),
      option_list: [...before, ...options].slice(0, OPTIONS_MAX),
    },
    press: { data: { operation: first.execute.data.operation, arguments: rest } },
    among: new Set(alike.map(({ execute }) => execute)),
    isWhole: before.length + options.length <= OPTIONS_MAX && alike.length === items.length,
  };
}

/** The one argument whose values are not all the same, when they are texts: what is chosen arrives as text. */
function differingArgument(all: readonly ButtonKey['arguments'][]): string | undefined {
  const names = Object.keys(all[0] ?? {});
  const differing = names.filter((name) => new Set(all.map((given) => given[name])).size > 1);
  const [argument] = differing;
  if (argument === undefined || differing.length > 1) return undefined;
  const isText = all.every((given) => typeof given[argument] === 'string');
  return isText && all.every((given) => Object.keys(given).length === names.length) ? argument : undefined;
}

function selectionOf(choice: ChoiceSet, room: Lengths): { selection?: Selection; isWhole: boolean } {
  const options = optionsOf(choice);
  if (options.length === 0) return { isWhole: choice.choices.length === 0 };
  const all = [...(choice.isRequired ? [unchosenOption(choice.placeholder)] : []), ...options];
  const selection = {
    question_key: choice.id,
    title: fit(choice.label ?? choice.placeholder, room.selectionTitle),
    option_list: all
      .slice(0, OPTIONS_MAX)
      .map(({ id, text: words }) => ({ id, text: fit(words, room.option) })),
  };
  return { selection, isWhole: options.length === choice.choices.length && all.length <= OPTIONS_MAX };
}

const optionsOf = ({ choices }: ChoiceSet): Selection['option_list'] =>
  distinctOptions(choices.map(({ title, value }) => ({ id: value, text: title || line(value) })));

const distinctOptions = (options: readonly { id: string; text: string }[]): Selection['option_list'] =>
  [...new Map(options.map((option) => [option.id, option])).values()].filter(
    ({ id, text: words }) => id !== '' && words !== '' && Buffer.byteLength(id) <= OPTION_ID_BYTES_MAX,
  );

const button = ({ style, data }: Execute, caption: string, room: Lengths): Button => ({
  text: fit(caption, room.button) || '…',
  style: buttonStyles[style ?? 'default'],
  key: buttonKey(data),
});

const distinct = (buttons: readonly Button[]): Button[] => [
  ...new Map(buttons.map((one) => [one.key, one])).values(),
];

/** What a dropdown lets pick, by the name of the argument that it fills; 'nothing' is the question it begins with. */
function pickWord(locale: Locale, argument: string): string {
  const { pick } = wordsOf[locale];
  const word = typeof pick === 'object' ? pick[argument] : undefined;
  return typeof word === 'string' ? word : text(locale, 'card.pick.nothing');
}
