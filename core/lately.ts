/** A map that forgets what was asked for longest ago, so that it stays within `max` however long a process lives. */
export class Lately<Value> {
  private readonly kept = new Map<string, Value>();

  constructor(private readonly max: number) {}

  get(key: string): Value | undefined {
    const value = this.kept.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.kept.delete(key);
    this.kept.set(key, value);
    if (this.kept.size > this.max)
      for (const oldest of this.kept.keys()) return void this.kept.delete(oldest);
  }

  delete(key: string): void {
    this.kept.delete(key);
  }
}

/**
 * What is being found is remembered already: who asks meanwhile waits for the same answer, so that all go on in the order
 * in which they asked. What could not be found is asked for anew next time.
 */
export function foundOnce<Value>(
  known: Lately<Promise<Value>>,
  key: string,
  find: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key);
  if (found) return found;
  const finding = find();
  known.set(key, finding);
  finding.catch(() => known.delete(key));
  return finding;
}
