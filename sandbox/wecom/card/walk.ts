/** Where a card goes; what WeCom takes differs. `-update` and `passive` replace a card that was sent before. */
export type Where = 'app' | 'app-update' | 'passive' | 'aibot' | 'aibot-update' | 'webhook';

/** One thing that is wrong with a card. */
export interface Problem {
  /** `refused`: WeCom answers with `code`. `cut`: it takes the card, and the client does not show all of it. */
  severity: 'refused' | 'cut';
  code: number;
  /** Leads there: `button_list[0].key`. */
  path: string;
  message: string;
}

export const codes = {
  parameter: 40058,
  missing: 40063,
  taskId: 42014,
  key: 42018,
  duplicateKey: 42019,
  name: 42020,
} as const;

/** A rule reads one value and reports what is wrong with it. */
export type Rule = (value: unknown, path: string, walk: Walk) => void;

/** One reading of one card. */
export class Walk {
  readonly where: Where;
  readonly problems: Problem[] = [];
  readonly #seen = new Map<string, Set<string>>();

  constructor(where: Where) {
    this.where = where;
  }

  /** Bots and webhooks have shorter lines than apps. */
  get isApp(): boolean {
    return this.where === 'app' || this.where === 'app-update' || this.where === 'passive';
  }

  get isBot(): boolean {
    return this.where === 'aibot' || this.where === 'aibot-update';
  }

  get isUpdate(): boolean {
    return this.where === 'app-update' || this.where === 'passive' || this.where === 'aibot-update';
  }

  refuse(code: number, path: string, message: string): void {
    this.problems.push({ severity: 'refused', code, path, message });
  }

  cut(path: string, message: string): void {
    this.problems.push({ severity: 'cut', code: 0, path, message });
  }

  /** False when `value` was met before under the same name. */
  first(name: string, value: string): boolean {
    const seen = this.#seen.get(name) ?? new Set();
    this.#seen.set(name, seen);
    if (seen.has(value)) return false;
    seen.add(value);
    return true;
  }
}
