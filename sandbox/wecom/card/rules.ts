import { isRecord } from '../../kernel/shape.js';
import { codes, type Rule, type Walk } from './walk.js';

/** The small rules cards are made of. Sources: 发送应用消息 (模板卡片消息), 模板卡片类型, 消息推送配置说明. */
const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
const bytesOf = (text: string): number => Buffer.byteLength(text);
/** What WeCom's pages count as 字. */
const lengthOf = (text: string): number => [...text].length;

const URL_BYTES_MAX = 2_048;
export const KEY_BYTES_MAX = 1_024;
export const OPTION_ID_BYTES_MAX = 128;

/** A text to be read. The lengths are what the client shows, by WeCom's own advice: for apps, and for bots and webhooks. */
export const words =
  (app?: number, other = app): Rule =>
  (value, path, walk) => {
    if (typeof value !== 'string')
      return walk.refuse(codes.parameter, path, `a string is required, got ${brief(value)}`);
    const shown = walk.isApp ? app : other;
    if (shown !== undefined && lengthOf(value) > shown)
      walk.cut(path, `${lengthOf(value)} characters, of which the client shows about ${shown}`);
  };

/** The same, and not empty; `code` is what WeCom answers if it is. */
export const someWords =
  (app?: number, other = app, code: number = codes.missing): Rule =>
  (value, path, walk) => {
    if (value === '') walk.refuse(code, path, 'must not be empty');
    else words(app, other)(value, path, walk);
  };

export const oneOf =
  (...options: readonly number[]): Rule =>
  (value, path, walk) => {
    if (!options.some((option) => option === value))
      walk.refuse(codes.parameter, path, `one of ${options.join(', ')} is required, got ${brief(value)}`);
  };

export const bool: Rule = (value, path, walk) => {
  if (typeof value !== 'boolean')
    walk.refuse(codes.parameter, path, `true or false is required, got ${brief(value)}`);
};

export const address: Rule = (value, path, walk) => {
  if (typeof value !== 'string' || !/^https?:\/\/\S/.test(value))
    walk.refuse(
      codes.parameter,
      path,
      `an address with http:// or https:// is required, got ${brief(value)}`,
    );
  else if (bytesOf(value) > URL_BYTES_MAX)
    walk.refuse(codes.parameter, path, `${bytesOf(value)} bytes, at most ${URL_BYTES_MAX}`);
};

/** A key or an id that comes back in a callback; not used twice under the same `name`. */
export const unique =
  (name: string, max: number): Rule =>
  (value, path, walk) => {
    if (typeof value !== 'string' || value === '')
      return walk.refuse(codes.key, path, `a non-empty string is required, got ${brief(value)}`);
    if (bytesOf(value) > max) walk.refuse(codes.key, path, `${bytesOf(value)} bytes, at most ${max}`);
    if (!walk.first(name, value)) walk.refuse(codes.duplicateKey, path, `${brief(value)} is used twice`);
  };

export const taskId: Rule = (value, path, walk) => {
  if (typeof value !== 'string' || !/^[0-9A-Za-z_\-@]+$/.test(value) || bytesOf(value) > 128)
    walk.refuse(codes.taskId, path, `1 to 128 of 0-9 A-Z a-z _ - @ are required, got ${brief(value)}`);
};

export type Fields = Readonly<Record<string, Rule>>;

/** An object with these fields. One that WeCom does not name is taken for a mistake. */
export const fields =
  (known: Fields, required: readonly string[] = []): Rule =>
  (value, path, walk) => {
    if (!isRecord(value))
      return walk.refuse(codes.parameter, path, `an object is required, got ${brief(value)}`);
    const at = (name: string): string => (path ? `${path}.${name}` : name);
    for (const [name, item] of Object.entries(value)) {
      const rule = Object.hasOwn(known, name) ? known[name] : undefined;
      if (rule) rule(item, at(name), walk);
      else walk.refuse(codes.parameter, at(name), 'there is no such field here');
    }
    for (const name of required) {
      if (value[name] === undefined) walk.refuse(codes.missing, at(name), 'is required');
    }
  };

export const list =
  (rule: Rule, min: number, max: number): Rule =>
  (value, path, walk) => {
    if (!Array.isArray(value))
      return walk.refuse(codes.parameter, path, `a list is required, got ${brief(value)}`);
    if (value.length < min || value.length > max)
      walk.refuse(codes.parameter, path, `${min} to ${max} are possible, got ${value.length}`);
    for (const [index, item] of value.entries()) rule(item, `${path}[${index}]`, walk);
  };

/** The first rule always, then each of the others. */
export const all =
  (...rules: readonly Rule[]): Rule =>
  (value, path, walk) => {
    for (const rule of rules) rule(value, path, walk);
  };

/** What a `type` needs beside it: 1 an address, 2 a mini-program, and so on. */
export const needs =
  (by: Readonly<Record<number, string>>): Rule =>
  (value, path, walk) => {
    if (!isRecord(value) || typeof value.type !== 'number') return;
    const needed = by[value.type];
    if (needed && !present(value[needed]))
      walk.refuse(codes.missing, `${path}.${needed}`, `is required for type ${value.type}`);
  };

export const present = (value: unknown): boolean => value !== undefined && value !== '';

/** A rule that depends on where the card goes. */
export const by =
  (choose: (walk: Walk) => Rule): Rule =>
  (value, path, walk) =>
    choose(walk)(value, path, walk);
