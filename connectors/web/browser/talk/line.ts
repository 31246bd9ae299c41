import { backoffMs } from '../../chat/backoff.js';
import { type ChatError, type ChatPage, closeCodes, pingEveryMs, type ServerFrame } from '../../chat/wire.js';
import type { ClientFrame } from '../../frames.js';
import { type Api, Refused } from './api.js';

export interface LineEars {
  token(): string;
  /** The highest revision seen. */
  after(): number;
  heard(frame: ServerFrame): void;
  state(state: 'open' | 'away'): void;
  /** The token is worth nothing any more. Resolves once there is a new one. */
  renew(): Promise<void>;
}

/** The connection to the desk: a socket, and where sockets are blocked, requests that wait. It always comes back. */
export interface Line {
  /** Resolves once it was recorded. @throws {Refused} */
  send(frame: Exclude<ClientFrame, { type: 'read' | 'pages' }>): Promise<void>;
  /** Said once, and no matter if it is lost. */
  mention(
    frame: Extract<ClientFrame, { type: 'read' | 'pages' }> | { type: 'typing'; typing: boolean },
  ): void;
  /** The page woke up, or the network came back: look whether the line still stands. */
  wake(): void;
}

interface Waiting {
  done(): void;
  fail(error: Refused): void;
  timer: ReturnType<typeof setTimeout>;
}

const ackWithinMs = 15_000;
const silentMaxMs = 40_000;
const blockedAfter = 2;
const socketAgainMs = 60_000;

export function openLine(url: string, api: Api, ears: LineEars): Line {
  const awaited = new Map<string, Waiting>();
  let socket: WebSocket | undefined;
  let standing = false;
  let everOpen = false;
  let failures = 0;
  let heardAt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let polling = false;

  function connect(): void {
    clearTimeout(retry);
    if (socket) return;
    try {
      socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket`);
    } catch {
      lost(1006);
      return;
    }
    const mine = socket;
    mine.onopen = () =>
      mine.send(JSON.stringify({ type: 'hello', token: ears.token(), after: ears.after() }));
    mine.onmessage = ({ data }) => {
      heardAt = Date.now();
      const frame: ServerFrame = JSON.parse(String(data));
      if (frame.type === 'ready') stands();
      take(frame);
    };
    mine.onclose = ({ code }) => {
      if (socket === mine) lost(code);
    };
  }

  function stands(): void {
    standing = everOpen = true;
    polling = false;
    failures = 0;
    ears.state('open');
  }

  function lost(code: number): void {
    socket = undefined;
    standing = false;
    for (const { fail, timer } of awaited.values()) {
      clearTimeout(timer);
      fail(new Refused(0, { code: 'offline', message: 'the line broke' }));
    }
    awaited.clear();
    if (!polling) ears.state('away');
    if (code === closeCodes.token) return void ears.renew().then(connect, () => again());
    if (!everOpen && ++failures >= blockedAfter) void poll();
    again();
  }

  function again(): void {
    clearTimeout(retry);
    retry = setTimeout(connect, polling ? socketAgainMs : backoffMs(failures++, Math.random));
  }

  function take(frame: ServerFrame): void {
    if (frame.type === 'ack') settle(frame.id, undefined);
    else if (frame.type === 'error') settle(frame.id, frame);
    else if (frame.type !== 'pong') ears.heard(frame);
  }

  function settle(id: string | undefined, error: ChatError | undefined): void {
    const waiting = id === undefined ? undefined : awaited.get(id);
    if (!waiting || id === undefined) return;
    awaited.delete(id);
    clearTimeout(waiting.timer);
    if (error) waiting.fail(new Refused(400, error));
    else waiting.done();
  }

  /** Long requests in place of a socket, until one stands. */
  async function poll(): Promise<void> {
    if (polling) return;
    polling = true;
    let misses = 0;
    while (polling) {
      try {
        give(await api.after(ears.token(), ears.after()));
        misses = 0;
        if (polling) ears.state('open');
      } catch (error) {
        ears.state('away');
        if (error instanceof Refused && error.status === 401) await ears.renew().catch(() => {});
        await new Promise((resume) => setTimeout(resume, backoffMs(misses++, Math.random)));
      }
    }
  }

  function give({ messages, after, standing: now, typing }: ChatPage): void {
    if (messages.length > 0) ears.heard({ type: 'messages', messages, after });
    ears.heard({ type: 'standing', standing: now });
    if (typing) ears.heard({ type: 'typing' });
  }

  setInterval(() => {
    if (!standing || !socket) return;
    if (Date.now() - heardAt > silentMaxMs) drop();
    else socket.send('{"type":"ping"}');
  }, pingEveryMs);

  function drop(): void {
    const old = socket;
    lost(1006);
    old?.close();
  }

  connect();
  return {
    send(frame) {
      if (!standing || !socket) {
        if (polling) return api.send(ears.token(), frame);
        return Promise.reject(new Refused(0, { code: 'offline', message: 'there is no line' }));
      }
      socket.send(JSON.stringify(frame));
      return new Promise((done, fail) => {
        awaited.set(frame.id, { done, fail, timer: setTimeout(drop, ackWithinMs) });
      });
    },
    mention(frame) {
      if (standing && socket) socket.send(JSON.stringify(frame));
      else if (polling && frame.type === 'typing') api.typing(ears.token()).catch(() => {});
      else if (polling && (frame.type === 'read' || frame.type === 'pages'))
        api.send(ears.token(), frame).catch(() => {});
    },
    wake() {
      if (!socket) return connect();
      if (!standing || Date.now() - heardAt < 5000) return;
      const asked = Date.now();
      socket.send('{"type":"ping"}');
      setTimeout(() => {
        if (socket && standing && heardAt < asked) drop();
      }, 4000);
    },
  };
}
