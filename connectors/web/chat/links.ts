export type TextPart = { text: string } | { text: string; href: string };

const address = /https?:\/\/[^\s<>"'`，。；：！？、（）《》【】「」“”‘’]+/giu;

/** Cuts text at the web addresses in it. Only http and https become links; everything else stays words. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const shown = withoutTail(match[0]);
    if (!URL.canParse(shown)) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: shown, href: new URL(shown).href });
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** Full stops and brackets that end the sentence rather than the address. */
function withoutTail(found: string): string {
  let end = found.replace(/[.,;:!?]+$/, '');
  while (end.endsWith(')') && end.split(')').length > end.split('(').length) end = end.slice(0, -1);
  return end;
}
