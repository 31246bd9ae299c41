/**
 * What a piece of Feishu text means, before anything draws it. Text is always plain characters (entities already
 * decoded), addresses are already judged by `safeAddress`, so whoever draws these nodes cannot be talked into markup.
 */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis' | 'strike' | 'underline'; children: Inline[] }
  | { kind: 'link'; address: string | null; children: Inline[] }
  | { kind: 'font'; colour: string; children: Inline[] }
  | { kind: 'tag'; colour: string; text: string }
  | { kind: 'number'; text: string; background: string; colour: string }
  | { kind: 'at'; id: string; name: string | null }
  | { kind: 'image'; key: string; alt: string }
  | { kind: 'time'; milliseconds: number; format: string };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Item[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'rule' }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] };

export interface Item {
  children: Inline[];
  blocks: Block[];
}
