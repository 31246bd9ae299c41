import { XMLParser } from 'fast-xml-parser';
import { storable } from './storable.js';

/** Far more than any callback holds: its longest text is 2048 bytes. */
const CHARACTERS_MAX = 512 * 1024;
/** `xml` → `SelectedItems` → `SelectedItem` → `OptionIds` → `OptionId` is the deepest there is for us. */
const DEPTH_MAX = 12;

/** Elements that stand once or several times; read as a list either way. */
const lists: ReadonlySet<string> = new Set(['SelectedItem', 'OptionId']);

/**
 * The XML that WeChat and WeCom deliver and are answered in. Everything stays text: a MsgId has more digits than a number
 * holds, and an order number may begin with zeros. Entities stay as they are written, so none can grow; text comes in
 * CDATA, which has none.
 */
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: DEPTH_MAX,
  isArray: (name) => lists.has(name),
});

/** What is inside the root element `xml`; undefined where there is none, or more than either ever writes. */
export function readXml(text: string): object | undefined {
  if (text.length > CHARACTERS_MAX || !/^\s*(?:<\?xml[^>]*\?>\s*)?<xml>/.test(text)) return undefined;
  try {
    const { xml }: { xml?: unknown } = parser.parse(text.replaceAll('\r', ''));
    return typeof xml === 'object' && xml !== null && !Array.isArray(xml) ? xml : undefined;
  } catch {
    // Not closed, too deep, or an element by a name that is no data (`__proto__`).
    return undefined;
  }
}

/** Text becomes CDATA, numbers stand bare, a list repeats its element. */
export type XmlValue = string | number | boolean | XmlFields | readonly XmlFields[];
export interface XmlFields {
  readonly [name: string]: XmlValue | undefined;
}

export const writeXml = (fields: XmlFields): string => `<xml>${inside(fields)}</xml>`;

const inside = (fields: XmlFields): string =>
  Object.entries(fields)
    .map(([name, value]) => (value === undefined ? '' : element(name, value)))
    .join('');

function element(name: string, value: XmlValue): string {
  if (isList(value)) return value.map((one) => element(name, one)).join('');
  const content =
    typeof value === 'string' ? cdata(value) : typeof value === 'object' ? inside(value) : `${value}`;
  return `<${name}>${content}</${name}>`;
}

const isList = (value: XmlValue): value is readonly XmlFields[] => Array.isArray(value);

/** What would end a section begins another one. */
const cdata = (text: string): string => `<![CDATA[${storable(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
