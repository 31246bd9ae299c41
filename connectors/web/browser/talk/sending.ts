import type { Pending } from '../../chat/pending.js';
import { type ChatUpload, uploadMaxBytes } from '../../chat/wire.js';
import type { ClientFrame } from '../../frames.js';
import { Refused } from './api.js';

type MessageFrame = Extract<ClientFrame, { type: 'message' }>;

interface Desk {
  pending(): Pending[];
  change(pending: Pending[]): void;
  trouble(code: string | undefined): void;
  upload(file: File): Promise<ChatUpload>;
  send(frame: MessageFrame): Promise<void>;
  page(): MessageFrame['page'];
  /** The pages looked at that have not been told. */
  trail(): MessageFrame['trail'];
  trailTold(trail: MessageFrame['trail']): void;
}

/** Sends what is pending, one after the other in the order it was said, under the same id however often it takes. */
export function dispatcher(desk: Desk) {
  const files = new Map<string, File>();
  let busy = false;

  const update = (id: string, part: Partial<Pending>): void =>
    desk.change(desk.pending().map((one) => (one.id === id ? { ...one, ...part } : one)));

  async function flush(): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      for (let next = first(); next; next = first()) if (!(await deliver(next))) break;
    } finally {
      busy = false;
    }
  }
  const first = (): Pending | undefined => desk.pending().find(({ state }) => state === 'waiting');

  /** False when nothing more can be sent for now. */
  async function deliver({ id, text, quote, file, media }: Pending): Promise<boolean> {
    update(id, { state: 'sending' });
    try {
      const ticket = media ?? (file === undefined ? undefined : await uploaded(id));
      const trail = desk.trail();
      await desk.send({
        type: 'message',
        id,
        text,
        media: ticket,
        quote: quote?.ref,
        page: desk.page(),
        trail,
      });
      desk.trailTold(trail);
      update(id, { state: 'sent' });
      desk.trouble(undefined);
      return true;
    } catch (error) {
      return failed(
        id,
        error instanceof Refused ? error : new Refused(400, { code: 'other', message: String(error) }),
      );
    }
  }

  async function uploaded(id: string): Promise<string> {
    const file = files.get(id);
    if (!file) throw new Refused(400, { code: 'other', message: 'the file is gone' });
    if (file.size > uploadMaxBytes)
      throw new Refused(413, { code: 'too_large', message: 'the file is too large' });
    const { media } = await desk.upload(file);
    update(id, { media });
    return media;
  }

  function failed(id: string, { code, status, retryAfterMs }: Refused): boolean {
    const passes =
      status === 0 || status >= 500 || code === 'flood' || code === 'not_recorded' || code === 'token';
    if (!passes) {
      update(id, { state: 'failed', why: code });
      return true;
    }
    update(id, { state: 'waiting' });
    if (code === 'flood') desk.trouble(code);
    setTimeout(() => {
      if (code === 'flood') desk.trouble(undefined);
      void flush();
    }, retryAfterMs ?? 4000);
    return false;
  }

  return {
    flush: () => void flush(),
    add(one: Pending, file?: File): void {
      if (file) files.set(one.id, file);
      desk.change([...desk.pending(), one]);
      void flush();
    },
    retry(id: string): void {
      update(id, { state: 'waiting', why: undefined });
      void flush();
    },
    drop(id: string): void {
      files.delete(id);
      desk.change(desk.pending().filter((one) => one.id !== id));
    },
  };
}
