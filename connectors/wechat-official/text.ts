import type { Choice } from '../../core/ports/courier.js';
import { storable } from '../../core/text/storable.js';

const invisible = '\u200b';

/** No page says how long a text may be; those who measured found 2048. */
export const TEXT_BYTES_MAX = 2_048;

/** What core keeps to: the rest is for what making it inert adds. */
export const wordsBytesMax = 2_000;

/**
 * Text that WeChat shows as it is. It makes links of `<a href>`, and of `weixin://` in them things that the customer says when
 * they press; there is no way to escape that, so an invisible space is put where a tag would begin.
 */
export const inert = (text: string): string => storable(text).replace(/<(?=\s*[/!?a-z])/gi, `<${invisible}`);

/** Where answers cannot be pressed, they can still be typed. */
export const typedChoice = ({ label, say }: Choice): string =>
  label === say ? `· ${inert(say)}` : `· ${inert(label)}（回复“${inert(say)}”）`;

/** What would end the link, or be read as a part of its address. */
const breaksLink = /["'<>&=#%?\\\n]/;

/**
 * Answers to press inside a text, where a menu of its own cannot go: pressed, they are said.
 * Source: developers.weixin.qq.com, 发送客服消息 → 文本消息 (weixin://bizmsgmenu).
 */
export function linkedChoice(choice: Choice, at: number): string {
  const { label, say } = choice;
  if (breaksLink.test(label) || breaksLink.test(say)) return typedChoice(choice);
  return `· <a href="weixin://bizmsgmenu?msgmenucontent=${say}&msgmenuid=${at + 1}">${label}</a>`;
}
