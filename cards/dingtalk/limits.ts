/**
 * All values of a card together: 100 KB by open.dingtalk.com, 开放接口创建卡片实例. The page of createAndDeliver says 1 KB
 * for each value, which official samples of forms exceed; so only the total is kept to, and by a wide margin: the rest is
 * what a phone has to draw.
 */
export const BYTES_MAX = 32 * 1024;

/** Names of variables; all of ours are far below. Source: open.dingtalk.com, 创建并投放卡片. */
export const NAME_BYTES_MAX = 100;

/** In 字, of which two Latin letters are one. Not in the documents; what is longer does not fit a phone's width. */
export const CAPTION_MAX = 24;

/** A code, or a word or two; nobody's rule but ours. */
export const TAG_MAX = 12;

/** What is only there to be glanced at; nobody's rule but ours. */
export const DIGEST_LINE_MAX = 60;

/** Not in the documents: what the list of chats shows of a message. */
export const SUMMARY_MAX = 60;

/** Whether the values may be sent. */
export const fits = (values: Readonly<Record<string, string>>): boolean =>
  Object.entries(values).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  ) <= BYTES_MAX;
