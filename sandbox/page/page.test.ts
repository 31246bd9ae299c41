import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { chromium, type Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../sandbox.js';

const executablePath = process.env.TEST_CHROMIUM;
const appId = 'cli_0123456789abcdef';
const topicGroup = 'oc_desk';
const hostile = '<img src=x onerror="document.title=1"> <at id=all></at>';

const plain = (content: string) => ({ tag: 'plain_text', content });

const card = (title: string, button: string) => ({
  schema: '2.0',
  config: { update_multi: true },
  header: { template: 'orange', title: plain(title) },
  body: {
    elements: [
      { tag: 'div', text: plain(hostile) },
      {
        tag: 'button',
        type: 'primary_filled',
        text: plain(button),
        behaviors: [{ type: 'callback', value: { a: 1 } }],
      },
    ],
  },
});

/** An app that answers every press with a toast and a redrawn card, and remembers what it was pressed on. */
async function startApp() {
  const pressed: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    if (body.header?.event_type === 'card.action.trigger') pressed.push(body.event.action);
    const answer = {
      toast: { type: 'success', content: '已认领' },
      card: { type: 'raw', data: card('处理中', '结束') },
    };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(body.challenge ? { challenge: body.challenge } : body.event?.action ? answer : {}),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${address.port}/`, pressed, close };
}

const world = (eventUrl: string) => ({
  feishu: {
    apps: [
      { appId, appSecret: 'secret', verificationToken: 'token', name: '小智客服', mode: 'http', eventUrl },
    ],
    people: [
      { id: 'lin', name: '林小满', title: '客服' },
      { id: 'zhou', name: '周知行', title: '员工' },
    ],
    chats: [{ id: topicGroup, name: '售后会话', kind: 'topic', people: ['lin'], apps: [appId] }],
  },
  shop: {
    name: '演示店铺',
    widget: { scriptUrl: 'http://127.0.0.1:9/widget.js', account: 'a', identitySecret: 's' },
    customers: [{ id: 'wang', name: '王女士' }],
  },
});

async function callApi(
  sandbox: Sandbox,
  address: string,
  body: unknown,
  token = '',
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}/open-apis/${address}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const answer: Record<string, unknown> = await response.json();
  assert.equal(answer.code, 0, JSON.stringify(answer));
  return answer;
}

async function sendCard(sandbox: Sandbox): Promise<void> {
  const login = { app_id: appId, app_secret: 'secret' };
  const { tenant_access_token: token } = await callApi(
    sandbox,
    'auth/v3/tenant_access_token/internal',
    login,
  );
  const message = {
    receive_id: topicGroup,
    msg_type: 'interactive',
    content: JSON.stringify(card('待认领', '认领')),
  };
  await callApi(sandbox, 'im/v1/messages?receive_id_type=chat_id', message, String(token));
}

/** A sandbox with its app and a browser, all gone when the work is done. */
async function withPage(
  work: (page: Page, sandbox: Sandbox, pressed: unknown[]) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), 'sandbox-page-'));
  const app = await startApp();
  const random = () => randomBytes(16).toString('hex');
  const common = { dir, host: '127.0.0.1', port: 0, realNow: Date.now, random, say: () => {} };
  const sandbox = await startSandbox({ ...common, world: world(app.url) });
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ];
  const browser = await chromium.launch({ executablePath, args });
  try {
    await work(await browser.newPage(), sandbox, app.pressed);
  } finally {
    await browser.close();
    await sandbox.close();
    await app.close();
    await rm(dir, { recursive: true, force: true });
  }
}

const skip = executablePath ? false : 'TEST_CHROMIUM names no Chromium';

test('a card is drawn, pressed, redrawn and talked about, and only members see it', { skip }, () =>
  withPage(async (page, sandbox, pressed) => {
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(`${sandbox.url}/?as=lin&customer=wang`);
    await page.getByTestId(`chat-${topicGroup}`).click();
    await sendCard(sandbox);
    const topic = page.locator('[data-testid^="topic-om_"]');
    await topic.getByText('待认领').waitFor();
    assert.equal(await topic.getByText(hostile).count(), 1, 'text is shown as it was written');

    await topic.getByRole('button', { name: '认领', exact: true }).click();
    await page.getByTestId('toast').getByText('已认领').waitFor();
    await topic.getByText('处理中').waitFor();
    assert.equal(pressed.length, 1);

    await topic.getByPlaceholder('回复话题').fill('马上为您查');
    await page.keyboard.press('Enter');
    await topic.getByRole('log').getByText('马上为您查').waitFor();

    await page.getByTestId('person-switch').selectOption('zhou');
    await page.getByTestId(`chat-${appId}`).waitFor();
    assert.equal(await page.getByTestId(`chat-${topicGroup}`).count(), 0);
    await page.getByTestId(`chat-${appId}`).click();
    await page.getByTestId('composer').fill('年假怎么请');
    await page.getByTestId('send').click();
    await page.getByRole('log').getByText('年假怎么请').waitFor();
    assert.match(page.url(), /as=zhou/);
    assert.deepEqual(failures, []);
  }),
);
