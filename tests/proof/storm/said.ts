/** What is said in the storm: each text is marked, so that it can be found wherever it was seen. */
import type { Customer } from './customers.js';

export type Side = 'customer' | 'agent';

export interface Said {
  /** `zk2c03a014q`: customer 3 of enterprise 2, what the agent said to them, the 14th. */
  mark: string;
  text: string;
  by: Side;
  customer: Customer;
  /** When it was handed over, and when its sender knew that it was taken: places in the order of the storm. */
  saidAt: number;
  /** Nothing went wrong any more when it was said. */
  isCalm: boolean;
  acceptedAt?: number;
  /** The delivery that carries it, where a platform does. */
  delivery?: string;
}

const markPattern = /zk\d{1,2}c\d\d[ca]\d{3}q/g;

export const marksIn = (text: string): string[] => text.match(markPattern) ?? [];
/** Whose conversation it was said in: `zk2c03`. */
export const ownerOf = (mark: string): string => mark.slice(0, mark.indexOf('c') + 3);
export const sideOf = (mark: string): Side => (mark.at(-5) === 'c' ? 'customer' : 'agent');

const phrases = [
  '麻烦看一下',
  '订单还没有到',
  '好的，谢谢 🙏',
  '<b>粗体</b> & 引号"\'',
  '我想换一个颜色',
  '价格是 ¥12.50 吗',
  '@all 有人吗',
  '{{customer.name}} $5',
];

/** The book of all that was said, with one order for everything that happens. */
export class Book {
  readonly all: Said[] = [];
  isCalm = false;
  readonly #byMark = new Map<string, Said>();
  #counts = new Map<string, number>();
  #order = 0;

  tick(): number {
    this.#order += 1;
    return this.#order;
  }

  writes(by: Side, customer: Customer, phrase: number): Said {
    const counted = `${customer.key}${by === 'customer' ? 'c' : 'a'}`;
    const count = (this.#counts.get(counted) ?? 0) + 1;
    this.#counts.set(counted, count);
    const mark = `${counted}${String(count).padStart(3, '0')}q`;
    const text = `${mark} ${phrases[phrase % phrases.length]}`;
    const said: Said = { mark, text, by, customer, saidAt: this.tick(), isCalm: this.isCalm };
    this.all.push(said);
    this.#byMark.set(mark, said);
    return said;
  }

  find(mark: string): Said | undefined {
    return this.#byMark.get(mark);
  }
}

export function groupedBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
