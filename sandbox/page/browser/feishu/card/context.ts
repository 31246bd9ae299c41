import type { JsonObject } from '../../control/json.js';
import type { Drafts } from '../../platform.js';

/** Where a component stands: its path in the card's JSON, and the form around it. */
export interface Place {
  path: readonly (string | number)[];
  form: FormFields | null;
}

/** One field of a form, as the form sees it when it is submitted or reset. */
export interface Field {
  name: string;
  required: boolean;
  read: () => unknown;
  reset: () => void;
  complain: (complaining: boolean) => void;
}

export interface FormFields {
  fields: Field[];
}

/** What a click sends, besides where it happened. */
export interface Act {
  place: Place;
  value?: unknown;
  form?: Record<string, unknown>;
}

/** What components may ask of the card they are in. */
export interface CardContext {
  messageId: string;
  draw: (node: JsonObject, place: Place) => HTMLElement;
  /** Sends a click and shows the answer; the element is busy meanwhile. */
  act: (element: HTMLElement, act: Act) => Promise<void>;
  openLink: (address: string) => void;
  nameOf: (id: string) => string | null;
  members: () => { id: string; name: string }[];
  /** Sizes the card itself defines under `config.style.text_size`. */
  textSizes: ReadonlyMap<string, string>;
  drafts: Drafts;
}

export type Draw = (node: JsonObject, place: Place, card: CardContext) => HTMLElement;

export const within = (place: Place, ...steps: (string | number)[]): Place => ({
  path: [...place.path, ...steps],
  form: place.form,
});
