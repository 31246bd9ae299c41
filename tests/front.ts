import { createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from './sandbox.js';

const lookEveryMs = 50;

/**
 * What stands in front of several web processes, as plain as there is: each connection goes to the next one that calls
 * itself ready, whole, as a Kubernetes Service or nginx's `stream` would do it. It knows nothing of HTTP.
 */
export async function openFront(scope: Scope, ports: readonly number[]): Promise<string> {
  const ready = new Set<number>();
  const open = new Set<Socket>();
  let turn = 0;
  let closed = false;
  const look = async (port: number): Promise<void> => {
    while (!closed) {
      const isReady = await fetch(`http://127.0.0.1:${port}/readyz`, {
        headers: { connection: 'close' },
      }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) ready.add(port);
      else ready.delete(port);
      await delay(lookEveryMs);
    }
  };
  const looking = ports.map(look);
  /** Those that are ready in turn, then the others. */
  const order = (): number[] => {
    turn += 1;
    const turned = ports.map((_, at) => ports[(at + turn) % ports.length] ?? 0);
    return [...turned.filter((port) => ready.has(port)), ...turned.filter((port) => !ready.has(port))];
  };
  const pass = (from: Socket, [port, ...others]: number[]): void => {
    if (port === undefined) return void from.destroy();
    const to = dial(port, '127.0.0.1');
    open.add(to);
    to.once('close', () => open.delete(to));
    to.once('connect', () => {
      to.removeAllListeners('error');
      to.on('error', () => from.destroy());
      from.on('error', () => to.destroy());
      from.once('close', () => to.destroy());
      to.once('close', () => from.destroy());
      from.pipe(to).pipe(from);
    });
    // Nothing was passed on yet.
    to.once('error', () => pass(from, others));
  };
  const server = createServer({ allowHalfOpen: true }, (from) => {
    open.add(from);
    from.on('error', () => from.destroy());
    from.once('close', () => open.delete(from));
    pass(from, order());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.after(async () => {
    closed = true;
    for (const socket of open) socket.destroy();
    server.close();
    await Promise.all(looking);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  return `http://127.0.0.1:${address.port}`;
}
