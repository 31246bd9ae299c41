import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  appKey,
  appSecret,
  corpId,
  type DingtalkBench,
  dingtalkWorld,
  fetchJson,
  startDingtalk,
} from './testing.js';

type Json = Record<string, unknown>;

describe('the front door of DingTalk’s two hosts', () => {
  let bench: DingtalkBench;
  before(async () => {
    bench = await startDingtalk();
  });
  after(() => bench.close());

  const post = (path: string, body: Json) => bench.call('POST', path, body);
  const users = (token?: string) => bench.old('/topapi/v2/user/get', { userid: 'u-lin' }, token);
  const templates = (token?: string) =>
    bench.v1('POST', 'card/templates/lists/query', { templateIds: [] }, token);

  test('tokens: three ways to the same one, good for both hosts', async () => {
    const first = (await post('/v1.0/oauth2/accessToken', { appKey, appSecret })).body;
    const oauth = { client_id: appKey, client_secret: appSecret, grant_type: 'client_credentials' };
    const second = (await post(`/v1.0/oauth2/${corpId}/token`, oauth)).body;
    const third = await fetchJson(
      `${bench.url}/gettoken?appkey=${appKey}&appsecret=${encodeURIComponent(appSecret)}`,
    );
    assert.deepEqual([first.expireIn, second.expires_in, third.body.expires_in], [7200, 7200, 7200]);
    assert.deepEqual([second.access_token, third.body.access_token], [first.accessToken, first.accessToken]);
    assert.equal((await users(String(first.accessToken))).code, 0);
    assert.equal((await templates(String(first.accessToken))).status, 200);
  });

  test('tokens: each mistake in its own words', async () => {
    const wrong = { appKey, appSecret: 'wrong' };
    const refused = await post('/v1.0/oauth2/accessToken', wrong);
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalidClientIdOrSecret']);
    assert.ok(refused.body.requestid && refused.body.message);
    const oauth = { client_id: appKey, client_secret: appSecret, grant_type: 'password' };
    assert.equal((await post(`/v1.0/oauth2/${corpId}/token`, oauth)).body.code, 'unsupported.grant.type');
    const right = { ...oauth, grant_type: 'client_credentials' };
    const stranger = await post('/v1.0/oauth2/dingother/token', right);
    assert.deepEqual([stranger.status, stranger.body.code], [401, 'unauthorized.client']);
    const old = await fetchJson(`${bench.url}/gettoken?appkey=${appKey}&appsecret=wrong`);
    assert.deepEqual([old.status, old.code], [200, 40089]);
  });

  test('tokens: renewed by asking again, and dead two hours after', async () => {
    const token = await bench.appToken();
    await bench.control('POST', 'clock', { advanceMs: 7_000_000 });
    assert.equal(await bench.appToken(), token);
    await bench.control('POST', 'clock', { advanceMs: 7_199_000 });
    assert.equal((await templates(token)).status, 200);
    await bench.control('POST', 'clock', { advanceMs: 2_000 });
    const refused = await templates(token);
    assert.deepEqual([refused.status, refused.body.code], [400, 'InvalidAuthentication']);
    const old = await users(token);
    assert.deepEqual([old.status, old.code, old.body.sub_code], [200, 88, '40014']);
    const fresh = await bench.appToken();
    assert.notEqual(fresh, token);
    const { expired } = await bench.does('tokens/expire', { app: appKey });
    assert.equal(expired, 1);
    assert.equal((await templates(fresh)).body.code, 'InvalidAuthentication');
  });

  test('a missing permission is named', async () => {
    await bench.control('PUT', 'world', dingtalkWorld({ permissions: ['Card.Instance.Write'] }));
    const refused = await templates();
    assert.deepEqual(
      [refused.status, refused.body.code],
      [403, 'Forbidden.AccessDenied.AccessTokenPermissionDenied'],
    );
    assert.deepEqual(refused.body.accessdenieddetail, { requiredScopes: ['Card.Template.ReadWrite.All'] });
    const old = await users();
    assert.deepEqual([old.code, old.body.sub_code], [88, '60011']);
    await bench.control('PUT', 'world', dingtalkWorld());
  });

  test('a number of calls a second of one API, and no more', async () => {
    const token = await bench.appToken();
    await bench.control('PUT', 'world', { dingtalk: { qps: 2 } });
    await bench.control('POST', 'clock', { advanceMs: 1_001 });
    const answers = await Promise.all(Array.from({ length: 25 }, () => templates(token)));
    const refused = answers.filter(({ status }) => status === 403);
    assert.ok(refused.length > 0);
    assert.equal(refused[0]?.body.code, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi');
    assert.equal((await users(token)).code, 0, 'another API is not concerned');
    await bench.control('POST', 'clock', { advanceMs: 1_001 });
    assert.equal((await templates(token)).status, 200);
    await bench.control('PUT', 'world', { dingtalk: { qps: 10_000 } });
  });

  test('what is not built says so', async () => {
    const refused = await bench.v1('POST', 'todo/users/x/tasks', {});
    assert.deepEqual([refused.status, refused.body.code], [404, 'InvalidAction.NotFound']);
    assert.equal((await bench.old('/topapi/role/list')).code, 22);
  });

  test('ordered faults come in the form of their host, and calls are told without secrets', async () => {
    await bench.control('POST', 'faults', {
      on: { platform: 'dingtalk', path: '/v1.0/**' },
      ...{ kind: 'code', code: 90018, status: 403, times: 1 },
    });
    const token = String((await post('/v1.0/oauth2/accessToken', { appKey, appSecret })).body.code);
    assert.equal(token, 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi');
    const { calls } = await bench.control('GET', 'calls?since=0');
    assert.doesNotMatch(JSON.stringify(calls), new RegExp(appSecret));
    const last = Array.isArray(calls) ? calls.at(-1) : {};
    assert.deepEqual([last.platform, last.app, last.fault, last.error], ['dingtalk', appKey, 'code', token]);
  });

  test('the month’s calls are the organisation’s; what is free stays so; a new month begins in China', async () => {
    const usage = async () => {
      const { dingtalk } = await bench.control('GET', 'world');
      const { usage: told } = Object.assign({ usage: {} }, dingtalk);
      return Object.assign({ calls: 0, callsMax: 0, month: '' }, told);
    };
    await bench.control('POST', 'clock', { now: Date.parse('2027-03-31T15:00:00Z') });
    await bench.control('PUT', 'world', { dingtalk: { monthlyCalls: 2 } });
    assert.deepEqual(
      await usage(),
      Object.assign(await usage(), { month: '2027-03', calls: 0, callsMax: 2 }),
    );
    await users();
    assert.equal((await templates()).status, 200);
    assert.equal((await templates()).status, 200);
    const over = await templates();
    assert.deepEqual([over.status, over.body.code], [403, 'Forbidden.AccessDenied.ApiCountLimitForOrg']);
    assert.equal((await users()).code, 0);
    assert.equal((await usage()).calls, 2);
    await bench.control('POST', 'clock', { now: Date.parse('2027-03-31T16:00:01Z') });
    assert.equal((await templates()).status, 200);
    assert.deepEqual([(await usage()).month, (await usage()).calls], ['2027-04', 1]);
  });
});
