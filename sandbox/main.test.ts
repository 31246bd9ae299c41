import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { appId, appSecret, eventually, world } from './testing.js';

const main = fileURLToPath(new URL('./main.js', import.meta.url));

describe('the process', () => {
  let dir = '';
  let child: ChildProcess | undefined;
  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'sandbox-main-'));
  });
  after(async () => {
    child?.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  const start = async (...more: string[]): Promise<string> => {
    child = spawn(process.execPath, [main, '--data', path.join(dir, 'data'), ...more], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!child.stdout) throw new Error('no stdout');
    for await (const line of createInterface({ input: child.stdout })) return String(JSON.parse(line).url);
    throw new Error('the sandbox did not start');
  };
  const exited = (): Promise<void> => new Promise((resolve) => void child?.once('exit', () => resolve()));
  const post = async (url: string, body: unknown, token = '') => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const send = (url: string, token: string, uuid: string) =>
    post(
      `${url}/open-apis/im/v1/messages?receive_id_type=chat_id`,
      { receive_id: 'oc_group', msg_type: 'text', content: '{"text":"留住我"}', uuid },
      token,
    );

  test('what it knew survives kill -9: messages, tokens, send keys, the clock, and events not yet delivered', async () => {
    const heard: string[] = [];
    let up = false;
    const app = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      heard.push(body);
      response.writeHead(up ? 200 : 500).end('{}');
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = app.address();
    const eventUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    const file = path.join(dir, 'world.json');
    await writeFile(file, JSON.stringify(world({ eventUrl })));

    const url = await start('--world', file);
    await post(`${url}/control/clock`, { advanceMs: 86_400_000 });
    const issued = await post(`${url}/open-apis/auth/v3/tenant_access_token/internal`, {
      app_id: appId,
      app_secret: appSecret,
    });
    const sent = await send(url, issued.tenant_access_token, 'u-1');
    const said = await post(`${url}/control/say`, { as: 'lin', bot: appId, text: '未送达' });
    await eventually(async () => {
      const { deliveries } = await (await fetch(`${url}/control/deliveries`)).json();
      return deliveries.some((each: { outcome: string }) => each.outcome === 'HTTP 500') ? true : undefined;
    });
    child?.kill('SIGKILL');
    await exited();

    up = true;
    heard.length = 0;
    const again = await start();
    const repeated = await send(again, issued.tenant_access_token, 'u-1');
    assert.equal(repeated.data.message_id, sent.data.message_id);
    const { messages } = await (await fetch(`${again}/control/messages?as=wei&chat=oc_group`)).json();
    assert.equal(messages.length, 1);
    const { now } = await (await fetch(`${again}/control/clock`)).json();
    assert.ok(now > Date.now() + 86_000_000);
    await post(`${again}/control/clock`, { advanceMs: 15_000 });
    await eventually(() => heard.find((body) => body.includes(said.messageId)));
    const stop = exited();
    child?.kill('SIGTERM');
    await stop;
    await new Promise((resolve) => app.close(resolve));
  });

  test('a last line that was cut short is as if it had never been', async () => {
    const journal = path.join(dir, 'data', 'journal.ndjson');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, `${text}feishu.people\t"half"\t{"id":"ha`);
    const url = await start('--with-parent');
    const { feishu } = await (await fetch(`${url}/control/world`)).json();
    assert.deepEqual(
      feishu.people.map((person: { id: string }) => person.id),
      ['lin', 'wei'],
    );
    const stop = exited();
    child?.stdin?.end();
    await stop;
  });

  test('the shop signs who its customer is, on the server, and knows no stranger', async () => {
    const widget = {
      scriptUrl: 'http://127.0.0.1:1/widget.js',
      account: 'tea',
      identitySecret: 'not for browsers',
    };
    const order = {
      number: 'SY-1',
      placedDaysAgo: 3,
      status: 'shipped',
      items: [{ name: '盖碗', quantity: 2, priceFen: 8900 }],
    };
    const customers = [{ id: 'wang', name: '王"女士"<i>', account: 'business', orders: [order] }];
    await writeFile(
      path.join(dir, 'shop.json'),
      JSON.stringify({ shop: { name: '山野茶事', widget, customers } }),
    );
    const url = await start('--world', path.join(dir, 'shop.json'));
    const page = await (await fetch(`${url}/shop?customer=wang`)).text();
    assert.match(page, /data-user-id="wang"/);
    assert.match(page, /data-user-signature="[0-9a-f]{64}"/);
    assert.doesNotMatch(page, /<i>|not for browsers/);
    assert.match(page, /data-account="business"/);
    assert.match(page, /盖碗 ×2.*SY-1.*运输中.*178\.00/s);
    assert.doesNotMatch(await (await fetch(`${url}/shop?customer=`)).text(), /data-user/);
    assert.equal((await fetch(`${url}/shop?customer=eve`)).status, 404);
    assert.doesNotMatch(await (await fetch(`${url}/control/world`)).text(), /not for browsers/);
  });
});
