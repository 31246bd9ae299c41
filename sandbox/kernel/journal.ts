import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** A named set of rows that survive the process: `put` has reached the operating system when it returns. */
export interface Table<Row> {
  get(key: string): Row | undefined;
  put(key: string, row: Row): void;
  delete(key: string): void;
  values(): IterableIterator<Row>;
  entries(): IterableIterator<[string, Row]>;
  readonly size: number;
}

/**
 * All state of the sandbox, in memory and in one append-only file. A line is `table⇥"key"⇥row`, or `table⇥"key"` for a
 * removal; JSON holds no raw tab, so the line splits unambiguously. A last line cut short by a crash never happened.
 * The file is rewritten with only the live rows each time it is opened.
 */
export class Journal {
  readonly #file: number;
  readonly #unopened: Map<string, Map<string, string>>;

  private constructor(file: number, rows: Map<string, Map<string, string>>) {
    this.#file = file;
    this.#unopened = rows;
  }

  static open(dir: string): Journal {
    mkdirSync(dir, { recursive: true });
    const name = path.join(dir, 'journal.ndjson');
    const rows = existsSync(name) ? replay(readFileSync(name, 'utf8')) : new Map();
    const compacted = openSync(`${name}.new`, 'w');
    for (const [table, live] of rows) {
      for (const [key, row] of live) writeSync(compacted, `${table}\t${JSON.stringify(key)}\t${row}\n`);
    }
    fsyncSync(compacted);
    closeSync(compacted);
    renameSync(`${name}.new`, name);
    return new Journal(openSync(name, 'a'), rows);
  }

  table<Row>(name: string): Table<Row> {
    const rows = new Map<string, Row>();
    for (const [key, text] of this.#unopened.get(name) ?? []) rows.set(key, JSON.parse(text));
    this.#unopened.delete(name);
    return {
      get: (key) => rows.get(key),
      put: (key, row) => {
        rows.set(key, row);
        writeSync(this.#file, `${name}\t${JSON.stringify(key)}\t${JSON.stringify(row)}\n`);
      },
      delete: (key) => {
        if (rows.delete(key)) writeSync(this.#file, `${name}\t${JSON.stringify(key)}\n`);
      },
      values: () => rows.values(),
      entries: () => rows.entries(),
      get size() {
        return rows.size;
      },
    };
  }

  close(): void {
    closeSync(this.#file);
  }
}

function replay(text: string): Map<string, Map<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const [name, quotedKey, row] = line.split('\t');
    if (!name || quotedKey === undefined) continue;
    const key: string = JSON.parse(quotedKey);
    const table = tables.get(name) ?? new Map<string, string>();
    tables.set(name, table);
    if (row === undefined) table.delete(key);
    else table.set(key, row);
  }
  return tables;
}
