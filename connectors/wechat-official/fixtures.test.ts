import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connector } from './index.js';
import { pushed } from './sealed.js';

interface Recording {
  about: string;
  payload: string;
  expected: object[];
}
const beside = (file: string) =>
  JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8'));
const { account: given, request, now } = beside('inspect.json');
const account = connector.account.parse(given);

/** The payloads that WeChat's pages show (接收普通消息, 接收语音识别结果, 接收事件推送, 自定义菜单事件推送, 客服消息). */
const recordings: Recording[] = beside('pushes.json');
for (const { about, payload, expected } of recordings) {
  test(`as documented: ${about}`, () => {
    const reading = connector.read(pushed(account, payload, now), account, now);
    assert.ok(reading.verified);
    const events = reading.events.map((event) => ({ ...event, reply: undefined }));
    assert.deepEqual(JSON.parse(JSON.stringify(events)), expected);
  });
}

test('a recorded push, as the inspector is given it', () => {
  const reading = connector.read({ ...request, body: Buffer.from(request.body) }, account, now);
  assert.ok(reading.verified);
  const [said] = reading.events;
  assert.equal(said?.kind === 'message' && said.text, '订单 00123 到哪了');
});
