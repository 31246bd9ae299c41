import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Ids } from './ids.js';
import type { State } from './state.js';
import type { Resource } from './world.js';

/** The bytes of what was uploaded or sent, each a file named by its key. */
export class Files {
  readonly #dir: string;
  readonly #state: State;
  readonly #ids: Ids;

  constructor(dir: string, state: State, ids: Ids) {
    this.#dir = path.join(dir, 'dingtalk', 'media');
    this.#state = state;
    this.#ids = ids;
    mkdirSync(this.#dir, { recursive: true });
  }

  keep(bytes: Buffer, about: Omit<Resource, 'key' | 'bytes'>): Resource {
    const resource = { ...about, key: this.#ids.media(), bytes: bytes.length };
    writeFileSync(path.join(this.#dir, resource.key), bytes);
    this.#state.resources.put(resource.key, resource);
    return resource;
  }

  read(resource: Resource): Buffer {
    return readFileSync(path.join(this.#dir, resource.key));
  }
}
