/** What a piece of DingTalk's markdown means, before anything draws it. Text is plain characters, never markup. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'emphasis'; children: Inline[] }
  | { kind: 'link'; address: string; children: Inline[] }
  | { kind: 'font'; size: string; colour: string; children: Inline[] }
  | { kind: 'mention'; name: string }
  | { kind: 'image'; source: string; words: string };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Item[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'table'; head: Cell[]; rows: Cell[][] }
  | { kind: 'rule' };

export interface Item {
  children: Inline[];
  blocks: Block[];
}

export interface Cell {
  children: Inline[];
  align: 'left' | 'center' | 'right';
}

/** Where the markdown stands: the two places take different things. */
export interface Dialect {
  /** Headings end here: 6 in messages, 5 in cards. */
  levels: number;
  /** What begins an item of a list. */
  bullets: string;
  /** Tables and code. */
  rich: boolean;
  /** `<font>`, and mentions by `<a atId=…>`: the names by id. */
  tags: { names: Readonly<Record<string, string>> } | null;
}

/** Source: robot-message-type (Markdown支持的语法); tables and code break on telephones. */
export const messages: Dialect = { levels: 6, bullets: '-*', rich: false, tags: null };

/** Source: markdown-variable-new. */
export const cards = (rich: boolean, names: Readonly<Record<string, string>>): Dialect => ({
  ...{ levels: 5, bullets: '*', rich },
  tags: { names },
});
