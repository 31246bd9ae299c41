/**
 * The same text in a form every store and every platform accepts: no NUL and no other C0 control but line feed and tab,
 * and valid Unicode (a lone surrogate becomes U+FFFD). Nothing a reader could have seen is lost.
 */
export function storable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.replace(/[\u0000-\u0008\u000b-\u001f]/g, '').replace(/\p{Surrogate}/gu, '\ufffd');
}
