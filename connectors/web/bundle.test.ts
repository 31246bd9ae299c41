import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { request, room } from './room.js';
import { webService } from './service.js';

describe('the widget’s code', () => {
  const service = webService(room({ tokenKey: 'k'.repeat(40), origins: [] }));
  const load = (headers: Record<string, string> = {}) =>
    service.handle(request('/widget.js', { headers: { origin: 'https://any.example', ...headers } }));

  test('is at most 30 kB on the wire, and loads on any page', async () => {
    const { body, headers, status } = await load({ 'accept-encoding': 'br, gzip' });
    assert.equal(status, 200);
    assert.ok(Buffer.isBuffer(body));
    assert.ok(body.length <= 30 * 1024, `${body.length} bytes gzipped`);
    assert.match(headers['content-type'] ?? '', /^text\/javascript/);
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    assert.equal(gunzipSync(body).toString(), String((await load()).body));
  });

  test('is not sent again to who has it', async () => {
    const { etag } = (await load()).headers;
    assert.ok(etag);
    assert.equal((await load({ 'if-none-match': etag })).status, 304);
    assert.equal((await load({ 'if-none-match': '"older"' })).status, 200);
  });

  test('never turns text into markup, and evaluates nothing', async () => {
    const code = String((await load()).body);
    for (const way of [
      'innerHTML',
      'outerHTML',
      'insertAdjacentHTML',
      'document.write',
      'eval(',
      'new Function',
    ]) {
      assert.ok(!code.includes(way), way);
    }
  });
});
