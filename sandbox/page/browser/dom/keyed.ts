interface Drawn {
  signature: string;
  element: HTMLElement;
}

/**
 * Keeps the children of one element in step with a list: what did not change keeps its element (and so its focus, its
 * half-typed text and its open menus), what did is drawn anew, and nothing is moved that need not be.
 */
export class KeyedList<T> {
  private drawn = new Map<string, Drawn>();
  private readonly parent: HTMLElement;
  private readonly key: (item: T) => string;
  private readonly signature: (item: T) => string;
  private readonly draw: (item: T) => HTMLElement;

  constructor(
    parent: HTMLElement,
    how: { key: (item: T) => string; signature: (item: T) => string; draw: (item: T) => HTMLElement },
  ) {
    this.parent = parent;
    this.key = how.key;
    this.signature = how.signature;
    this.draw = how.draw;
  }

  show(items: readonly T[]): void {
    const focus = focusIn(this.parent);
    const next = new Map<string, Drawn>();
    for (const item of items) {
      const key = this.key(item);
      const signature = this.signature(item);
      const before = this.drawn.get(key);
      next.set(key, before?.signature === signature ? before : { signature, element: this.draw(item) });
    }
    for (const [key, { element }] of this.drawn) if (next.get(key)?.element !== element) element.remove();
    let cursor = this.parent.firstElementChild;
    for (const { element } of next.values()) {
      if (element === cursor) cursor = cursor.nextElementSibling;
      else this.parent.insertBefore(element, cursor);
    }
    this.drawn = next;
    if (focus !== null) giveFocusBack(focus, this.parent);
  }
}

interface Focus {
  element: HTMLElement;
  caret: number | null;
}

/** What has the focus inside an element. */
function focusIn(parent: HTMLElement): Focus | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || !parent.contains(element)) return null;
  const isTyped = element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
  return { element, caret: isTyped ? element.selectionStart : null };
}

/**
 * What was moved in the page has lost the focus and gets it back; when a card was drawn anew under the typing hand, its
 * field of the same name (`data-field`) does.
 */
function giveFocusBack({ element, caret }: Focus, parent: HTMLElement): void {
  if (element === document.activeElement) return;
  if (element.isConnected) element.focus();
  const { field } = element.dataset;
  if (element.isConnected || field === undefined) return;
  const heir = parent.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  heir?.focus({ preventScroll: true });
  const isTyped = heir instanceof HTMLTextAreaElement || heir instanceof HTMLInputElement;
  if (isTyped && caret !== null) heir.setSelectionRange(caret, caret);
}
