/** A process that has its deliveries made before it begins, and sends them over connections that stay. */
import { connect } from 'node:net';
import type { Delivery } from '../../../core/ports/delivery.js';
import { answerParent } from '../child.js';
import { deliveryAt, pathOf, plainly } from './doors.js';
import { loadQuestion } from './questions.js';

answerParent(loadQuestion, async ({ door, knows, port, count, connections }) => {
  const requests = Array.from({ length: count }, (_, number) => {
    const delivery = deliveryAt(door, number, Date.now());
    return knows ? requestOf(pathOf(door), delivery) : requestOf('/', plainly(delivery));
  });
  const refusals: string[] = [];
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, () => sendFrom(requests, port, refusals)));
  return { ms: performance.now() - begun, refused: refusals.length, first: refusals[0] };
});

function requestOf(path: string, { query, headers, body }: Delivery): Buffer {
  const search = new URLSearchParams(query).toString();
  const lines = [
    `POST ${path}${search === '' ? '' : `?${search}`} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries({ ...headers, 'content-length': body.length }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** One connection that sends the next request when the last is answered. Written by hand, so that it takes little of the machine. */
function sendFrom(requests: Buffer[], port: number, refusals: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let heard = '';
    const next = () => {
      const request = requests.pop();
      if (request) socket.write(request);
      else socket.end();
    };
    socket.setEncoding('latin1');
    socket.once('connect', next);
    socket.on('data', (chunk: string) => {
      heard += chunk;
      const head = heard.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(heard)?.[1] ?? 0);
      if (heard.length < head + 4 + length) return;
      if (!heard.startsWith('HTTP/1.1 2')) refusals.push(heard);
      heard = '';
      next();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}
