/** The value of a header, unfolded; encoded words stay as they are. */
export function headerOf(source: Buffer | string, name: string): string | undefined {
  const text = typeof source === 'string' ? source : source.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = `\r\n${end < 0 ? text : text.slice(0, end)}`;
  const at = head.toLowerCase().indexOf(`\r\n${name.toLowerCase()}:`);
  if (at < 0) return undefined;
  const value = /^[^\r]*(?:\r\n[ \t][^\r]*)*/.exec(head.slice(at + 3 + name.length))?.[0] ?? '';
  return value.replace(/\r\n[ \t]+/g, ' ').trim();
}

export interface Addressee {
  name: string;
  mailbox: string;
  host: string;
}

/** The addresses of a header such as `王女士 <wang@mail.example>, li@mail.example`. */
export function addressesIn(value: string | undefined): Addressee[] {
  const found = (value ?? '').matchAll(
    /(?:"((?:[^"\\]|\\.)*)"|([^<>,"]*))\s*<([^<>@\s]+)@([^<>\s]+)>|([^\s<>,;]+)@([^\s<>,;]+)/g,
  );
  return [...found].map(([, quoted, plain, mailbox, host, bareBox, bareHost]) => ({
    name: (quoted ?? plain ?? '').trim(),
    mailbox: mailbox ?? bareBox ?? '',
    host: host ?? bareHost ?? '',
  }));
}
