import { inert as withoutBindings } from '../../cards/dingtalk/inert.js';
import { storable } from '../../core/text/storable.js';

/** All of `msgParam`, in bytes. Source: 机器人发送群聊消息. For one-to-one messages no number is given. */
const PARAM_BYTES_MAX = 15_000;
/** What the JSON around the words takes, and a margin. */
const AROUND = 500;

/**
 * Text that DingTalk shows as it is: sent as plain text, in which neither Markdown nor a mention means anything, with
 * those addresses broken that make the reader's client do things.
 */
export const inert = (text: string): string => withoutBindings(storable(text));

/**
 * The text in pieces that fit one message each, cut where a line ends, or else where a word does. Together they are the
 * text, but for the white space at the cuts.
 */
export function pieces(text: string): string[] {
  const found: string[] = [];
  let rest = text.trim();
  while (bytesOf(rest) > PARAM_BYTES_MAX - AROUND) {
    const fitting = longestFitting(rest);
    const cut = cutIn(fitting);
    found.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest === '' && found.length > 0 ? found : [...found, rest];
}

/** Bytes as JSON, which is how they are counted. */
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** The beginning that fits, never ending in half a character. */
function longestFitting(text: string): string {
  let fits = 1;
  let exceeds = Math.min(text.length, PARAM_BYTES_MAX) + 1;
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (bytesOf(text.slice(0, middle)) <= PARAM_BYTES_MAX - AROUND) fits = middle;
    else exceeds = middle;
  }
  const isHalf = /[\uD800-\uDBFF]$/.test(text.slice(0, fits));
  return text.slice(0, isHalf && fits > 1 ? fits - 1 : fits);
}

/** The last end of a line in the second half, or else of a word; where there is neither, the end. */
function cutIn(text: string): number {
  for (const end of ['\n', '。', ' ']) {
    const at = text.lastIndexOf(end);
    if (at > text.length / 2) return at + 1;
  }
  return text.length;
}
