import type { JsonObject } from '../../control/json.js';
import type { DrawContext } from '../../platform.js';

export type Path = readonly (string | number)[];

/** One field of the form around a component, as a button that submits it sees it. */
export interface Field {
  name: string;
  /** What was typed or chosen; `undefined` for nothing. */
  read: () => unknown;
  /** What to say when it is required and empty; null when it is not required. */
  requiredWords: string | null;
  complain: (words: string | null) => void;
}

export interface FormAround {
  fields: Field[];
  disabled: boolean;
}

/** What components may ask of the card they are in, and the form around them. */
export interface CardContext extends DrawContext {
  draw: Draw;
  form: FormAround | null;
}

export type Draw = (node: JsonObject, path: Path, card: CardContext) => HTMLElement | null;
