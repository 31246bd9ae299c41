import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { isRecord } from '../../kernel/shape.js';
import type { Connection, Frame } from './hub.js';

const server = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024 });

/**
 * Completes the WebSocket handshake. Frames of one connection are handled one after the other, so that answers keep
 * the order of what they answer.
 */
export async function accept(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  receive: (connection: Connection, frame: Frame) => Promise<void>,
): Promise<Connection> {
  const opened = await new Promise<WebSocket>((resolve) =>
    server.handleUpgrade(request, socket, head, resolve),
  );
  const connection: Connection = {
    send(frame) {
      if (opened.readyState === opened.OPEN) opened.send(JSON.stringify(frame));
    },
    end: () => opened.close(1000, 'another connection was made'),
    drop: () => opened.terminate(),
    onClose: (task) => void opened.on('close', task),
  };
  let last = Promise.resolve();
  opened.on('error', () => opened.terminate());
  opened.on('message', (data) => {
    const frame = readFrame(data.toString());
    if (!frame) {
      opened.close(1007, 'not a frame');
      return;
    }
    last = last.then(() => receive(connection, frame)).catch(() => opened.terminate());
  });
  return connection;
}

function readFrame(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || typeof value.cmd !== 'string') return undefined;
    const reqId = isRecord(value.headers) ? value.headers.req_id : undefined;
    return {
      cmd: value.cmd,
      reqId: typeof reqId === 'string' ? reqId : '',
      body: isRecord(value.body) ? value.body : {},
    };
  } catch {
    return undefined;
  }
}
