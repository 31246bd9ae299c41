interface One<Value> {
  finding: Promise<Value | undefined>;
  tenantId?: string;
  stale: boolean;
}

/**
 * What was opened once and is kept, by key, until something of its tenant has changed: then it is looked at anew, and
 * whoever looks is given what was kept before, which may still be true. What is not there is looked for again next time.
 */
export class Kept<Value extends { tenantId: string }> {
  private readonly kept = new Map<string, One<Value>>();

  get(
    key: string,
    open: (before: Value | undefined) => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const known = this.kept.get(key);
    if (known && !known.stale) return known.finding;
    const before = known?.finding.catch(() => undefined) ?? Promise.resolve(undefined);
    const one: One<Value> = { finding: before.then(open), stale: false, tenantId: known?.tenantId };
    this.kept.set(key, one);
    const drop = (): void => {
      if (this.kept.get(key) === one) this.kept.delete(key);
    };
    one.finding.then((found) => {
      if (found) one.tenantId = found.tenantId;
      else drop();
    }, drop);
    return one.finding;
  }

  /** Of what is being opened just now nobody knows yet whose it is: that is opened again, too. */
  forget(tenantId: string): void {
    for (const one of this.kept.values())
      if (one.tenantId === undefined || one.tenantId === tenantId) one.stale = true;
  }
}
