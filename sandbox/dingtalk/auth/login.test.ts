import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  appKey,
  appSecret,
  type DingtalkBench,
  dingtalkWorld,
  fetchJson,
  startDingtalk,
} from '../testing.js';

const redirect = 'https://desk.example.com/login/dingtalk';

describe('login', () => {
  let bench: DingtalkBench;
  before(async () => {
    bench = await startDingtalk(dingtalkWorld({ redirectUrls: [redirect], availability: ['lin', 'guest'] }));
  });
  after(() => bench.close());

  const authorize = (more: Record<string, string>, cookie?: string) => {
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: appKey, scope: 'openid', state: 's&1', redirect_uri: redirect },
      ...more,
    });
    return fetchJson(`${bench.url}/oauth2/auth?${query}`, { headers: cookie ? { cookie } : {} });
  };
  const codeFor = async (person: string) => {
    const { headers } = await authorize({}, `other=1; sandbox-as-dingtalk=${person}`);
    return new URL(headers.get('location') ?? '').searchParams;
  };
  const exchange = (more: Record<string, unknown>) =>
    bench.call('POST', '/v1.0/oauth2/userAccessToken', {
      ...{ clientId: appKey, clientSecret: appSecret, grantType: 'authorization_code' },
      ...more,
    });

  test('sends the person of the client back with a code under both names, and the state untouched', async () => {
    const { status, headers } = await authorize({}, 'sandbox-as-dingtalk=lin');
    const back = new URL(headers.get('location') ?? '');
    assert.equal(status, 302);
    assert.equal(back.origin + back.pathname, redirect);
    assert.equal(back.searchParams.get('state'), 's&1');
    assert.equal(back.searchParams.get('authCode'), back.searchParams.get('code'));
  });

  test('goes nowhere for strangers: another address, another app, no person, nobody it is meant for', async () => {
    const refusals: [Record<string, string>, string | undefined, number][] = [
      [{ redirect_uri: 'https://evil.example.com/login/dingtalk' }, 'sandbox-as-dingtalk=lin', 400],
      [{ redirect_uri: `${redirect}/../../other` }, 'sandbox-as-dingtalk=lin', 400],
      [{ client_id: 'dingother' }, 'sandbox-as-dingtalk=lin', 400],
      [{ scope: 'snsapi_base' }, 'sandbox-as-dingtalk=lin', 400],
      [{}, undefined, 401],
      [{}, 'sandbox-as-dingtalk=wei', 403],
    ];
    for (const [more, cookie, wanted] of refusals) {
      const { status, headers } = await authorize(more, cookie);
      assert.deepEqual([status, headers.get('location')], [wanted, null]);
    }
  });

  test('changes a code once for tokens, and the token for who it is', async () => {
    const code = (await codeFor('lin')).get('authCode');
    const tokens = (await exchange({ code })).body;
    assert.equal(tokens.expireIn, 7200);
    const me = await bench.v1('GET', 'contact/users/me', undefined, String(tokens.accessToken));
    const byUnion = await bench.old('/topapi/user/getbyunionid', { unionid: me.body.unionId });
    assert.equal(me.body.nick, '林小满');
    assert.deepEqual(byUnion.body.result, { userid: 'u-lin', contact_type: 0 });
    assert.equal((await exchange({ code })).status, 400);
    const renewed = await exchange({ grantType: 'refresh_token', refreshToken: tokens.refreshToken });
    assert.equal(renewed.status, 200);
    assert.equal((await bench.v1('GET', 'contact/users/me')).body.code, 'InvalidAuthentication');
  });

  test('a code is good for five minutes, and inside the client for the userid', async () => {
    const code = (await codeFor('lin')).get('code');
    const who = await bench.old('/topapi/v2/user/getuserinfo', { code });
    assert.match(JSON.stringify(who.body.result), /"userid":"u-lin"/);
    assert.equal((await bench.old('/topapi/v2/user/getuserinfo', { code })).code, 40078);
    const old = (await codeFor('lin')).get('code');
    await bench.control('POST', 'clock', { advanceMs: 5 * 60_000 + 1 });
    assert.equal((await bench.old('/topapi/v2/user/getuserinfo', { code: old })).code, 40078);
  });
});
