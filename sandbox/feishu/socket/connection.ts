import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Outcome } from '../../kernel/deliveries.js';
import { isRecord } from '../../kernel/shape.js';
import { decodeFrame, encodeFrame, type Frame, header } from './frame.js';

/** Bytes of payload per frame; what is longer goes in several (`sum`, `seq`). */
const FRAME_PAYLOAD_MAX = 64 * 1024;
const CONTROL = 0;
const DATA = 1;

const server = new WebSocketServer({ noServer: true, maxPayload: 8 * 1024 * 1024 });

/** One client of an app's long connection. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #service: number;
  readonly #clientConfig: () => Record<string, number>;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();

  constructor(socket: WebSocket, service: number, clientConfig: () => Record<string, number>) {
    this.#socket = socket;
    this.#service = service;
    this.#clientConfig = clientConfig;
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) this.#receive(data);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const settle of this.#waiting.values()) settle(failed('unreachable', 'connection closed'));
      this.#waiting.clear();
    });
  }

  onClose(task: () => void): void {
    this.#socket.on('close', task);
  }

  /** Sends one event or callback and waits for its acknowledgement, at most `deadlineMs` of real time. */
  deliver(messageId: string, payload: string, deadlineMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        this.#waiting.delete(messageId);
        resolve(outcome);
      };
      const timer = setTimeout(() => settle(failed('timeout', 'timeout')), deadlineMs);
      this.#waiting.set(messageId, settle);
      const bytes = Buffer.from(payload);
      const sum = Math.max(1, Math.ceil(bytes.length / FRAME_PAYLOAD_MAX));
      for (let seq = 0; seq < sum; seq += 1) {
        const part = bytes.subarray(seq * FRAME_PAYLOAD_MAX, (seq + 1) * FRAME_PAYLOAD_MAX);
        this.#send(
          DATA,
          { type: 'event', message_id: messageId, sum: `${sum}`, seq: `${seq}`, trace_id: messageId },
          part,
        );
      }
    });
  }

  drop(): void {
    this.#socket.terminate();
  }

  #send(method: number, headers: Record<string, string>, payload: Buffer): void {
    const frame: Frame = {
      SeqID: 0,
      LogID: 0,
      service: this.#service,
      method,
      headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
      payload,
    };
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(encodeFrame(frame));
  }

  #receive(data: Buffer): void {
    let frame: Frame;
    try {
      frame = decodeFrame(data);
    } catch {
      this.#socket.close(1007, 'not a frame');
      return;
    }
    if (frame.method === CONTROL && header(frame, 'type') === 'ping') {
      this.#send(CONTROL, { type: 'pong' }, Buffer.from(JSON.stringify(this.#clientConfig())));
    } else if (frame.method === DATA) {
      this.#waiting.get(header(frame, 'message_id') ?? '')?.(readAck(frame));
    }
  }
}

/** `{"code":200,"data"?:base64}`; any other code means the handler failed and the event comes again. */
function readAck(frame: Frame): Outcome {
  let ack: unknown;
  try {
    ack = JSON.parse(Buffer.from(frame.payload ?? []).toString('utf8'));
  } catch {
    return failed('refused', 'acknowledgement is not JSON');
  }
  if (!isRecord(ack) || ack.code !== 200)
    return failed('refused', `code ${isRecord(ack) ? ack.code : 'missing'}`);
  const data = typeof ack.data === 'string' ? Buffer.from(ack.data, 'base64').toString('utf8') : '';
  return { ok: true, answer: data };
}

const failed = (why: 'unreachable' | 'timeout' | 'refused', reason: string): Outcome => ({
  ok: false,
  why,
  reason,
});

/** Completes the WebSocket handshake. */
export function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<WebSocket> {
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}
