import { safeAddress } from './address.js';
import { decodeEntities } from './entities.js';
import type { Inline } from './nodes.js';

const parts =
  /<at user_id="([^"<>]{1,80})">([^<>]*)<\/at>|@_user_\d+|@_all|https?:\/\/[A-Za-z0-9\-._~:/?#@!$&+,;=%]+|\n/g;
const botParts = new RegExp(
  `${parts.source}|<(b|i|u|s)>([^<>]*)</\\3>|\\[([^\\[\\]\\n]{1,500})\\]\\(([^()\\s]{1,2000})\\)`,
  'g',
);

export interface Mention {
  /** The placeholder in the text, `@_user_1`. */
  key: string;
  id: string;
  name: string;
}

/**
 * Reads a text message. A bot's text may carry `<at>`, `<b><i><u><s>` and `[text](url)`; a person's is taken literally,
 * save for the mentions that the client itself put there.
 */
export function readChatText(text: string, mentions: readonly Mention[], byBot: boolean): Inline[] {
  const nodes: Inline[] = [];
  let at = 0;
  for (const found of text.matchAll(byBot ? botParts : parts)) {
    if (found.index > at) nodes.push(plain(text.slice(at, found.index), byBot));
    nodes.push(readPart(found, mentions, byBot));
    at = found.index + found[0].length;
  }
  if (at < text.length) nodes.push(plain(text.slice(at), byBot));
  return nodes;
}

const plain = (text: string, byBot: boolean): Inline => ({
  kind: 'text',
  text: byBot ? decodeEntities(text) : text,
});

const styles: Readonly<Record<string, 'strong' | 'emphasis' | 'underline' | 'strike'>> = {
  b: 'strong',
  i: 'emphasis',
  u: 'underline',
  s: 'strike',
};

function readPart(found: RegExpExecArray, mentions: readonly Mention[], byBot: boolean): Inline {
  const [whole, atId, atName, style, styled, label, target] = found;
  if (whole === '\n') return { kind: 'break' };
  if (atId !== undefined) return { kind: 'at', id: atId, name: atName || null };
  if (whole === '@_all') return { kind: 'at', id: 'all', name: null };
  if (whole.startsWith('@_user_')) {
    const mention = mentions.find((one) => one.key === whole);
    return mention ? { kind: 'at', id: mention.id, name: mention.name } : { kind: 'text', text: whole };
  }
  if (style !== undefined) return { kind: styles[style] ?? 'strong', children: [plain(styled ?? '', byBot)] };
  const address = safeAddress(target ?? whole);
  return { kind: 'link', address, children: [plain(label ?? whole, byBot)] };
}
