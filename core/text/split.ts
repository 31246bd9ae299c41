/** How long a text may be, in a channel's own unit. */
export interface TextLimit {
  max: number;
  unit: 'characters' | 'utf16' | 'bytes';
}

export function lengthIn(text: string, unit: TextLimit['unit']): number {
  if (unit === 'utf16') return text.length;
  return unit === 'bytes' ? Buffer.byteLength(text) : [...text].length;
}

export const fits = (text: string, { max, unit }: TextLimit): boolean => lengthIn(text, unit) <= max;

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const address = /https?:\/\/[^\s\u3000-\u303f\uff00-\uffef]+/gu;

/**
 * A text in as few parts as keep to the limit, cut where it reads best: between paragraphs, else between lines, sentences,
 * clauses, words, and only then anywhere; but never inside a character as readers see it, nor inside an address, unless one
 * alone is too long. What separates two parts goes with the first; only blanks at the cuts are lost.
 */
export function splitText(text: string, limit: TextLimit): string[] {
  if (fits(text, limit)) return [text];
  const atoms = atomsOf(text, limit);
  const parts: string[] = [];
  for (let from = 0; from < atoms.length; ) {
    const until = lastThatFits(atoms, from, limit);
    const cut = until === atoms.length ? until : bestCut(atoms, from, until);
    const part = atoms.slice(from, cut).join('').trim();
    if (part !== '') parts.push(part);
    from = cut;
  }
  return parts.length > 0 ? parts : [''];
}

/** What is not cut: an address, or one character as readers see it; whatever alone is too long, in smaller pieces. */
function atomsOf(text: string, limit: TextLimit): string[] {
  const atoms: string[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    atoms.push(...characters(text.slice(at, index), limit));
    atoms.push(...(fits(found, limit) ? [found] : characters(found, limit)));
    at = index + found.length;
  }
  atoms.push(...characters(text.slice(at), limit));
  return atoms;
}

const characters = (text: string, limit: TextLimit): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment).flatMap((one) =>
    fits(one, limit) ? [one] : [...one],
  );

function lastThatFits(atoms: readonly string[], from: number, { max, unit }: TextLimit): number {
  let length = 0;
  for (let at = from; at < atoms.length; at++) {
    length += lengthIn(atoms[at] ?? '', unit);
    // One that is too long by itself can't be helped.
    if (length > max && at > from) return at;
  }
  return atoms.length;
}

/** Better ones first. Behind which atom a text may be cut, if what is before it is not too little. */
const seams: { behind: RegExp; atLeast: number }[] = [
  { behind: /\n\s*\n$/, atLeast: 0.3 },
  { behind: /\n$/, atLeast: 0.4 },
  { behind: /[。！？!?…；;]["'”’」』）)]?$/u, atLeast: 0.5 },
  { behind: /[.](?:["'”’)]?\s)$/u, atLeast: 0.5 },
  { behind: /[，,、：:]$/u, atLeast: 0.6 },
  { behind: /\s$/u, atLeast: 0.5 },
];

function bestCut(atoms: readonly string[], from: number, until: number): number {
  for (const { behind, atLeast } of seams) {
    const least = from + Math.max(1, Math.floor((until - from) * atLeast));
    for (let cut = until; cut >= least; cut--) {
      const before = atoms.slice(Math.max(from, cut - 3), cut).join('');
      if (behind.test(before) && !endsTheSentenceLater(atoms[cut])) return cut;
    }
  }
  return until;
}

/** A closing quote or bracket belongs to what stands before it. */
const endsTheSentenceLater = (atom: string | undefined): boolean =>
  /^["'”’」』）)。！？!?…]/u.test(atom ?? '');
