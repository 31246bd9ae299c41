import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';
import { appId, appSecret, type Bench, startBench, world } from '../../testing.js';

const back = 'https://desk.example/login/feishu';
const page = 'https://desk.example/decide/1';
const verifier = 'v'.repeat(43);
const quiet = { loggerLevel: lark.LoggerLevel.fatal };

describe('login with Feishu, from a link in the client to a name', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench(world({ redirectUrls: [back], availability: ['lin'], scopes: ['im:message'] }));
  });
  after(() => bench.close());

  const get = (path: string, cookie = '') =>
    fetch(bench.url + path, { redirect: 'manual', headers: { cookie } });
  /** The cookie that opening a link leaves in a browser. */
  const seat = async (as: string): Promise<string> => {
    const opened = await get(`/client/open?${new URLSearchParams({ platform: 'feishu', as, url: page })}`);
    assert.equal(opened.headers.get('location'), page);
    const set = opened.headers.get('set-cookie') ?? '';
    assert.match(set, /HttpOnly; SameSite=Lax/);
    return set.split(';')[0] ?? '';
  };
  const authorize = (cookie: string, more: Record<string, string> = {}) =>
    get(
      `/open-apis/authen/v1/authorize?${new URLSearchParams({ client_id: appId, redirect_uri: back, response_type: 'code', state: 's 1', ...more })}`,
      cookie,
    );
  const codeFor = async (as: string, more: Record<string, string> = {}): Promise<string> => {
    const target = new URL((await authorize(await seat(as), more)).headers.get('location') ?? '');
    assert.equal(target.searchParams.get('state'), 's 1');
    return target.searchParams.get('code') ?? '';
  };
  const token = async (more: Record<string, unknown>) => {
    const body = { grant_type: 'authorization_code', client_id: appId, client_secret: appSecret };
    const {
      status,
      code,
      body: answer,
    } = await bench.api(
      'POST',
      '/open-apis/authen/v2/oauth/token',
      { ...body, redirect_uri: back, ...more },
      '',
    );
    return { status, code, answer };
  };

  test("Feishu's own SDK turns the code into the name of whoever opened the link", async () => {
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const code = await codeFor('lin', { code_challenge: challenge, code_challenge_method: 'S256' });
    const client = new lark.Client({
      appId,
      appSecret,
      domain: bench.url,
      oauthBaseUrl: bench.url,
      ...quiet,
    });
    const { accessToken } = await client.accessToken.retrieveByAuthorizationCode({
      code,
      redirectUri: back,
      codeVerifier: verifier,
    });
    assert.ok(accessToken.length > 1_000, 'as long as the real ones');
    const { data } = await client.authen.userInfo.get({}, lark.withUserAccessToken(accessToken));
    assert.equal(data?.name, '林小满');
    const { body } = await bench.api('GET', `/open-apis/contact/v3/users/${data?.open_id}`);
    assert.equal(body.code, 99991672, 'the app itself may not look people up');
  });

  test('a code works once, for five minutes, for its own app and address', async () => {
    const code = await codeFor('lin');
    assert.equal((await token({ code, client_secret: 'wrong' })).code, 20002);
    assert.equal((await token({ code, redirect_uri: `${back}/` })).code, 20071);
    assert.equal((await token({ code: 'x' })).code, 20003);
    const granted = await token({ code });
    assert.deepEqual([granted.status, granted.code, granted.answer.token_type], [200, 0, 'Bearer']);
    const again = await token({ code });
    assert.deepEqual([again.status, again.code, again.answer.error], [400, 20065, 'invalid_grant']);
    const challenged = await codeFor('lin', { code_challenge: verifier });
    assert.equal((await token({ code: challenged })).code, 20049);
    const late = await codeFor('lin');
    await bench.control('POST', 'clock', { advanceMs: 300_001 });
    assert.equal((await token({ code: late })).code, 20004);
  });

  test('nobody gets a code outside the client, for a foreign address, or for scopes the app lacks', async () => {
    const outside = await authorize('');
    assert.equal(outside.status, 401);
    assert.match(await outside.text(), /请在飞书中打开/);
    assert.equal((await authorize('sandbox-as-feishu=nobody')).status, 401);
    assert.equal((await authorize('sandbox-as-wecom=lin')).status, 401);
    const cookie = await seat('lin');
    for (const [more, code] of [
      [{ redirect_uri: `${back}?next=https://evil.example` }, '20029'],
      [{ client_id: 'cli_unknown' }, '20048'],
      [{ scope: 'contact:contact' }, '20027'],
    ] as const) {
      const refused = await authorize(cookie, more);
      assert.equal(refused.status, 400);
      assert.match(await refused.text(), new RegExp(code));
    }
  });

  test('whoever may not use the app is refused at the token; a token is no tenant token', async () => {
    assert.equal((await token({ code: await codeFor('wei') })).code, 20010);
    const { body } = await bench.api('GET', '/open-apis/authen/v1/user_info', undefined, 'Bearer eyJx');
    assert.equal(body.code, 20005);
    const mine = await token({ code: await codeFor('lin') });
    const authorization = `Bearer ${mine.answer.access_token}`;
    const messages = '/open-apis/im/v1/messages?container_id_type=chat&container_id=oc_group';
    assert.equal((await bench.api('GET', messages, undefined, authorization)).code, 99991668);
    await bench.control('POST', 'tokens/expire', { app: appId });
    const info = await bench.api('GET', '/open-apis/authen/v1/user_info', undefined, authorization);
    assert.deepEqual([info.status, info.code], [200, 20005]);
    const { calls } = await bench.control('GET', 'calls');
    assert.doesNotMatch(JSON.stringify(calls), new RegExp(appSecret));
  });

  test('the client opens pages of the web for its own people, and nothing else', async () => {
    const open = (query: Record<string, string>) => get(`/client/open?${new URLSearchParams(query)}`);
    const lin = { platform: 'feishu', as: 'lin' };
    assert.equal((await open({ ...lin, url: 'javascript:alert(1)' })).status, 400);
    assert.equal((await open({ ...lin, url: '/relative' })).status, 400);
    assert.equal((await open({ ...lin, as: 'nobody', url: page })).status, 404);
    assert.equal((await open({ ...lin, platform: 'slack', url: page })).status, 400);
  });
});
