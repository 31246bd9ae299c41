import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../kernel/clock.js';
import type { State } from './state.js';
import type { Media } from './world.js';

const LIFE_MS = 3 * 24 * 60 * 60 * 1000;

/** The bytes of temporary media, each a file named by its media_id. Source: 新增临时素材. */
export class Files {
  readonly #dir: string;
  readonly #parts: { state: State; clock: Clock; random: () => string };

  constructor(dir: string, parts: { state: State; clock: Clock; random: () => string }) {
    this.#dir = path.join(dir, 'wechat-official');
    this.#parts = parts;
    mkdirSync(this.#dir, { recursive: true });
  }

  keep(bytes: Buffer, about: Omit<Media, 'id' | 'at'>): Media {
    const { state, clock, random } = this.#parts;
    const id = Buffer.from(random() + random() + random(), 'hex').toString('base64url');
    const media = { ...about, id, at: clock.now() };
    writeFileSync(path.join(this.#dir, id), bytes);
    state.media.put(id, media);
    return media;
  }

  read({ id }: Media): Buffer {
    return readFileSync(path.join(this.#dir, id));
  }

  /** What a media_id of this account stands for; after three days the API knows it no more. */
  current(account: string, id: unknown): Media | undefined {
    const found = typeof id === 'string' ? this.#parts.state.media.get(id) : undefined;
    const isYoung = found && this.#parts.clock.now() - found.at <= LIFE_MS;
    return isYoung && found.account === account ? found : undefined;
  }
}
