/** The server of a shop that uses the api channel: it writes down what it is sent, and answers as servers do on a bad day. */
import { createServer } from 'node:http';
import { z } from 'zod';
import type { chances } from '../../chance.js';
import type { Enterprise } from '../../enterprise-plan.js';
import type { Scope } from '../../sandbox.js';

export interface Sent {
  key: string;
  conversationId: string;
  text: string;
}

const bodySchema = z.object({
  type: z.string(),
  conversationId: z.string().default(''),
  text: z.string().default(''),
});

type Manner = 'takes' | 'takes and fails' | 'takes and hangs up' | 'hangs up' | 'is away' | 'has enough';

export type Shop = Awaited<ReturnType<typeof openShop>>;

export async function openShop(t: Scope, chance: ReturnType<typeof chances>) {
  const sent = new Map<string, Sent>();
  const counted: Record<string, number> = {};
  const unlike: string[] = [];
  let rude = false;
  const count = (what: string) => {
    counted[what] = (counted[what] ?? 0) + 1;
  };
  const manner = (): Manner =>
    rude
      ? chance.weighted({
          ...{ takes: 12, 'takes and fails': 2, 'takes and hangs up': 2 },
          ...{ 'hangs up': 1, 'is away': 2, 'has enough': 1 },
        })
      : 'takes';

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const key = String(request.headers['x-cs-idempotency-key'] ?? '');
    const how = manner();
    if (how.startsWith('takes') && body.type === 'message') {
      const before = sent.get(key);
      if (before) count('repeated with the same key');
      if (before && before.text !== body.text) unlike.push(`${key} was two different messages`);
      if (!before) sent.set(key, { key, conversationId: body.conversationId, text: body.text });
    }
    if (how !== 'takes') count(how);
    if (how.endsWith('hangs up')) request.socket.destroy();
    else if (how === 'takes and fails') response.writeHead(500).end();
    else if (how === 'is away') response.writeHead(503).end();
    else if (how === 'has enough') response.writeHead(429, { 'retry-after': '1' }).end();
    else response.writeHead(200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const secret = 'hidden-shop-secret-3c7a';
  const accountOf = ({ number }: { number: number }) =>
    `01990000-0000-7000-8005-${String(number).padStart(12, '0')}`;
  return {
    secret,
    accountOf: (enterprise: Pick<Enterprise, 'number'>) => accountOf(enterprise),
    /** The account as an enterprise's description has it. */
    accountFor: (number: number) => ({
      ...{ id: accountOf({ number }), name: '商城 App', channel: 'api', queue: '售后' },
      settings: {
        ...{ secret, timeoutMs: 2_000, callbackUrl: `http://127.0.0.1:${port}/imdesk` },
        privateHosts: [`127.0.0.1:${port}`],
      },
    }),
    /** What a buyer was sent, each key once. */
    sentTo: (conversationId: string): Sent[] =>
      [...sent.values()].filter((one) => one.conversationId === conversationId),
    all: (): Sent[] => [...sent.values()],
    counted,
    /** Keys that came with different words. */
    unlike,
    behaves(well: boolean): void {
      rude = !well;
    },
  };
}
