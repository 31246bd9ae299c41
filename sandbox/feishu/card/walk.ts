import { isRecord } from '../../kernel/shape.js';

/** One thing Feishu would refuse. `code` is the sub-code it names; `path` leads there (`body.elements[0].text`). */
export interface Problem {
  code: number;
  path: string;
  message: string;
}

/** What only the tenant knows. Without these every well-formed id is believed. */
export interface Known {
  person?: (id: string) => boolean;
  image?: (key: string) => boolean;
}

export const codes = {
  parse: 200621,
  retiredTag: 200861,
  tooMany: 11310,
  person: 100290,
  image: 200570,
  chart: 200550,
  tableRows: 200914,
  tableColumn: 200915,
  formName: 200530,
  duplicateId: 300301,
  notShared: 300302,
  tooLong: 230025,
} as const;

/** A rule reads one value and reports what is wrong with it. */
export type Rule = (value: unknown, path: string, walk: Walk) => void;

export interface Place {
  /** The tags of the containers around, outermost first. */
  containers: readonly string[];
}

/** One reading of one card: what was found so far, and where it is. */
export class Walk {
  readonly problems: Problem[] = [];
  readonly elementIds = new Set<string>();
  readonly formNames = new Set<string>();
  readonly fieldNames = new Set<string>();
  readonly textSizes = new Set<string>();
  readonly colours = new Set<string>();
  readonly known: Known;
  place: Place = { containers: [] };
  tables = 0;
  /** How one component is read; handed in because containers hold components that may be containers. */
  readonly element: Rule;

  constructor(known: Known, element: Rule) {
    this.known = known;
    this.element = element;
  }

  report(code: number, path: string, message: string): void {
    this.problems.push({ code, path, message });
  }

  get inForm(): boolean {
    return this.place.containers.includes('form');
  }

  within(container: string, read: () => void): void {
    const outside = this.place;
    this.place = { containers: [...outside.containers, container] };
    read();
    this.place = outside;
  }

  person(id: string, path: string): void {
    if (id === '' || (this.known.person && !this.known.person(id))) {
      this.report(codes.person, path, `There is an invalid user resource(at/person) in your card; ${id}`);
    }
  }

  image(key: string, path: string): void {
    if (key === '' || (this.known.image && !this.known.image(key))) {
      this.report(codes.image, path, `card contains invalid image keys; image key ${key}`);
    }
  }
}

const opaque = new Set(['chart_spec', 'value', 'rows']);

/** How many elements and components a card has: every object with a tag counts, texts and icons too. */
export function countTagged(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countTagged(item), 0);
  if (!isRecord(value)) return 0;
  let count = typeof value.tag === 'string' ? 1 : 0;
  for (const [key, item] of Object.entries(value)) if (!opaque.has(key)) count += countTagged(item);
  return count;
}
