import { storable } from '../../core/text/storable.js';

const invisible = '\u200b';

/**
 * Text that Feishu shows as it is. A text message has markup (`<at user_id="all">`, `<b>`, `[words](address)`) and no
 * documented way to escape it, so an invisible space is put where a construct would begin: before the name of a tag, of
 * an entity or of a placeholder, and between the two halves of a link.
 * Source: open.feishu.cn, 发送消息内容 → 文本 text.
 */
export function inert(text: string): string {
  return storable(text)
    .replace(/<(?=\s*\/?\s*[a-z!])/gi, `<${invisible}`)
    .replace(/&(?=#?\w+;)/g, `&${invisible}`)
    .replace(/@(?=_(?:user_\d|all))/g, `@${invisible}`)
    .replace(/\](?=\s*\()/g, `]${invisible}`);
}
