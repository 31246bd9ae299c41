import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import getRaw from 'raw-body';
import { signature } from '../../connectors/signature.js';
import { idsFrom, systemClock } from '../../core/clock.js';
import { Vault } from '../../core/secrets/vault.js';
import { setUpTenant } from '../../core/setup/set-up.js';
import { openDatabase } from '../../core/storage/database.js';
import { migrate } from '../../core/storage/migrate.js';
import { loadPorts } from '../../server/imdesk.js';
import { keys } from '../../tests/enterprise-plan.js';
import { freePort } from '../../tests/imdesk.js';
import { imdeskProcess, redisProcess } from '../../tests/stage-processes.js';
import { apiAccount, description } from './accept/doors.js';
import type { Area, Measured, Setting } from './area.js';
import { peerAnswer } from './chat/questions.js';
import { openChild } from './child.js';
import { durablePostgres, temporaryFolder } from './ground.js';
import { median } from './numbers.js';

const question = '下单后多久发货';
const words = '付款后 48 小时内发货。';

export const chat: Area = {
  name: 'chat',
  about:
    'questions of new customers answered per second (a signed webhook comes in, an answer is posted to an HTTP address; 16 customers at a time), beside the same through the `chat` package with its state in PostgreSQL and in Redis, which does less',
  async run(setting) {
    const { scope, quick, redisServer } = setting;
    const ear = await openEar(setting);
    const { url: databaseUrl } = await durablePostgres(scope);
    const secret = keys.apiSecret;
    const peer = async (state: 'postgres' | 'redis', url: string) => {
      const child = openChild(scope, new URL('./chat/peer.js', import.meta.url), peerAnswer);
      const { port } = await child.ask({ state, url, answerTo: ear.url, secret, says: words });
      return `http://127.0.0.1:${port}/`;
    };
    const peers = [{ name: 'chat with PostgreSQL', url: await peer('postgres', databaseUrl), rates: [0] }];
    if (redisServer !== undefined) {
      const redis = redisProcess(redisServer, await freePort(), await temporaryFolder(scope));
      scope.after(() => redis.end());
      await redis.begin();
      peers.push({ name: 'chat with Redis', url: await peer('redis', redis.url), rates: [0] });
    }
    const ours = { name: 'Imdesk', url: await openImdesk(setting, databaseUrl, ear.url), rates: [0] };
    const all = [ours, ...peers];
    for (const one of all) await ear.askAll(one.url, quick ? 4 : 200);
    for (const one of all) one.rates = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      for (const one of all) {
        const count = quick ? 8 : 400;
        const begun = performance.now();
        await ear.askAll(one.url, count);
        one.rates.push((count / (performance.now() - begun)) * 1_000);
      }
    }
    const rate = median(ours.rates);
    const rows = peers.map(
      ({ name, rates }): Measured => ({
        what: name,
        ratio: { value: rate / median(rates), of: name },
        figures: [
          { name: 'Imdesk', value: rate, unit: '/s' },
          { name, value: median(rates), unit: '/s' },
        ],
        notes: lacks,
      }),
    );
    if (redisServer === undefined)
      rows.push({ what: 'chat with Redis', figures: [], notRun: 'no redis-server was found' });
    return rows;
  },
};

/** Read in the package's source (4.41.0, `processMessage`, `handleIncomingMessage`). */
const lacks = [
  'the peer answers the webhook before anything is written: a crash after that loses the message, and nothing repeats it',
  'an error in a handler is logged and the message is gone; its id is remembered first, so a repeated delivery is dropped as known',
  'limits, and sends of which nobody knows whether they arrived, are left to the adapter; the one here knows of neither',
  'run here without its locks (`concurrent`), which is its fastest way and keeps no order',
];

/** Where answers are posted to, by whomever: it tells those who asked. */
async function openEar({ scope }: Setting) {
  const waiting = new Map<string, () => void>();
  const server = createServer(async (request, response) => {
    const body = await getRaw(request);
    response.writeHead(200).end('{}');
    const said: { conversationId?: string; text?: string } = JSON.parse(body.toString('utf8'));
    if (said.text?.includes(words)) waiting.get(said.conversationId ?? '')?.();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.after(async () => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  const ask = async (to: string): Promise<void> => {
    const conversationId = randomUUID();
    const answered = new Promise<void>((resolve) => waiting.set(conversationId, resolve));
    const body = JSON.stringify({ conversationId, messageId: randomUUID(), text: `${question}？` });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signed = {
      'x-cs-timestamp': timestamp,
      'x-cs-signature': signature(keys.apiSecret, timestamp, body),
    };
    const headers = { 'content-type': 'application/json', ...signed };
    const taken = await fetch(to, { method: 'POST', headers, body });
    if (!taken.ok) throw new Error(`not taken: ${taken.status} ${await taken.text()}`);
    await answered;
    waiting.delete(conversationId);
  };
  return {
    url,
    /** So many questions, sixteen customers at a time, each by somebody new. */
    async askAll(to: string, count: number): Promise<void> {
      let left = count;
      const one = async (): Promise<void> => {
        while (left-- > 0) await ask(to);
      };
      await Promise.all(Array.from({ length: Math.min(16, count) }, one));
    },
  };
}

async function openImdesk({ scope }: Setting, databaseUrl: string, answerTo: string): Promise<string> {
  const db = openDatabase({ url: databaseUrl, max: 2 });
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock: systemClock });
  await migrate(db);
  const accounts = description.accounts.map((one) =>
    one.id === apiAccount
      ? {
          ...one,
          settings: { ...one.settings, callbackUrl: answerTo, privateHosts: [new URL(answerTo).host] },
        }
      : one,
  );
  const article = { question, similar: [], answer: words, category: [], audience: 'customer' as const };
  const parts = { db, databaseUrl, vault, clock: systemClock, ids: idsFrom(systemClock) };
  await setUpTenant({ ...parts, ...(await loadPorts()) }, { ...description, accounts, articles: [article] });
  await db.end();
  const imdesk = imdeskProcess('web and worker', await freePort(), {
    ...{ IMDESK_ROLES: 'web,worker', DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' },
    MASTER_KEY: masterKey.toString('base64'),
    IMDESK_DATA: path.join(await temporaryFolder(scope), 'data'),
  });
  scope.after(() => imdesk.kill());
  await imdesk.begin();
  return `${imdesk.url}/channels/api/${apiAccount}`;
}
