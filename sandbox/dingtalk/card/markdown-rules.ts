import type { Report } from './problem.js';

/** Source: markdown-variable-new (字体尺寸表, 字体色值表). */
const sizeTokens = ['hypertitle', 'largetitle', 'h1', 'h2', 'h3', 'h4', 'h5', 'body', 'footnote'].map(
  (name) => `common_${name}_text_style__font_size`,
);
const colourTokens = [
  ...['yellow1', 'orange1', 'red1', 'pink1', 'purple1', 'blue1', 'water1', 'olive1', 'green1'],
  ...[1, 2, 3, 4].map((level) => `level${level}_base`),
  ...[1, 2, 3, 4, 5, 6].map((grey) => `gray${grey}`),
].map((name) => `common_${name}_color`);

const tag = /<\/?([a-zA-Z][\w-]*)((?:\s[^<>]*)?)\/?>/g;
const address = /^(https?:\/\/|dingtalk:\/\/|dtmd:\/\/|mailto:|tel:)/;

/** Each line that is outside what the page lists. Lists begin with `*`, rules are `***`, headings end at the fifth. */
const lines: readonly [pattern: RegExp, message: string][] = [
  [/^#{6,}\s/, 'headings have five levels'],
  [/^#{1,5}[^#\s]/, 'a heading needs a blank after its #'],
  [/^\s*[-+]\s+\S/, 'lists begin with *'],
  [/^\s*(-{3,}|_{3,})\s*$/, 'a rule is ***'],
  [/^\s+\d+\.\s/, 'ordered lists cannot be nested'],
  [/^\s*[*+-]\s+\[[ x]\]\s/i, 'task lists are not shown'],
];

/**
 * The markdown of a card's variable.
 *
 * @param how `at`: whom it may mention; `rich`: whether the template shows tables and code
 * Source: markdown-variable-new; create-and-deliver-cards (cardAtUserIds).
 */
export function validateMarkdown(
  text: string,
  path: string,
  how: { at: readonly string[]; rich: boolean },
  report: Report,
): void {
  const prose = withoutCode(text, path, how.rich, report);
  for (const line of prose.split(/\r?\n|<br\s*\/?>/)) {
    const wrong = lines.find(([pattern]) => pattern.test(line));
    if (wrong) report('unshown', path, `${wrong[1]}: ${line.trim().slice(0, 40)}`);
    const isTable = /^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/.test(line);
    if (isTable && !how.rich) report('unshown', path, 'the template (mdVer 0) shows no tables');
  }
  if (runsOn(prose))
    report('unshown', path, 'a line break is shown as a blank; write <br>, or an empty line');
  if (/~~[^~]+~~/.test(prose)) report('unshown', path, '~~ is not shown');
  if (/(?<!\\)`/.test(prose)) report('unshown', path, 'code within a line is not shown');
  judgeTags(prose, path, how.at, report);
  judgeAddresses(prose, path, report);
}

/** Whether a line of a paragraph ends without a mark and the next one goes on. */
function runsOn(text: string): boolean {
  const written = text.split(/\r?\n/);
  const isProse = (line: string) => line.trim() !== '' && !/^\s*(#{1,5}\s|[>|*]|\d+\.\s)/.test(line);
  return written.some((line, index) => {
    const next = written[index + 1] ?? '';
    return isProse(line) && isProse(next) && !/( {2}|<br\s*\/?>)$/.test(line);
  });
}

function withoutCode(text: string, path: string, rich: boolean, report: Report): string {
  const fence = /^```[^\n]*\n[\s\S]*?^```\s*$/gm;
  if (fence.test(text) && !rich) report('unshown', path, 'the template (mdVer 0) shows no code');
  const prose = text.replace(fence, '');
  if (/^```/m.test(prose)) report('unshown', path, 'a block of code is not closed');
  return prose.replace(/^```.*$/gm, '');
}

function judgeTags(text: string, path: string, at: readonly string[], report: Report): void {
  for (const [whole, name = '', attributes = ''] of text.matchAll(tag)) {
    if (whole.startsWith('</') && ['font', 'a'].includes(name)) continue;
    if (name === 'br' && attributes.trim() === '') continue;
    if (name === 'font') judgeFont(attributes, path, report);
    else if (name === 'a' && /^\s+atId=[^\s"']+$/.test(attributes)) {
      const id = attributes.trim().slice('atId='.length);
      if (!at.includes(id)) report('unshown', path, `${id} is mentioned and not in cardAtUserIds`);
    } else report('unshown', path, `the tag ${whole.slice(0, 40)} is not shown`);
  }
  for (const name of ['font', 'a']) {
    const opened = text.match(new RegExp(`<${name}\\b`, 'g'))?.length ?? 0;
    const closed = text.match(new RegExp(`</${name}>`, 'g'))?.length ?? 0;
    if (opened !== closed) report('unshown', path, `<${name}> is opened ${opened} times, closed ${closed}`);
  }
}

function judgeFont(attributes: string, path: string, report: Report): void {
  for (const [, name, value = ''] of attributes.matchAll(/([\w-]+)\s*=\s*(\S+)/g)) {
    const known = name === 'sizeToken' ? sizeTokens : name === 'colorTokenV2' ? colourTokens : undefined;
    if (!known) report('unshown', path, `<font> has no ${name}`);
    else if (/["']/.test(value)) report('unshown', path, `${name}: without quotation marks`);
    else if (!known.includes(value)) report('unshown', path, `${name}: ${value} is unknown`);
  }
}

function judgeAddresses(text: string, path: string, report: Report): void {
  for (const [, mark, to = ''] of text.matchAll(/(!?)(?<!\\)\[[^\]]*\]\(([^)]*)\)/g)) {
    const fits = mark === '!' ? /^(https?:\/\/|@)/.test(to) : address.test(to);
    if (!fits) report('unshown', path, `${mark === '!' ? 'a picture' : 'a link'} to ${to.slice(0, 40)}`);
  }
}
