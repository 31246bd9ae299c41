/** What staff call customers by, to find and to treat them alike. */
export const tagMax = 20;
export const tagsMax = 20;

/** "VIP -欠费 +老客户": what to put on and what to take off. */
export function tagChanges(words: string): { on: string[]; off: string[] } {
  const changes = { on: new Set<string>(), off: new Set<string>() };
  for (const word of words.normalize('NFC').split(/[\s,，、;；]+/u)) {
    const [, sign = '', rest = ''] = /^([-－+＋]?)#?(.*)$/u.exec(word) ?? [];
    const tag = [...rest].slice(0, tagMax).join('');
    if (tag === '') continue;
    const [to, from] = /[-－]/u.test(sign) ? [changes.off, changes.on] : [changes.on, changes.off];
    from.delete(tag);
    to.add(tag);
  }
  return { on: [...changes.on], off: [...changes.off] };
}
