import { createHash } from 'node:crypto';
import { wholeOf } from '../api.js';
import type { Corp } from '../corp.js';
import { keepMedia, kindOf } from '../media.js';
import { refuse } from '../refusal.js';
import type { Resource } from '../world.js';

/** Source: 智能机器人长连接 (上传临时素材). */
const LIFE_MS = 30 * 60 * 1000;
const CHUNKS_MAX = 100;
const CHUNK_BYTES_MAX = 512 * 1024;
const PER_BOT = [
  { times: 30, perMs: 60_000 },
  { times: 1_000, perMs: 60 * 60 * 1000 },
];

interface Session {
  bot: string;
  kind: Resource['kind'];
  name: string;
  size: number;
  chunks: number;
  md5: string | undefined;
  at: number;
  parts: Map<number, Buffer>;
}

type Given = Record<string, unknown>;

/** Uploads in pieces over the WebSocket. They do not outlive the process, as no client would expect them to. */
export class Uploads {
  readonly #corp: Corp;
  readonly #sessions = new Map<string, Session>();

  constructor(corp: Corp) {
    this.#corp = corp;
  }

  begin(bot: string, body: Given): Given {
    const kind = kindOf(body.type) ?? refuse(40058, 'type');
    const size = wholeOf(body.total_size) ?? refuse(40058, 'total_size');
    const chunks = wholeOf(body.total_chunks) ?? refuse(40058, 'total_chunks');
    if (typeof body.filename !== 'string' || body.filename === '') refuse(40063, 'filename is empty');
    if (chunks < 1 || chunks > CHUNKS_MAX) refuse(40058, `total_chunks: 1 to ${CHUNKS_MAX}`);
    if (!this.#corp.rates.take(`upload ${bot}`, PER_BOT).allowed) refuse(45009);
    const id = this.#corp.ids.code();
    const md5 = typeof body.md5 === 'string' && body.md5 ? body.md5.toLowerCase() : undefined;
    const at = this.#corp.clock.now();
    this.#sessions.set(id, { bot, kind, name: body.filename, size, chunks, md5, at, parts: new Map() });
    return { upload_id: id };
  }

  /** In any order; the same piece again changes nothing. The page counts from 1, the official SDK from 0: both are taken. */
  add(bot: string, body: Given): Given {
    const session = this.#find(bot, body);
    const index = wholeOf(body.chunk_index);
    if (index === undefined || index < 0 || index > session.chunks) refuse(40058, 'chunk_index');
    const bytes = Buffer.from(String(body.base64_data ?? ''), 'base64');
    if (bytes.length === 0 || bytes.length > CHUNK_BYTES_MAX)
      refuse(40058, `a chunk has 1 to ${CHUNK_BYTES_MAX} bytes`);
    session.parts.set(index, bytes);
    return {};
  }

  finish(bot: string, body: Given): Given {
    const session = this.#find(bot, body);
    const first = session.parts.has(0) ? 0 : 1;
    const parts = Array.from({ length: session.chunks }, (_, at) => session.parts.get(first + at));
    const bytes = Buffer.concat(parts.map((part) => part ?? refuse(40058, 'a chunk is missing')));
    if (bytes.length !== session.size)
      refuse(40058, `total_size was ${session.size}, ${bytes.length} bytes came`);
    const md5 = createHash('md5').update(bytes).digest('hex');
    if (session.md5 && session.md5 !== md5) refuse(40058, 'md5 does not fit');
    const kept = keepMedia(this.#corp, session.kind, bytes, session.name);
    this.#sessions.delete(String(body.upload_id));
    return { type: session.kind, media_id: kept.key, created_at: String(Math.floor(kept.at / 1000)) };
  }

  #find(bot: string, { upload_id: id }: Given): Session {
    const session = this.#sessions.get(String(id));
    if (session?.bot !== bot || this.#corp.clock.now() - session.at > LIFE_MS) refuse(40058, 'upload_id');
    return session;
  }
}
