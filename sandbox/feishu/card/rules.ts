import { isRecord } from '../../kernel/shape.js';
import { readMarkdown } from './markdown.js';
import { codes, type Rule } from './walk.js';

/** The small rules cards are made of. Sources: 卡片 JSON 2.0 结构 and the pages of its components. */
const wrong =
  (fits: (value: unknown) => boolean, wanted: string): Rule =>
  (value, path, walk) => {
    if (!fits(value)) walk.report(codes.parse, path, `${wanted} is required, got ${brief(value)}`);
  };

const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

export const any: Rule = () => {};
export const bool = wrong((value) => typeof value === 'boolean', 'true or false');
export const objectValue = wrong(isRecord, 'an object');

export const str = (max = Infinity, min = 0): Rule =>
  wrong(
    (value) => typeof value === 'string' && [...value].length <= max && value.length >= min,
    max === Infinity
      ? min > 0
        ? 'a non-empty string'
        : 'a string'
      : `a string of ${min} to ${max} characters`,
  );

export const int = (min: number, max: number): Rule =>
  wrong(
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
    `a whole number from ${min} to ${max}`,
  );

export const num = (min: number, max: number): Rule =>
  wrong(
    (value) => typeof value === 'number' && value >= min && value <= max,
    `a number from ${min} to ${max}`,
  );

export const oneOf = (...options: readonly (string | number)[]): Rule =>
  wrong((value) => options.some((option) => option === value), `one of ${options.join(', ')}`);

const pixels = (part: string): number | undefined =>
  /^-?\d+(\.\d+)?px$/.test(part) ? Number.parseFloat(part) : part === '0' ? 0 : undefined;

const within = (part: string, min: number, max: number): boolean => {
  const size = pixels(part);
  return size !== undefined && size >= min && size <= max;
};

/** A length, or one of some words: `px(16, 999, 'fill', 'auto')`. */
export const px = (min: number, max: number, ...words: string[]): Rule =>
  wrong(
    (value) => typeof value === 'string' && (words.includes(value) || within(value, min, max)),
    `${words.length > 0 ? `${words.join(', ')} or ` : ''}[${min},${max}]px`,
  );

/** One to four lengths, as for a margin. */
export const box = (min: number, max: number): Rule =>
  wrong((value) => {
    const parts = typeof value === 'string' ? value.split(' ') : [];
    return parts.length >= 1 && parts.length <= 4 && parts.every((part) => within(part, min, max));
  }, `one to four of [${min},${max}]px`);

export const margin = box(-99, 99);
export const padding = box(-99, 99);
export const spacing = px(0, 99, 'small', 'medium', 'large', 'extra_large');
export const horizontal = oneOf('left', 'center', 'right');
export const vertical = oneOf('top', 'center', 'bottom');
export const radius = wrong(
  (value) => typeof value === 'string' && /^\d+(\.\d+)?(px|%)$/.test(value),
  'a radius in px or %',
);

const rgba = /^rgba\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*(0|1|0?\.\d+|1\.0+)\s*\)$/;
const hues = 'blue|wathet|turquoise|green|lime|yellow|orange|red|carmine|violet|purple|indigo|grey|neutral';
const colourName = new RegExp(`^(default|white|bg-white|${hues})$|^(${hues})-(50|[1-9]00|350|650)$`);

/** A colour by name (`blue`, `grey-500`), as rgba(), or one defined in `config.style.color`. Never hex. */
export const colour: Rule = (value, path, walk) => {
  const fits =
    typeof value === 'string' && (colourName.test(value) || rgba.test(value) || walk.colours.has(value));
  if (!fits) walk.report(codes.parse, path, `a colour name or rgba() is required, got ${brief(value)}`);
};

export const rgbaColour = wrong((value) => typeof value === 'string' && rgba.test(value), 'rgba(r,g,b,a)');

export const textSizes = [
  ...['heading-0', 'heading-1', 'heading-2', 'heading-3', 'heading-4', 'heading', 'normal', 'notation'],
  ...['xxxx-large', 'xxx-large', 'xx-large', 'x-large', 'large', 'medium', 'small', 'x-small'],
];

export const textSize: Rule = (value, path, walk) => {
  const fits = typeof value === 'string' && (textSizes.includes(value) || walk.textSizes.has(value));
  if (!fits) walk.report(codes.parse, path, `a text size is required, got ${brief(value)}`);
};

