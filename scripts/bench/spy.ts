import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../core/storage/database.js';

export interface Asked {
  text: string;
  values: readonly unknown[] | undefined;
}

/** What sweepers do now and then, and belongs to no message. */
const ofSweepers =
  /^\s*with (due|stale) as|distinct [iot]\.tenant_id|from tasks\s+where done_at is null|looked_up_at|insert into usage|from workspaces order by id|delete from \w+ where \(tenant_id/;

const quietMs = 120;

/** Writes down every statement that a database is asked from now on. */
export function spyOn(db: Database) {
  let asked: Asked[] = [];
  let underWay = 0;
  let lastAt = performance.now();
  const noted = async <Result>(one: Asked, work: Promise<Result>): Promise<Result> => {
    if (!ofSweepers.test(one.text)) asked.push(one);
    underWay += 1;
    try {
      return await work;
    } finally {
      underWay -= 1;
      lastAt = performance.now();
    }
  };
  const { query, transaction } = db;
  db.query = (text, values) => noted({ text, values }, query(text, values));
  db.transaction = (work) => {
    asked.push({ text: 'begin', values: undefined }, { text: 'commit', values: undefined });
    return transaction((tx) =>
      work({
        query: (text, values) => noted({ text, values }, tx.query(text, values)),
        send: (text, values) => {
          asked.push({ text, values });
          tx.send(text, values);
        },
      }),
    );
  };
  return {
    /** Does something and waits until what follows from it has come to rest: until nothing is asked any more for a while. */
    async during(step: () => Promise<unknown>): Promise<Asked[]> {
      asked = [];
      await step();
      lastAt = performance.now();
      while (underWay > 0 || performance.now() - lastAt < quietMs) await pause(10);
      return [...asked];
    },
    end: () => void Object.assign(db, { query, transaction }),
  };
}
