/**
 * People's words as a template's value: an invisible space keeps `${` from being taken for a binding, should a client
 * ever look for one in what it has just put in, and `dtmd:` and `dingtalk:` from being taken for addresses, which make
 * the reader's client do things (send a text in their name, for one). Everything is shown by components for plain text.
 */
export const inert = (text: string): string =>
  text.replace(/\$(?=\{)/g, '$\u200b').replace(/\b(dtmd|dingtalk)(?=:)/gi, '$1\u200b');
