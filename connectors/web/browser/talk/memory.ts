/** Remembers small texts on this device, or for this page only where a browser keeps nothing. */
export interface Memory {
  get(name: string): string | null;
  set(name: string, value: string): void;
  /** Hears what other windows of this site write. */
  watch(heard: (name: string, value: string | null) => void): void;
}

export function memoryFor(account: string): Memory {
  const prefix = `imdesk:${account}:`;
  const held = new Map<string, string>();
  return {
    get(name) {
      try {
        return localStorage.getItem(prefix + name) ?? held.get(name) ?? null;
      } catch {
        return held.get(name) ?? null;
      }
    },
    set(name, value) {
      held.set(name, value);
      try {
        localStorage.setItem(prefix + name, value);
      } catch {
        // Full or forbidden: this page still has it.
      }
    },
    watch(heard) {
      addEventListener('storage', ({ key, newValue }) => {
        if (key?.startsWith(prefix)) heard(key.slice(prefix.length), newValue);
      });
    },
  };
}
