import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Ack, Frame } from './frame.js';
import { readAck } from './frame.js';

const server = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024 });

export type Answer = { kind: 'ack'; ack: Ack } | { kind: 'timeout' } | { kind: 'closed' };

/** One client on the line. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #late: (messageId: string) => void;

  /** @param late told of an acknowledgement that nobody waits for any more */
  constructor(socket: WebSocket, late: (messageId: string) => void) {
    this.#socket = socket;
    this.#late = late;
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const settle of this.#waiting.values()) settle({ kind: 'closed' });
    });
  }

  onClose(task: () => void): void {
    this.#socket.on('close', task);
  }

  send(frame: Frame): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** Sends a frame and waits for its acknowledgement, at most `deadlineMs` of real time. */
  ask(frame: Frame, deadlineMs: number): Promise<Answer> {
    const id = frame.headers.messageId ?? '';
    return new Promise((resolve) => {
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => settle({ kind: 'timeout' }), deadlineMs);
      this.#waiting.set(id, settle);
      this.send(frame);
    });
  }

  drop(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close();
  }

  #receive(text: string): void {
    const ack = readAck(text);
    if (!ack) return;
    const settle = this.#waiting.get(ack.messageId);
    if (settle) settle({ kind: 'ack', ack });
    else this.#late(ack.messageId);
  }
}

/** Completes the WebSocket handshake. */
export function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocket> {
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}
