import { isRecord } from '../../kernel/shape.js';
import { evaluate, words } from './expression.js';
import { recordsOf } from './template.js';

interface Loop {
  /** How the editor writes the path of an item's fields: `rows[0].`. */
  prefix: string;
  item: Record<string, unknown>;
  index: number;
}

/** Where a component stands: the viewer's data, the expressions over it, and the loops around. */
export class Scope {
  readonly #data: Readonly<Record<string, unknown>>;
  readonly #expressions: ReadonlyMap<string, string>;
  readonly #loops: readonly Loop[];

  constructor(
    data: Readonly<Record<string, unknown>>,
    expressions: ReadonlyMap<string, string>,
    loops: readonly Loop[] = [],
  ) {
    this.#data = data;
    this.#expressions = expressions;
    this.#loops = loops;
  }

  within(list: string, item: Record<string, unknown>, index: number): Scope {
    return new Scope(this.#data, this.#expressions, [...this.#loops, { prefix: `${list}[0].`, item, index }]);
  }

  /** The same place over other data: what a card holds after an answer. */
  over(data: Readonly<Record<string, unknown>>): Scope {
    return new Scope(data, this.#expressions, this.#loops);
  }

  /** The same place, knowing more. */
  with(more: Readonly<Record<string, unknown>>): Scope {
    return new Scope({ ...this.#data, ...more }, this.#expressions, this.#loops);
  }

  /** A variable or one of its fields (`object.field`), a loop's field (`loop.field`, `rows[0].field`), or an expression. */
  value(path: string): unknown {
    return this.#value(path, []);
  }

  /** `within` names the expressions being evaluated: one that needs itself is nothing. */
  #value(path: string, within: readonly string[]): unknown {
    if (path.startsWith('loop.')) return follow(this.#loops.at(-1)?.item, path.slice('loop.'.length));
    const loop = this.#loops.findLast(({ prefix }) => path.startsWith(prefix));
    if (loop) return follow(loop.item, path.slice(loop.prefix.length));
    const expression = this.#expressions.get(path);
    if (expression === undefined) return follow(this.#data, path);
    if (within.includes(path)) return undefined;
    return evaluate(expression, {
      value: (name) => this.#value(name, [...within, path]),
      item: (field) => follow(this.#loops.at(-1)?.item, field),
      index: () => this.#loops.at(-1)?.index ?? 0,
    });
  }

  text(content: string): string {
    return content.replace(/\$\{([^}]+)\}/g, (_all, path: string) => words(this.value(path.trim())));
  }

  /** What a binding of the editor stands for here. Source: binding-variables; the forms are those of the samples. */
  read(binding: unknown): unknown {
    if (!isRecord(binding)) return binding;
    if (binding.type === 'dynamicString') return this.text(String(binding.content ?? ''));
    if (binding.type === 'variableValue') return this.value(String(binding.variable ?? ''));
    if (isRecord(binding.content)) return this.read(Object.values(binding.content)[0]);
    if (binding.valueType === 'variable') {
      const value = this.value(String(binding.variable ?? ''));
      return value === undefined || value === '' ? binding.value : value;
    }
    return binding.type === 'dynamicMarkdown' ? this.text(String(binding.value ?? '')) : binding.value;
  }

  words(binding: unknown): string {
    return words(this.read(binding));
  }

  isVisible(visible: unknown): boolean {
    if (!isRecord(visible)) return true;
    if (visible.valueType !== 'condition') return this.read(visible) !== false;
    return this.holds(visible.condition);
  }

  /** Whether a group of conditions holds; an empty one does. Source: conditional-rendering-card. */
  holds(group: unknown): boolean {
    const { op, conditions } = isRecord(group) ? group : { op: 'and', conditions: [] };
    const results = recordsOf(conditions).map((condition) => this.#test(condition));
    return op === 'or' ? results.length === 0 || results.some(Boolean) : results.every(Boolean);
  }

  #test({ op, variable, value, valueType }: Record<string, unknown>): boolean {
    const left = this.value(String(variable ?? ''));
    const right = valueType === 'variable' ? this.value(String(value ?? '')) : value;
    const length = Array.isArray(left) || typeof left === 'string' ? left.length : 0;
    switch (op) {
      case 'equal':
        return words(left) === words(right);
      case 'notEqual':
        return words(left) !== words(right);
      case 'isTrue':
        return left === true || left === 'true';
      case 'isFalse':
        return left !== true && left !== 'true';
      case 'isEmpty':
        return isEmpty(left);
      case 'isNotEmpty':
        return !isEmpty(left);
      case 'lengthEqual':
        return length === Number(right);
      case 'lengthNotEqual':
        return length !== Number(right);
      default:
        return false;
    }
  }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function follow(from: unknown, path: string): unknown {
  let value = from;
  for (const step of path.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}
