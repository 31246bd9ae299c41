import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../kernel/clock.js';
import type { Ids } from './ids.js';
import type { State } from './state.js';
import type { Resource } from './world.js';

const LIFE_MS = 3 * 24 * 60 * 60 * 1000;

/** The bytes of media, each a file named by its media_id; the API gives them out for three days. Source: 上传临时素材. */
export class Files {
  readonly #dir: string;
  readonly #parts: { state: State; clock: Clock; ids: Ids };

  constructor(dir: string, parts: { state: State; clock: Clock; ids: Ids }) {
    this.#dir = path.join(dir, 'wecom');
    this.#parts = parts;
    mkdirSync(this.#dir, { recursive: true });
  }

  keep(bytes: Buffer, about: Pick<Resource, 'kind' | 'name' | 'mime'>): Resource {
    const key = this.#parts.ids.media();
    const resource = { ...about, key, bytes: bytes.length, at: this.#parts.clock.now() };
    writeFileSync(path.join(this.#dir, key), bytes);
    this.#parts.state.resources.put(key, resource);
    return resource;
  }

  read({ key }: Resource): Buffer {
    return readFileSync(path.join(this.#dir, key));
  }

  /** What a media_id stands for, unless it is unknown or too old. */
  current(key: unknown): Resource | undefined {
    const found = typeof key === 'string' ? this.#parts.state.resources.get(key) : undefined;
    return found && this.#parts.clock.now() - found.at <= LIFE_MS ? found : undefined;
  }
}
