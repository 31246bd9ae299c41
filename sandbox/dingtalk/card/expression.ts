/** What an expression may ask of the place where it stands. */
export interface Names {
  value(name: string): unknown;
  /** A field of the loop's current item. */
  item(field: string): unknown;
  index(): number;
}

const token =
  /\s*(?:(\d+(?:\.\d+)?)|"([^"]*)"|'([^']*)'|([A-Za-z_][\w.]*)|(==|!=|<=|>=|&&|\|\||[-+*/<>!?:(),]))/y;

interface Token {
  kind: 'number' | 'string' | 'name' | 'sign' | 'end';
  text: string;
}

/**
 * Evaluates an expression variable's `expContent`; `undefined` for what is not understood, which draws as nothing.
 * Source: variable-type (表达式变量), and the expressions in the official samples.
 */
export function evaluate(text: string, names: Names): unknown {
  try {
    const reader = new Reader(tokenize(text), names);
    const value = reader.choice();
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const found = token.exec(text);
    if (!found) throw new SyntaxError('not an expression');
    const [, number, double, single, name, sign] = found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'string', text: double ?? single ?? '' });
  }
  return tokens;
}

const levels = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/']];

class Reader {
  readonly #tokens: readonly Token[];
  readonly #names: Names;
  #at = 0;

  constructor(tokens: readonly Token[], names: Names) {
    this.#tokens = tokens;
    this.#names = names;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  choice(): unknown {
    const condition = this.#binary(0);
    if (!this.#takes('?')) return condition;
    const yes = this.choice();
    if (!this.#takes(':')) throw new SyntaxError(': is missing');
    const no = this.choice();
    return condition ? yes : no;
  }

  #binary(level: number): unknown {
    const signs = levels[level];
    if (!signs) return this.#unary();
    let left = this.#binary(level + 1);
    for (let sign = this.#takesOneOf(signs); sign !== undefined; sign = this.#takesOneOf(signs)) {
      left = combine(sign, left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): unknown {
    if (this.#takes('!')) return !this.#unary();
    if (this.#takes('-')) return -Number(this.#unary());
    if (this.#takes('(')) {
      const value = this.choice();
      if (!this.#takes(')')) throw new SyntaxError(') is missing');
      return value;
    }
    const { kind, text } = this.#next();
    if (kind === 'number') return Number(text);
    if (kind === 'string') return text;
    if (kind !== 'name') throw new SyntaxError(`${text} is not expected`);
    if (this.#takes('(')) return this.#call(text);
    return text === 'true' ? true : text === 'false' ? false : this.#names.value(text);
  }

  #call(name: string): unknown {
    const given: unknown[] = [];
    while (!this.#takes(')')) {
      given.push(this.choice());
      this.#takes(',');
    }
    const [first, second] = given;
    switch (name) {
      case 'concat':
        return given.map(words).join('');
      case 'toStr':
        return words(first);
      case 'len':
        return Array.isArray(first) || typeof first === 'string' ? first.length : 0;
      case 'arrayJoin':
        return Array.isArray(first) ? first.map(words).join(words(second)) : '';
      case 'subdata':
        return this.#names.item(words(first));
      case 'subdataIndex':
        return this.#names.index();
      default:
        throw new SyntaxError(`${name} is not built`);
    }
  }

  #next(): Token {
    this.#at += 1;
    return this.#tokens[this.#at - 1] ?? { kind: 'end', text: '' };
  }

  #takes(sign: string): boolean {
    return this.#takesOneOf([sign]) !== undefined;
  }

  #takesOneOf(signs: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next?.kind !== 'sign' || !signs.includes(next.text)) return undefined;
    this.#at += 1;
    return next.text;
  }
}

function combine(sign: string, left: unknown, right: unknown): unknown {
  switch (sign) {
    case '||':
      return left || right;
    case '&&':
      return left && right;
    case '==':
      return words(left) === words(right);
    case '!=':
      return words(left) !== words(right);
    case '<':
      return Number(left) < Number(right);
    case '<=':
      return Number(left) <= Number(right);
    case '>':
      return Number(left) > Number(right);
    case '>=':
      return Number(left) >= Number(right);
    case '+':
      return typeof left === 'number' && typeof right === 'number'
        ? left + right
        : words(left) + words(right);
    case '-':
      return Number(left) - Number(right);
    case '*':
      return Number(left) * Number(right);
    default:
      return Number(left) / Number(right);
  }
}

/** A value as text: nothing is empty, and objects are their JSON. */
export function words(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
