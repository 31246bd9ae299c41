/** The little XML that WeCom speaks: elements, text and CDATA; no attributes, no document types. */
export interface XmlNode {
  name: string;
  /** The text directly inside; '' where there are elements. */
  text: string;
  children: XmlNode[];
}

/** Strings become CDATA, numbers stand bare, lists repeat their element, `undefined` is left out. */
export type XmlValue = string | number | bigint | XmlFields | readonly XmlValue[] | undefined;
export interface XmlFields {
  [name: string]: XmlValue;
}

export const writeXml = (fields: XmlFields): string => `<xml>${inside(fields)}</xml>`;

const inside = (fields: XmlFields): string =>
  Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join('');

const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((each) => element(name, each)).join('');
  if (typeof value === 'number' || typeof value === 'bigint') return `<${name}>${value}</${name}>`;
  if (typeof value === 'string') return `<${name}>${cdata(value)}</${name}>`;
  return `<${name}>${inside(value)}</${name}>`;
}

const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.-]*)\s*(\/?)>|([^<]+)/y;
const DEEPEST = 20;

/** The root element, or `undefined` when it is not such XML. */
export function readXml(text: string): XmlNode | undefined {
  const root: XmlNode = { name: '', text: '', children: [] };
  const open: XmlNode[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    const around = open.at(-1);
    if (!found || !around) return undefined;
    const [whole, data, closing, name, empty, words] = found;
    if (data !== undefined) around.text += data;
    else if (words !== undefined) around.text += decode(words);
    else if (whole.startsWith('<?')) continue;
    else if (closing) {
      if (open.pop()?.name !== name || open.length === 0) return undefined;
    } else {
      const child: XmlNode = { name: name ?? '', text: '', children: [] };
      around.children.push(child);
      if (!empty) open.push(child);
      if (open.length > DEEPEST) return undefined;
    }
  }
  const [only, second] = root.children;
  return open.length === 1 && root.text.trim() === '' && !second ? only : undefined;
}

const decode = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return entities[name] ?? whole;
  });

export const childOf = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  node?.children.find((child) => child.name === name);

export const textOf = (node: XmlNode | undefined, name: string): string | undefined =>
  childOf(node, name)?.text;