export type Fields = Readonly<Record<string, Rule>>;

/** An object with exactly these fields: 2.0 refuses what it does not know. */
export const fields =
  (known: Fields, required: readonly string[] = []): Rule =>
  (value, path, walk) => {
    if (!isRecord(value)) return walk.report(codes.parse, path, `an object is required, got ${brief(value)}`);
    for (const [name, item] of Object.entries(value)) {
      const rule = Object.hasOwn(known, name) ? known[name] : undefined;
      const at = path ? `${path}.${name}` : name;
      if (rule) rule(item, at, walk);
      else walk.report(codes.parse, at, `unknown property, property: ${name}`);
    }
    for (const name of required) {
      if (value[name] === undefined) walk.report(codes.parse, path, `${name} is required`);
    }
  };

export const list =
  (rule: Rule, max = Infinity, min = 0): Rule =>
  (value, path, walk) => {
    if (!Array.isArray(value))
      return walk.report(codes.parse, path, `a list is required, got ${brief(value)}`);
    if (value.length > max)
      walk.report(codes.parse, path, `at most ${max} are possible, got ${value.length}`);
    if (value.length < min) walk.report(codes.parse, path, `at least ${min} are required`);
    for (const [index, item] of value.entries()) rule(item, `${path}[${index}]`, walk);
  };

export const dictionary =
  (rule: Rule): Rule =>
  (value, path, walk) => {
    if (!isRecord(value)) return walk.report(codes.parse, path, `an object is required, got ${brief(value)}`);
    for (const [name, item] of Object.entries(value)) rule(item, `${path}.${name}`, walk);
  };

export const markdown: Rule = (value, path, walk) => {
  if (typeof value !== 'string')
    return walk.report(codes.parse, path, `a string is required, got ${brief(value)}`);
  readMarkdown(value, path, walk);
};

export const person: Rule = (value, path, walk) => walk.person(typeof value === 'string' ? value : '', path);
export const image: Rule = (value, path, walk) => walk.image(typeof value === 'string' ? value : '', path);

/** A text object of one of these tags, with at most `max` characters. */
export const textOf =
  (tags: readonly ('plain_text' | 'lark_md' | 'markdown')[], max = Infinity): Rule =>
  (value, path, walk) => {
    const content: Rule = isRecord(value) && value.tag !== 'plain_text' ? markdown : str(max);
    const known = {
      tag: oneOf(...tags),
      content,
      i18n_content: dictionary(content),
      text_size: textSize,
      text_color: colour,
      text_align: horizontal,
      lines: int(1, 1_000_000),
    };
    fields(known, ['tag', 'content'])(value, path, walk);
  };

export const plainText = textOf(['plain_text']);
export const placeholder = textOf(['plain_text'], 100);

export const icon: Rule = (value, path, walk) => {
  const size = wrong(
    (given) => typeof given === 'string' && /^\d{1,3}px \d{1,3}px$/.test(given),
    '"[1,999]px [1,999]px"',
  );
  const known = {
    tag: oneOf('standard_icon', 'custom_icon'),
    token: str(),
    color: colour,
    img_key: image,
    size,
  };
  const custom = isRecord(value) && value.tag === 'custom_icon';
  fields(known, ['tag', custom ? 'img_key' : 'token'])(value, path, walk);
};

const url = str();
export const links = fields({ url, pc_url: url, ios_url: url, android_url: url });
export const confirm = fields({ title: plainText, text: plainText }, ['title', 'text']);
export const jump = fields({ multi_url: links });

const callback = fields({ type: any, value: objectValue }, ['value']);
const openUrl = fields(
  { type: any, default_url: str(Infinity, 1), pc_url: url, ios_url: url, android_url: url },
  ['default_url'],
);

/** What an interaction does. A callback's `value` must be an object: a string reaches no SDK. */
export const behaviors = list((value, path, walk) => {
  const type = isRecord(value) ? value.type : undefined;
  if (type === 'callback') callback(value, path, walk);
  else if (type === 'open_url') openUrl(value, path, walk);
  else walk.report(codes.parse, path, `type: one of callback, open_url is required, got ${brief(type)}`);
});
