export type Child = Node | string | null | undefined | false;

type Value = string | number | boolean | undefined | ((event: Event) => void);

export interface Attributes {
  class?: string;
  /** `data-testid`, listed in the README of this folder. */
  testid?: string;
  click?: (event: Event) => void;
  [attribute: string]: Value;
}

/** Makes an element. Children that are strings become text nodes: nothing here is ever parsed as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener('click', value);
    else if (value === true) element.setAttribute(nameOf(name), '');
    else if (value !== undefined && value !== false) element.setAttribute(nameOf(name), String(value));
  }
  element.append(...children.filter(isNode));
  return element;
}

const nameOf = (name: string): string => (name === 'testid' ? 'data-testid' : name);

const isNode = (child: Child): child is Node | string =>
  child !== null && child !== undefined && child !== false && child !== '';

/** The element of the page with this id; its absence is a mistake in index.html. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}
