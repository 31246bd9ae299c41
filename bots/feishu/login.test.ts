/** Who logs in with Feishu, by what its pages document; tests/walk/page.test.ts goes the whole way through the sandbox. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import { SendError } from '../../core/ports/courier.js';
import { valuesInMemory } from '../contract.js';
import { feishuCredentials } from './credentials.js';
import { feishuLogin } from './login.js';

const credentials = feishuCredentials.parse({
  appId: 'cli_0123456789abcdef',
  appSecret: 'app-secret-of-the-test',
  tenantKey: 'tenant-1',
});
const back = { redirect: 'https://desk.example/pages/back', state: '0a1b2c' };

test('Feishu and Lark have their login pages beside their API, a stand-in at its own address', () => {
  const hosts = {
    'https://open.feishu.cn': 'https://accounts.feishu.cn',
    'https://open.larksuite.com/': 'https://accounts.larksuite.com',
    'http://127.0.0.1:8081': 'http://127.0.0.1:8081',
  };
  for (const [baseUrl, host] of Object.entries(hosts)) {
    const { origin, pathname, searchParams } = new URL(feishuLogin.address(credentials, baseUrl, back));
    assert.deepEqual([origin, pathname], [host, '/open-apis/authen/v1/authorize']);
    assert.deepEqual(Object.fromEntries(searchParams), {
      client_id: credentials.appId,
      response_type: 'code',
      redirect_uri: back.redirect,
      state: back.state,
    });
  }
});

interface Answer {
  status?: number;
  body: object | string;
}

/** A Feishu that answers so when asked for a token, and for who it belongs to. */
async function feishuThat(t: TestContext, token: Answer, info: Answer = { body: {} }) {
  const asked: { path: string; authorization?: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const path = request.url ?? '';
    asked.push({ path, authorization: request.headers.authorization, body });
    const answer = path.endsWith('/oauth/token') ? token : info;
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const clock = movableClock(1_700_000_000_000);
  const baseUrl = `http://127.0.0.1:${address.port}`;
  const parts = { clock, log: silent, shared: valuesInMemory(clock), baseUrl, line: () => undefined };
  const comesBack = (query: Record<string, string>) =>
    feishuLogin.person(credentials, parts, query, back.redirect);
  return { asked, comesBack };
}

const granted: Answer = {
  body: { code: 0, access_token: 'u-token', expires_in: 7200, token_type: 'Bearer' },
};
const somebody = (more: object = {}): Answer => ({
  body: { code: 0, msg: 'success', data: { open_id: 'ou_1', tenant_key: 'tenant-1', ...more } },
});

test('a code becomes the open_id that deliveries call them by', async (t) => {
  const { asked, comesBack } = await feishuThat(t, granted, somebody());
  assert.equal(await comesBack({ code: 'the-code', state: back.state }), 'ou_1');
  const [token, info] = asked;
  assert.deepEqual(JSON.parse(token?.body ?? ''), {
    grant_type: 'authorization_code',
    client_id: credentials.appId,
    client_secret: credentials.appSecret,
    code: 'the-code',
    redirect_uri: back.redirect,
  });
  assert.equal(token?.authorization, undefined);
  assert.equal(info?.authorization, 'Bearer u-token');
});

test('who refuses, comes from another enterprise, or brings a code that is spent, old or forged is nobody', async (t) => {
  const { asked, comesBack } = await feishuThat(t, granted, somebody({ tenant_key: 'tenant-2' }));
  assert.equal(await comesBack({ error: 'access_denied', state: back.state }), undefined);
  assert.equal(asked.length, 0, 'nobody is asked about no code');
  assert.equal(await comesBack({ code: 'x' }), undefined);
  for (const code of [20003, 20004, 20008, 20010, 20024, 20065, 20071]) {
    const refused = await feishuThat(t, {
      status: 400,
      body: { code, error: 'invalid_grant', error_description: 'no' },
    });
    assert.equal(await refused.comesBack({ code: 'x' }), undefined, `${code}`);
  }
});

test('what is our own fault, or Feishu’s, is nobody’s identity', async (t) => {
  const answers: Record<string, [Answer, Answer?]> = {
    'our secret is wrong': [{ status: 400, body: { code: 20002, error: 'invalid_client' } }],
    'Feishu fails': [{ status: 502, body: 'bad gateway' }],
    'Feishu says nothing of use': [{ body: { code: 0 } }],
    'too many calls': [{ status: 429, body: { code: 99991400, msg: 'slow down' } }],
    'the token is refused': [granted, { body: { code: 20005, msg: 'invalid token' } }],
    'nobody in the answer': [granted, { body: { code: 0, data: {} } }],
  };
  for (const [what, [token, info]] of Object.entries(answers)) {
    const { comesBack } = await feishuThat(t, token, info);
    const error = await comesBack({ code: 'x' }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof SendError, what);
    assert.ok(!error.message.includes(credentials.appSecret), what);
  }
});
