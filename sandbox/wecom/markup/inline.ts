import { safeAddress } from '../../page/markup/address.js';
import type { Inline } from '../../page/markup/nodes.js';

/**
 * What stands within a line of WeCom's text, as plain nodes. A text knows links only; markdown also knows bold, code,
 * colours and mentions; the fuller markdown of AI bots italics and pictures too. Sources: 发送应用消息, 消息推送配置说明, 主动回复消息.
 */
export type Dialect = 'text' | 'markdown' | 'full';

const link = /<a\s+href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>/;
const bare = /https?:\/\/[A-Za-z0-9\-._~:/?#@!$&+,;=%]+/;
const bold = /\*\*([^\s*](?:[^*]*[^\s*])?)\*\*/;
const code = /`([^`\n]+)`/;
const named = /!?\[([^[\]\n]*)\]\(([^()\s]+)\)/;
const font = /<font\s+color\s*=\s*["'](\w+)["']\s*>([\s\S]*?)<\/font>/;
const mention = /<@([^<>\s]{1,64})>/;
const italic = /(?<!\*)\*([^\s*](?:[^*]*[^\s*])?)\*(?!\*)/;
const struck = /~~([^\s~](?:[^~]*[^\s~])?)~~/;

/** By what WeCom's three colours are called on the page. */
const colours: Readonly<Record<string, string>> = { info: 'green', comment: 'grey', warning: 'orange' };

type Reader = (found: RegExpExecArray, dialect: Dialect) => Inline;

const readLink: Reader = ([, double, single, words = '']) => ({
  kind: 'link',
  address: safeAddress(double ?? single ?? ''),
  children: [{ kind: 'text', text: words }],
});
const readBare: Reader = ([whole]) => ({
  kind: 'link',
  address: safeAddress(whole),
  children: [{ kind: 'text', text: whole }],
});
const inside =
  (kind: 'strong' | 'emphasis' | 'strike'): Reader =>
  ([, words = ''], dialect) => ({ kind, children: readInline(words, dialect) });

/** A picture is a link to it: nothing is fetched from elsewhere because somebody wrote so. */
const readNamed: Reader = ([whole, words = '', target = ''], dialect) => ({
  kind: 'link',
  address: safeAddress(target),
  children: whole.startsWith('!')
    ? [{ kind: 'text', text: `[图片] ${words}`.trim() }]
    : readInline(words || target, dialect === 'full' ? 'markdown' : 'text'),
});

const rules: Readonly<Record<Dialect, readonly [RegExp, Reader][]>> = (() => {
  const text: [RegExp, Reader][] = [
    [link, readLink],
    [bare, readBare],
    [mention, ([, id = '']) => ({ kind: 'at', id, name: id })],
  ];
  const markdown: [RegExp, Reader][] = [
    [code, ([, words = '']) => ({ kind: 'code', text: words })],
    [named, readNamed],
    [bold, inside('strong')],
    [
      font,
      ([, colour = '', words = ''], dialect) => ({
        kind: 'font',
        colour: colours[colour] ?? 'default',
        children: readInline(words, dialect),
      }),
    ],
    [bare, readBare],
    [mention, ([, id = '']) => ({ kind: 'at', id, name: id })],
  ];
  return { text, markdown, full: [...markdown, [italic, inside('emphasis')], [struck, inside('strike')]] };
})();

/** The first rule that fits furthest to the left reads; what none reads is text, tags and all. */
export function readInline(text: string, dialect: Dialect): Inline[] {
  const nodes: Inline[] = [];
  let rest = text;
  while (rest !== '') {
    const next = firstIn(rest, dialect);
    if (!next) break;
    nodes.push(...plain(rest.slice(0, next.found.index)), next.read(next.found, dialect));
    rest = rest.slice(next.found.index + next.found[0].length);
  }
  return [...nodes, ...plain(rest)];
}

function firstIn(text: string, dialect: Dialect): { found: RegExpExecArray; read: Reader } | undefined {
  let first: { found: RegExpExecArray; read: Reader } | undefined;
  for (const [pattern, read] of rules[dialect]) {
    const found = pattern.exec(text);
    if (found && (!first || found.index < first.found.index)) first = { found, read };
  }
  return first;
}

const plain = (text: string): Inline[] =>
  text
    .split('\n')
    .flatMap((line, at): Inline[] => [
      ...(at > 0 ? [{ kind: 'break' as const }] : []),
      ...(line === '' ? [] : [{ kind: 'text' as const, text: line }]),
    ]);
