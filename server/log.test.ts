import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLog } from './log.js';

/** What one call logs, as text. */
function logged(fields: Record<string, unknown>, message = 'something happened'): string {
  const lines: string[] = [];
  openLog('debug', { write: (line) => void lines.push(line) }).warn(fields, message);
  return lines.join('');
}

const secret = 'hunter2-f00d';
const hides = (fields: Record<string, unknown>): void => {
  const text = logged(fields);
  assert.ok(!text.includes(secret), text);
  assert.match(text, /something happened/);
};

test('credentials and tokens are hidden under whatever name and however deep', () => {
  hides({ credentials: { appId: 'cli_1', appSecret: secret } });
  hides({
    app_secret: secret,
    encryptKey: secret,
    verification_token: secret,
    MASTER_KEY: secret,
    apiKey: secret,
  });
  hides({ a: { b: { c: { d: { tenant_access_token: secret } } } } });
  hides({ list: [{ password: secret }, [{ 'x-cs-signature': secret }]] });
  hides({
    request: {
      headers: { Authorization: `Bearer ${secret}`, Cookie: `session=${secret}`, 'X-Api-Key': secret },
    },
  });
});

test('personal data is hidden', () => {
  hides({ sender: secret, profile: { phone: secret, email: secret }, open_id: secret });
  hides({ message: { text: secret } });
  const text = logged({ reason: 'wang.yutong@example.com or 13800138000 wrote' });
  assert.doesNotMatch(text, /wang|138001/);
});

test('errors keep what helps, and lose what was in them', () => {
  const error = new Error(`connect failed: postgres://imdesk:${secret}@db.example:5432/imdesk`);
  const text = logged({ error });
  assert.ok(!text.includes(secret), text);
  assert.match(text, /db\.example:5432/);
  assert.match(text, /"stack":"Error: connect failed/);
  assert.match(text, /log\.test/);
});

test('an error of an HTTP client drags nothing of its request along, under any field and as a cause', () => {
  const request = { headers: { Authorization: `Bearer ${secret}` }, data: `{"app_secret":"${secret}"}` };
  const error = Object.assign(
    new Error(`GET https://open.example/x?access_token=${secret}&a=1 answered 500`),
    {
      code: 'ERR_BAD_RESPONSE',
      config: request,
      request: { _header: `authorization: Bearer ${secret}` },
      response: { config: request, data: { tenant_access_token: secret } },
    },
  );
  for (const fields of [
    { error },
    { err: error },
    { failure: error },
    { nested: { error } },
    { error: new Error('x', { cause: error }) },
  ]) {
    const text = logged(fields);
    assert.ok(!text.includes(secret), text);
    assert.match(text, /ERR_BAD_RESPONSE/);
  }
  assert.ok(!logged({ error: new AggregateError([error], 'all failed') }).includes(secret));
});

test('a quoted body or header in plain words is hidden too', () => {
  hides({ line: `{"app_id":"cli_1","app_secret":"${secret}"}` });
  hides({ reason: `authorization: Bearer ${secret}` });
  hides({ url: `https://desk.example/media/${secret}.${secret}` });
});

test('what helps to understand stays', () => {
  const at = new Date(0);
  const line = JSON.parse(
    logged({ workspace: 'w-1', attempts: 3, from: at, tokens: 7, list: ['a'], none: undefined }),
  );
  assert.deepEqual(
    {
      workspace: line.workspace,
      attempts: line.attempts,
      from: line.from,
      tokens: line.tokens,
      list: line.list,
    },
    { workspace: 'w-1', attempts: 3, from: '1970-01-01T00:00:00.000Z', tokens: 7, list: ['a'] },
  );
});

test('what refers to itself or is very deep is logged all the same', () => {
  const loop: Record<string, unknown> = { name: 'loop' };
  loop.self = loop;
  assert.match(logged({ loop, bytes: Buffer.from(secret) }), /something happened/);
});
