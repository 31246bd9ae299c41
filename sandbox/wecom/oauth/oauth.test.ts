import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agentId, bot, corpId, startWecom, type Wecom, world } from '../testing.js';

const redirect = 'http://127.0.0.1:8080/cards/open?x=1';

describe('the login inside the client', () => {
  let wecom: Wecom;
  before(async () => {
    wecom = await startWecom(world({ trustedDomains: ['127.0.0.1:8080'] }));
  });
  after(() => wecom.close());

  const open = (more: Record<string, string> = {}, as?: string) => {
    const given = {
      appid: corpId,
      redirect_uri: redirect,
      response_type: 'code',
      scope: 'snsapi_base',
      state: 's1',
      agentid: bot,
      ...more,
    };
    const address = `${wecom.url}/connect/oauth2/authorize?${new URLSearchParams(given)}`;
    const cookie = as ? { headers: { cookie: `other=1; sandbox-as-wecom=${as}` } } : {};
    return fetch(address, { redirect: 'manual', ...cookie });
  };
  const codeFor = async (as: string, more: Record<string, string> = {}) => {
    const location = (await open(more, as)).headers.get('location');
    return new URL(location ?? 'http://nowhere').searchParams.get('code');
  };
  const whoIs = (code: string | null, path = 'auth/getuserinfo') =>
    wecom.call('GET', `/cgi-bin/${path}?code=${code}`);

  test('a link comes back with a code and the state, and the code tells who opened it, once', async () => {
    const answer = await open({}, 'lin');
    assert.equal(answer.status, 302);
    const target = new URL(answer.headers.get('location') ?? '');
    assert.deepEqual(
      [target.origin, target.searchParams.get('x'), target.searchParams.get('state')],
      ['http://127.0.0.1:8080', '1', 's1'],
    );
    const code = target.searchParams.get('code');
    const who = await whoIs(code);
    assert.deepEqual([who.errcode, who.userid, who.user_ticket], [0, 'LinXiaoMan', undefined]);
    assert.equal((await whoIs(code)).errcode, 40029);
    assert.equal((await whoIs(await codeFor('lin'), 'user/getuserinfo')).UserId, 'LinXiaoMan');
    assert.equal((await whoIs('nothing')).errcode, 40029);
  });

  test('a member outside the visibility is told too, one who left is no member', async () => {
    assert.equal((await whoIs(await codeFor('out'))).userid, 'outside');
    const code = await codeFor('wei');
    await wecom.control('PUT', 'world', {
      wecom: { people: [{ id: 'wei', userId: 'weiran', name: '魏然', departed: true }] },
    });
    const gone = await whoIs(code);
    assert.deepEqual([gone.errcode, gone.userid, typeof gone.openid], [0, undefined, 'string']);
    await wecom.control('PUT', 'world', {
      wecom: { people: [{ id: 'wei', userId: 'weiran', name: '魏然', departed: false }] },
    });
  });

  test('in a browser that is nobody’s client there is no code, but words', async () => {
    const answer = await open();
    assert.deepEqual([answer.status, answer.headers.get('location')], [200, null]);
    assert.match(await answer.text(), /请在企业微信客户端打开链接/);
  });

  test('the domain must be a trusted one exactly, port included', async () => {
    const others = [
      'http://127.0.0.1/x',
      'http://127.0.0.1:8081/',
      'http://127.0.0.1:8080.evil.example/',
      'no address',
    ];
    for (const redirect_uri of others) {
      const answer = await open({ redirect_uri }, 'lin');
      assert.equal(answer.headers.get('location'), null);
      assert.match(await answer.text(), /50001/);
    }
    const code = await codeFor('lin');
    const other = { agentId: 1000008, secret: 'a third secret', name: '别的', trustedDomains: ['b.example'] };
    await wecom.control('PUT', 'world', { wecom: { apps: [other] } });
    const token = await wecom.tokenOf(other.secret);
    const path = `/cgi-bin/auth/getuserinfo?code=${code}`;
    assert.equal((await wecom.call('GET', path, undefined, token)).errcode, 50001);
    assert.equal((await whoIs(code)).errcode, 0);
  });

  test('other parameters are checked as WeCom does', async () => {
    const refused: [Record<string, string>, RegExp][] = [
      [{ appid: 'ww1' }, /40013/],
      [{ agentid: '5' }, /40056/],
      [{ scope: 'all' }, /40058/],
      [{ state: 'not allowed!' }, /40058/],
      [{ response_type: 'token' }, /40058/],
    ];
    for (const [more, words] of refused) assert.match(await (await open(more, 'lin')).text(), words);
  });

  test('a code lives five minutes', async () => {
    const code = await codeFor('lin');
    await wecom.control('POST', 'clock', { advanceMs: 300_001 });
    assert.equal((await whoIs(code)).errcode, 40029);
  });

  test('snsapi_privateinfo gives a ticket to those in the visibility, which is no code', async () => {
    const code = await codeFor('lin', { scope: 'snsapi_privateinfo', agentid: String(agentId) });
    const { user_ticket: ticket } = await whoIs(code);
    const detail = await wecom.call('POST', '/cgi-bin/auth/getuserdetail', { user_ticket: ticket });
    assert.deepEqual([detail.errcode, detail.userid], [0, 'LinXiaoMan']);
    assert.equal((await whoIs(String(ticket))).errcode, 40029);
    assert.match(await (await open({ scope: 'snsapi_privateinfo' }, 'out')).text(), /60011/);
  });
});
