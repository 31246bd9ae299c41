/** What a client's command line is made of: atoms and strings, and lists of them. */
export type Word = string | Word[];

/**
 * Reads the words of a command whose literals were already put in their place as quoted strings. What stands in brackets
 * belongs to its atom: `BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.100>`.
 */
export function wordsIn(text: string): Word[] {
  let at = 0;
  const list = (end: string): Word[] => {
    const words: Word[] = [];
    for (;;) {
      while (text[at] === ' ') at++;
      if (at >= text.length || text[at] === end) {
        at++;
        return words;
      }
      words.push(word());
    }
  };
  const word = (): Word => {
    if (text[at] === '(') {
      at++;
      return list(')');
    }
    return text[at] === '"' ? quoted() : atom();
  };
  const quoted = (): string => {
    let value = '';
    for (at++; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\') at++;
      value += text[at] ?? '';
    }
    at++;
    return value;
  };
  const atom = (): string => {
    const from = at;
    let depth = 0;
    for (; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character === '[') depth++;
      if (character === ']') depth--;
      if (depth === 0 && (character === ' ' || character === '(' || character === ')')) break;
    }
    // A lone ")" would stand still.
    if (at === from) at++;
    return text.slice(from, at);
  };
  return list('\n');
}

export const quote = (value: string | undefined): string =>
  value === undefined ? 'NIL' : `"${value.replace(/[\\"]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`;

/** Whether a number is in a set such as `3,7:9,12:*`; `*` is the last one there is. */
export function inSet(set: string, number: number, last: number): boolean {
  return set.split(',').some((range) => {
    const [from = 0, to = from] = range.split(':').map((one) => (one === '*' ? last : Number(one)));
    return number >= Math.min(from, to) && number <= Math.max(from, to);
  });
}
