/** A process in which the `chat` package hears webhooks and answers them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createPostgresState } from '@chat-adapter/state-pg';
import { createRedisState } from '@chat-adapter/state-redis';
import { Chat } from 'chat';
import getRaw from 'raw-body';
import { answerParent } from '../child.js';
import { jsonAdapter } from './adapter.js';
import { peerQuestion } from './questions.js';

answerParent(peerQuestion, async ({ state, url, answerTo, secret, says }) => {
  const chat = new Chat({
    ...{ userName: 'bench', logger: 'warn', concurrency: 'concurrent' },
    adapters: { json: jsonAdapter(secret, answerTo) },
    state: state === 'redis' ? createRedisState({ url }) : createPostgresState({ url }),
  });
  chat.onNewMessage(/./, async (thread) => {
    await thread.post(says);
  });
  await chat.initialize();
  const server = createServer(async (request, response) => {
    const body = await getRaw(request);
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string') headers.set(name, value);
    const asked = new Request('http://bench.test/', { method: 'POST', headers, body: new Uint8Array(body) });
    const answer = await chat.webhooks.json(asked);
    response.writeHead(answer.status).end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0 };
});
