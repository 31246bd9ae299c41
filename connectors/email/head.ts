/** The head of a letter: header lines unfolded, by their names in lower case, the topmost first. */
export class Head {
  private readonly lines = new Map<string, string[]>();

  constructor(lines: readonly { key: string; line: string }[]) {
    for (const { key, line } of lines) {
      const value = line
        .slice(line.indexOf(':') + 1)
        .replace(/\s+/g, ' ')
        .trim();
      const known = this.lines.get(key.toLowerCase());
      if (known) known.push(value);
      else this.lines.set(key.toLowerCase(), [value]);
    }
  }

  /** The topmost one: what stands below was written by whoever sent it. */
  get(name: string): string | undefined {
    return this.lines.get(name)?.[0];
  }
}

/** Message-IDs in a header, without their brackets. */
export const idsIn = (value: string | undefined): string[] =>
  [...(value ?? '').matchAll(/<([^<>\s]+)>/g)].map(([, id]) => id ?? '');
