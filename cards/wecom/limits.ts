/**
 * What WeCom's pages say a template card holds. Lists and bytes are rules: what exceeds them is refused. Lengths are in 字
 * and are advice: what exceeds them is cut by the client, wherever it happens to fall, so we cut before it does.
 * Source: developer.work.weixin.qq.com, 发送应用消息 → 模板卡片消息; 模板卡片类型; 消息推送配置说明.
 */
export const BUTTONS_MAX = 6;
export const OPTIONS_MAX = 10;
export const ROWS_MAX = 6;
/** `button_list.key`, `button_selection.question_key`. */
export const KEY_BYTES_MAX = 1024;
/** `option_list.id`. */
export const OPTION_ID_BYTES_MAX = 128;
/** `card_action.url`, `horizontal_content_list.url`; the page gives the length for `textcard` and `news` only. */
export const URL_BYTES_MAX = 2048;

/** Two buttons stand beside each other, and have room for this much, in 字; one, or more than two, have a line each (unverified). */
export const PAIRED_BUTTON = 6;

/** How much of each part is shown, in 字. */
export interface Lengths {
  source: number;
  title: number;
  description: number;
  quoteTitle: number;
  quote: number;
  paragraph: number;
  rowKey: number;
  rowValue: number;
  selectionTitle: number;
  option: number;
  button: number;
}

/** The pages give no length for the quote; it is kept to what stays a glance. */
const quote = { quoteTitle: 30, quote: 120 };

/** In an app's own chat. */
const inApp: Lengths = {
  ...quote,
  source: 20,
  title: 36,
  description: 44,
  paragraph: 160,
  rowKey: 5,
  rowValue: 30,
  selectionTitle: 13,
  option: 16,
  button: 10,
};

/** From an AI bot or a group's webhook. */
const inGroup: Lengths = {
  ...quote,
  source: 13,
  title: 26,
  description: 30,
  paragraph: 112,
  rowKey: 5,
  rowValue: 26,
  selectionTitle: 13,
  option: 10,
  button: 10,
};

/** Who sends the card: an app, an AI bot (智能机器人), or a group's webhook, whose cards can be read but not pressed. */
export type Where = 'app' | 'aibot' | 'webhook';

export const lengths: Record<Where, Lengths> = { app: inApp, aibot: inGroup, webhook: inGroup };
