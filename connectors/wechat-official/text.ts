import type { Choice } from '../../core/ports/courier.js';
import { storable } from '../../core/text/storable.js';

const invisible = '\u200b';

/** No page says where it is; those who measured found 2048. */
export const TEXT_BYTES_MAX = 2_000;

/**
 * Text that WeChat shows as it is. It makes links of `<a href>`, and of `weixin://` in them things that the customer says when
 * they press; there is no way to escape that, so an invisible space is put where a tag would begin.
 */
export const inert = (text: string): string => storable(text).replace(/<(?=\s*[/!?a-z])/gi, `<${invisible}`);

/** Where answers cannot be pressed, they can still be typed. */
export const withChoices = (text: string, choices: readonly Choice[]): string =>
  [
    text,
    ...choices.map(({ label, say }) => (label === say ? `· ${say}` : `· ${label}（回复“${say}”）`)),
  ].join('\n');
