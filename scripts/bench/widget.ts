import WebSocket from 'ws';
import type { ChatMessage, ChatSession, ServerFrame } from '../../connectors/web/chat/wire.js';
import { pageOrigin } from '../../tests/company.js';

/** A customer at the widget, over its socket. */
export interface Widget {
  says(id: string, text: string): void;
  close(): void;
}

export interface WidgetParts {
  /** Where the product listens. */
  url: string;
  account: string;
  name: string;
  /** The address that a proxy in front would say they come from. */
  ip: string;
  /** Hears every message of somebody else, as it arrives. */
  heard(message: ChatMessage): void;
  /** Something was not taken. */
  failed(why: string): void;
}

/** Opens a session and its socket, and resolves once the server is ready for it. */
export async function openWidget({ url, account, name, ip, heard, failed }: WidgetParts): Promise<Widget> {
  const headers = { origin: pageOrigin, 'x-forwarded-for': ip };
  const base = `${url}/channels/web/${account}`;
  const opened = await fetch(`${base}/session`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ identity: { name } }),
  });
  if (!opened.ok) throw new Error(`no session: ${opened.status} ${await opened.text()}`);
  const { token, after }: ChatSession = await opened.json();
  const socket = new WebSocket(`${base.replace('http', 'ws')}/socket`, {
    headers,
    perMessageDeflate: false,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code, reason) => reject(new Error(`the socket was closed: ${code} ${reason}`)));
    socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', token, after })));
    socket.on('message', (data) => {
      const frame: ServerFrame = JSON.parse(data.toString());
      if (frame.type === 'ready') resolve();
      if (frame.type === 'error') failed(`${frame.code}: ${frame.message}`);
      if (frame.type !== 'messages') return;
      for (const message of frame.messages) if (message.by.kind !== 'customer') heard(message);
    });
  });
  const pinging = setInterval(() => socket.send('{"type":"ping"}'), 25_000).unref();
  return {
    says: (id, text) => socket.send(JSON.stringify({ type: 'message', id, text })),
    close() {
      clearInterval(pinging);
      socket.removeAllListeners('close');
      socket.on('error', () => {});
      socket.terminate();
    },
  };
}
