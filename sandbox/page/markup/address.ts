const allowed = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The address to open, or null when it is relative, malformed, or of a scheme that could run code. */
export function safeAddress(text: string): string | null {
  try {
    const address = new URL(text.trim());
    return allowed.has(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}
