import type { Typed } from '../../../../cards/html/browser/cards.js';

/** What was typed on this page, kept for this tab: it survives a reload, a login and the way back. */
const key = `imdesk ${window.location.pathname}`;

export function remember(typed: readonly Typed[]): void {
  try {
    window.sessionStorage.setItem(key, JSON.stringify(typed));
  } catch {
    // A browser that keeps nothing, or is full: the form itself still holds it.
  }
}

export function recall(): Typed[] {
  try {
    const kept: Typed[] = JSON.parse(window.sessionStorage.getItem(key) ?? '[]');
    return kept;
  } catch {
    return [];
  }
}

export function forget(): void {
  try {
    window.sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
