/** The HTML-like tags of Feishu's markdown. Everything else that looks like a tag is text. */
const known = 'at|person|font|text_tag|number_tag|link|a|local_datetime|raw|br|hr';
const opening = new RegExp(
  `<(${known})((?:\\s+[a-z_]+\\s*=\\s*(?:"[^"<>]*"|'[^'<>]*'|[^\\s"'<>]+))*)\\s*/?>`,
  'y',
);
const attribute = /([a-z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g;

export interface Tag {
  name: string;
  attributes: ReadonlyMap<string, string>;
  /** Where the text after the opening tag begins. */
  end: number;
}

/** The known opening tag that begins exactly at `at`, or null. */
export function readTag(text: string, at: number): Tag | null {
  opening.lastIndex = at;
  const found = opening.exec(text);
  if (found === null) return null;
  const attributes = new Map<string, string>();
  for (const [, name, double, single, bare] of (found[2] ?? '').matchAll(attribute)) {
    if (name !== undefined) attributes.set(name, double ?? single ?? bare ?? '');
  }
  return { name: found[1] ?? '', attributes, end: opening.lastIndex };
}

/** Tags that have neither content nor a closing tag. */
export const isVoid = (name: string): boolean => name === 'br' || name === 'hr';
