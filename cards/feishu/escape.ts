/**
 * Text for a `markdown` element, so that all of it is shown as it was typed and none of it is markup: every ASCII
 * punctuation mark that Markdown or Feishu's tags may read as syntax becomes a numeric character reference, which is
 * decoded only after the syntax has been read. `plain_text` needs none of this, and is used wherever it will do.
 *
 * Source: https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text,
 * "特殊字符转义说明"
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[!-+\-./:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
