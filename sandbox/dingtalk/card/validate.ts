import { isRecord } from '../../kernel/shape.js';
import { validateForm } from './form-rules.js';
import { validateMarkdown } from './markdown-rules.js';
import { CARD_BYTES_MAX, KEY_BYTES_MAX, VALUE_BYTES_ADVISED } from './param-map.js';
import type { Problem, Report } from './problem.js';
import { readTemplate, type TemplateFile, type TemplateNode, type Variable } from './template.js';
import { fieldsOf, problemOfType, specialKeys, typed } from './values.js';

export type { Problem } from './problem.js';

/** A card's data as the APIs take it; keys of `privateData` are whatever names people. */
export interface CardData {
  cardData?: unknown;
  privateData?: unknown;
  /** Whom the markdown may mention with `<a atId=…>`. */
  cardAtUserIds?: readonly string[];
}

/**
 * Everything DingTalk would refuse or not show of a card's data; an empty list means that it shows as meant.
 *
 * @param data the fields of that name in a call that creates or updates a card
 * @param file the template's exported file: its text, or the object in it
 * @throws BadTemplate when the file is no template
 * Sources: create-and-deliver-cards, instructions-for-filling-in-api-card-data, variable-type, form-variables,
 * markdown-variable-new.
 */
export function validateCardData(data: CardData, file: unknown): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (kind, path, message) => problems.push({ path, message, kind });
  const template = readTemplate(file);
  const judge = new Judge(template, report, data.cardAtUserIds ?? []);
  if (data.cardData !== undefined) judge.map(data.cardData, 'cardData', false);
  if (data.privateData !== undefined && !isRecord(data.privateData))
    report('refused', 'privateData', 'an object is required');
  for (const [user, own] of Object.entries(isRecord(data.privateData) ? data.privateData : {}))
    judge.map(own, `privateData.${user}`, true);
  const bytes = Buffer.byteLength(JSON.stringify([data.cardData ?? {}, data.privateData ?? {}]));
  if (bytes > CARD_BYTES_MAX) report('refused', '', `${bytes} bytes, at most ${CARD_BYTES_MAX}`);
  return problems;
}

class Judge {
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #template: TemplateFile;
  readonly #report: Report;
  readonly #at: readonly string[];

  constructor(template: TemplateFile, report: Report, at: readonly string[]) {
    this.#template = template;
    this.#variables = new Map(template.variables.map((variable) => [variable.name, variable]));
    this.#report = report;
    this.#at = at;
  }

  map(given: unknown, path: string, isPrivate: boolean): void {
    const map = isRecord(given) ? given.cardParamMap : undefined;
    if (!isRecord(map)) {
      this.#report('refused', `${path}.cardParamMap`, 'an object is required');
      return;
    }
    for (const [key, value] of Object.entries(map)) this.#entry(key, value, `${path}.${key}`, isPrivate);
  }

  #entry(key: string, value: unknown, path: string, isPrivate: boolean): void {
    if (Buffer.byteLength(key) > KEY_BYTES_MAX)
      this.#report('refused', path, `the key is longer than ${KEY_BYTES_MAX} bytes`);
    if (typeof value !== 'string') {
      this.#report('refused', path, `a string is required, got ${brief(value)}`);
      return;
    }
    const bytes = Buffer.byteLength(value);
    if (bytes > VALUE_BYTES_ADVISED)
      this.#report('advised', path, `${bytes} bytes, where the page asks for at most ${VALUE_BYTES_ADVISED}`);
    const variable = this.#variables.get(key);
    const special = Object.hasOwn(specialKeys, key) ? specialKeys[key] : undefined;
    if (!variable && special === undefined)
      this.#report('unshown', path, 'the template has no such variable');
    else if (isPrivate && variable?.private !== true)
      this.#report('unshown', path, 'the variable is not ticked as private');
    else this.#value(variable ?? { name: key, type: special ?? '', private: false, fields: [] }, value, path);
  }

  #value(variable: Variable, raw: string, path: string): void {
    const { type } = variable;
    // An empty text is how a value is taken away; what has another type then shows nothing, as is meant.
    if (raw === '') return;
    const value = typed(type, raw);
    if (value === undefined) {
      this.#report('unshown', path, `the variable is of type ${type}, got ${brief(raw)}`);
      return;
    }
    if (type === 'markdown') {
      const rich = markdownNodes(this.#template.root, variable.name).every((mdVer) => mdVer >= 1);
      validateMarkdown(raw, path, { at: this.#at, rich }, this.#report);
    } else if (type === 'form') validateForm(value, path, this.#report);
    else this.#shape(variable, value, path);
  }

  /** A parsed value against what the template declares of its fields. */
  #shape(variable: Variable, value: unknown, path: string): void {
    if (variable.type === 'dynamicEvent') {
      this.#event(value, path);
      return;
    }
    const problem = problemOfType(variable.type, value);
    if (problem !== undefined) this.#report('unshown', path, `${problem} is required, got ${brief(value)}`);
    if (problem !== undefined || variable.fields.length === 0) return;
    const items = Array.isArray(value)
      ? value.map((item, index) => [item, `${path}[${index}]`])
      : [[value, path]];
    for (const [item, at] of items) this.#fields(variable, item, String(at));
  }

  #fields(variable: Variable, item: unknown, path: string): void {
    const known = fieldsOf(variable);
    for (const [name, value] of Object.entries(isRecord(item) ? item : {})) {
      const field = known.get(name);
      if (!field) this.#report('unshown', `${path}.${name}`, 'the template declares no such field');
      else if (value !== '' && value !== null) this.#shape(field, value, `${path}.${name}`);
    }
  }

  #event(value: unknown, path: string): void {
    const params = isRecord(value) && isRecord(value.params) ? value.params : {};
    const type = isRecord(value) ? value.type : undefined;
    const isLink = type === 'openLink' && (typeof params.url === 'string' || isRecord(params.url));
    const isRequest = type === 'sendCardRequest' && typeof params.actionId === 'string';
    if (!isLink && !isRequest)
      this.#report('unshown', path, 'openLink with params.url, or sendCardRequest with params.actionId');
  }
}

/** The versions of markdown in which a variable is shown. */
function markdownNodes(node: TemplateNode, variable: string): number[] {
  const { content, mdVer } = node.props;
  const isBound = JSON.stringify(content ?? '').includes(`"variable":"${variable}"`);
  const own = /^Markdown/.test(node.componentName) && isBound ? [Number(mdVer ?? 0)] : [];
  return [...own, ...node.children.flatMap((child) => markdownNodes(child, variable))];
}

const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
