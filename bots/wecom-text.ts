import { partsOf as cut } from '../core/text/parts.js';
import { storable } from '../core/text/storable.js';

const invisible = '\u200b';

/** WeCom cuts a longer text without a word. Source: 发送应用消息 → 文本消息. */
export const TEXT_BYTES_MAX = 2048;

/**
 * Text that WeCom shows as it is. A text message may hold links (`<a href>`), mentions in groups (`<@userid>`), and, where
 * it is asked for, names to fill in (`$userName=…$`); there is no way to escape them, so an invisible space is put
 * where one would begin.
 * Source: developer.work.weixin.qq.com, 发送应用消息 → 文本消息, id转译说明; 消息推送配置说明.
 */
export function inert(text: string): string {
  return storable(text)
    .replace(/<(?=\s*[/!@a-z])/gi, `<${invisible}`)
    .replace(/\$(?=\w+=)/g, `$${invisible}`);
}

/** What is too long for one message, in several. */
export const partsOf = (text: string, max = TEXT_BYTES_MAX): string[] => cut(text, max);
