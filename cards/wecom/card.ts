/**
 * The part of WeCom's template cards that we draw with, as JSON. A passive reply says the same in XML.
 * Source: developer.work.weixin.qq.com, 发送应用消息 → 模板卡片消息 (path/90236); 模板卡片类型 (path/101032); 消息推送配置说明 (path/99110).
 */
export type WecomCard = TextNotice | ButtonInteraction;

interface Common {
  task_id?: string;
  source?: { desc: string; desc_color: SourceColor };
  main_title: { title: string; desc?: string };
  quote_area?: { title?: string; quote_text: string };
  sub_title_text?: string;
  horizontal_content_list?: HorizontalRow[];
}

/** Nothing to press: the whole card opens an address. */
export interface TextNotice extends Common {
  card_type: 'text_notice';
  card_action: OpensAddress;
}

export interface ButtonInteraction extends Common {
  card_type: 'button_interaction';
  card_action?: OpensAddress;
  button_selection?: Selection;
  button_list: Button[];
  /** In an update only: instead of its buttons the card shows one dead label. */
  replace_text?: string;
}

/** Grey, black, red, green. */
export type SourceColor = 0 | 1 | 2 | 3;

export interface OpensAddress {
  type: 1;
  url: string;
}

export interface HorizontalRow {
  keyname: string;
  value: string;
  type?: 1;
  url?: string;
}

/** One dropdown. What is chosen comes with the press of any button; unless told otherwise, the first option is. */
export interface Selection {
  question_key: string;
  title: string;
  option_list: { id: string; text: string }[];
}

export interface Button {
  text: string;
  style: ButtonStyle;
  key: string;
}

/** Which number is which colour is shown only as a picture in WeCom's documents: taken from it as blue, grey, red (unverified). */
export type ButtonStyle = 1 | 2 | 3;
export const buttonStyles = { positive: 1, default: 2, destructive: 3 } as const;

/** What comes back as `EventKey`: a button's operation and its arguments, in JSON. */
export interface ButtonKey {
  operation: string;
  arguments: Readonly<Record<string, string | number | boolean>>;
}

export const buttonKey = ({ operation, arguments: given }: ButtonKey): string =>
  JSON.stringify({ operation, arguments: given });

/**
 * The option that stands first where nothing may be chosen for anybody: to whom to send, why to close. WeCom lets a button
 * be pressed all the same; the operation then gets no value, and refuses.
 */
const unchosen = '-';
export const unchosenOption = (text: string): Selection['option_list'][number] => ({ id: unchosen, text });
/** The value of an option that came back with a press. */
export const chosenIn = (optionId: string): string => (optionId === unchosen ? '' : optionId);
