/**
 * A card as DingTalk takes it: no tree, only values for the variables of our one generic template (`template.ts`). Every
 * value is a string; lists and forms are JSON in one. Sources: open.dingtalk.com, 卡片接口数据填写说明; 表单变量.
 */
export interface DingtalkCard {
  /** What everybody sees. Holds every public variable, since an update by key leaves alone what it does not name. */
  cardParamMap: Record<string, string>;
  /** What each of `CardView.owners` gets besides; empty where everybody may press everything. */
  privateParamMap: Record<string, string>;
  /** What the list of chats shows. */
  lastMessage: string;
}

/** One piece of a card's body. Pieces differ by `kind`, as components of a loop whose conditions ask for it. */
export type Block =
  | { kind: 'text' | 'bold' | 'small'; text: string; color: Color }
  /** A small caption above its words: a line of the conversation, or a fact with a long value. */
  | { kind: 'said'; label: string; text: string; color: Color }
  /** The same on a grey ground, for what is read first; and in small print, for what other surfaces fold away. */
  | { kind: 'ground' | 'digest'; label: string; text: string }
  | { kind: 'facts'; label: string; text: string; label2: string; text2: string }
  | Row
  | { kind: 'line' };

/** One of many: who and what, and what can be done about it or how it stands. */
export interface Row {
  kind: 'row';
  title: string;
  detail: string;
  color: Color;
  preview: string;
  mark: string;
  button: string;
  button_color: ButtonColor;
  id: string;
  action: string;
}

/** `ask` holds the question put before it is done; empty when it is done at once. */
export interface Button {
  id: string;
  text: string;
  color: ButtonColor;
  action: string;
  ask_title: string;
  ask: string;
}

/** Source: open.dingtalk.com, 表单变量 (form-variables). */
export interface FormField {
  name: string;
  label: string;
  type: 'TEXT' | 'TEXT_AREA' | 'SELECT';
  placeholder: string;
  required?: true;
  requiredMsg?: string;
  /** What it begins with; of a choice also where that stands among the options. */
  defaultValue?: string | { index: number; value: string };
  options?: { value: string; text: string }[];
}

export interface Form {
  title: string;
  button: string;
  action: string;
  fields: FormField[];
}

/** What goes into a button's or a form's `action`, and comes back when it is pressed. */
export const actionOf = (operation: string, args: Record<string, string | number | boolean>): string =>
  JSON.stringify({ operation, arguments: args });

export type ButtonColor = 'blue' | 'gray' | 'red';

/** Colour tokens of the card editor, which turn with the reader's dark mode. */
export type Color =
  | 'common_level1_base_color'
  | 'common_level2_base_color'
  | 'common_level3_base_color'
  | 'common_blue1_color'
  | 'common_green1_color'
  | 'common_orange1_color'
  | 'common_red1_color';
