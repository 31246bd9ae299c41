/** A shop's own server behind the api channel: its buyers write, and it takes what is said to them. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../core/clock.js';
import { keys } from './enterprise-plan.js';
import type { Scope } from './sandbox.js';

/** One request as it came in. `at` is this machine's time, when it had been read. */
export interface Taken {
  at: number;
  /** The same for every attempt of one send. */
  key: string;
  conversationId: string;
  text: string;
}

/** What the shop does with a request: answers so, after `afterMs` of real time. */
export interface ShopAnswer {
  status: number;
  retryAfterS?: number;
  afterMs?: number;
}

const bodySchema = z.object({ conversationId: z.string().default(''), text: z.string().default('') });

/** @param answer  what becomes of each request; it is kept whatever that is */
export async function openShop(scope: Scope, answer: (taken: Taken) => ShopAnswer = () => ({ status: 200 })) {
  const taken: Taken[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { conversationId, text } = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const one = {
      at: performance.timeOrigin + performance.now(),
      key: String(request.headers['x-cs-idempotency-key'] ?? ''),
      conversationId,
      text,
    };
    taken.push(one);
    const { status, retryAfterS, afterMs = 0 } = answer(one);
    setTimeout(() => {
      const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
      response.writeHead(status, headers).end();
    }, afterMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/imdesk`, taken };
}

/** A buyer of an enterprise's shop, as the shop passes on what they say. */
export function buyerAt(url: string, account: string, clock: Clock, id: string, name = id) {
  let said = 0;
  return {
    id,
    async says(text: string, messageId?: string): Promise<void> {
      said += 1;
      const raw = JSON.stringify({
        ...{ conversationId: id, messageId: messageId ?? `${id}-${said}`, user: { id, name }, text },
      });
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signature = createHmac('sha256', keys.apiSecret).update(`${timestamp}.${raw}`).digest('hex');
      const answer = await fetch(`${url}/channels/api/${account}`, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', 'x-cs-timestamp': timestamp },
          'x-cs-signature': `v1=${signature}`,
        },
        body: raw,
      });
      if (!answer.ok) throw new Error(`not taken: ${answer.status} ${await answer.text()}`);
    },
  };
}
