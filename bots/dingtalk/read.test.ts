import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { samples } from '../../cards/samples.js';
import type { Delivery } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import { dingtalkCredentials } from './credentials.js';
import dingtalk from './index.js';
import { cardRequest, framed, robotRequest, sealedRequest } from './sealed.js';
import { cardSignature, robotSignature } from './verify.js';

const now = 1_700_000_000_000;
const credentials = dingtalkCredentials.parse({
  clientId: 'dingappkey0001',
  clientSecret: 'client-secret-of-the-test',
  robotCode: 'dingappkey0001',
  corpId: 'dingCORP',
  aesKey: '1234567890123456789012345678901234567890123',
  token: 'tokenOfTheTest',
  callbackRouteKey: 'imdesk',
  apiSecret: 'api-secret-of-the-test',
});
const read = (delivery: Delivery, at = now, of = credentials) => dingtalk.read(delivery, of, at);
const eventsOf = (delivery: Delivery, of = credentials) => {
  const reading = read(delivery, now, of);
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  return reading.events;
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8');
const stream = (frame: object): Delivery => ({
  method: 'STREAM',
  query: {},
  headers: {},
  body: bytes(frame),
});
const answer = (delivery: Delivery) => JSON.parse(read(delivery).response.body.toString() || 'null');

test('the documents’ vectors: both signatures, and an event from seal to owner', () => {
  assert.equal(
    robotSignature('this is a secret', '1577262236757'),
    'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=',
  );
  assert.equal(
    cardSignature('example-secret', '1577262236757'),
    '9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew=',
  );
  const encrypt = 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==';
  const envelope = new SealedEnvelope({
    token: '123456',
    key43: '1234567890123456789012345678901234567890123',
    receiver: 'dingsnotzck6pm5veliw',
  });
  const signature = '9a95a004dd16f5c307e849b994173f76aa26e5eb';
  assert.ok(envelope.isSigned(signature, '1614767836', 'A7Co0cJLMzIDtMMI', encrypt));
  assert.equal(envelope.open(encrypt), 'success');
});

test('the server’s own frames: a ping is given back, nothing else is answered', () => {
  const system = (topic: string, data: object) =>
    stream({
      specVersion: '1.0',
      type: 'SYSTEM',
      headers: { topic, messageId: 'm1', contentType: 'application/json', time: '1790000000000' },
      data: JSON.stringify(data),
    });
  assert.deepEqual(answer(system('ping', { opaque: 'o-1' })), {
    code: 200,
    message: 'OK',
    headers: { contentType: 'application/json', messageId: 'm1' },
    data: '{"opaque":"o-1"}',
  });
  for (const topic of ['disconnect', 'KEEPALIVE', 'REGISTERED', 'CONNECTED']) {
    const reading = read(system(topic, { reason: 'connection is expired' }));
    assert.deepEqual([reading.verified, reading.response.body], [true, '']);
  }
});

test('frames are acknowledged in the form that each kind asks for', () => {
  const event = { EventType: 'bpms_instance_change', processInstanceId: 'pi1' };
  assert.equal(answer(framed(bytes(event))).data, '{"status":"SUCCESS"}');
  assert.equal(answer(framed(bytes({ msgId: 'm' }))).data, '{"response":null}');
  const callback = (topic: string) =>
    stream({ type: 'CALLBACK', headers: { topic, messageId: 'm7', time: '1790000000000' }, data: '{}' });
  assert.deepEqual(eventsOf(callback('/v1.0/graph/api/invoke')), [
    { kind: 'other', id: 'm7', name: '/v1.0/graph/api/invoke', at: 1790000000000 },
  ]);
});

const people = [
  { kind: 'directory', id: 'e-1', sender: 'u001', at: 1685501863357, change: 'changed' },
  { kind: 'directory', id: 'e-1#2', sender: 'u002', at: 1685501863357, change: 'changed' },
];

test('who came, changed or left is told over Stream and over HTTP, in the spelling of each', () => {
  const frame = (eventType: string, data: object) =>
    stream({
      type: 'EVENT',
      headers: {
        topic: '*',
        messageId: 'm',
        eventType,
        eventId: 'e-1',
        eventCorpId: 'dingCORP',
        eventBornTime: 1685501863357,
      },
      data: JSON.stringify(data),
    });
  assert.deepEqual(
    eventsOf(frame('user_add_org', { timeStamp: '1685501863357', userId: ['u001', 'u002'] })),
    people,
  );
  const left = people.map((one) => ({ ...one, change: 'left' }));
  assert.deepEqual(eventsOf(frame('user_leave_org', { userId: ['u001', 'u002'] })), left);

  const http = (value: object) =>
    sealedRequest(credentials, JSON.stringify({ CorpId: 'dingCORP', ...value }), now);
  const common = { EventType: 'user_modify_org', EventTime: 1685501863357, eventId: 'e-1' };
  assert.deepEqual(eventsOf(http({ ...common, userId: ['u001', 'u002'] })), people);
  assert.deepEqual(eventsOf(http({ ...common, UserId: ['u001', 'u002'] })), people);
});

test('an event without an id goes by what it says, however it was sealed', () => {
  const said = JSON.stringify({ EventType: 'user_leave_org', TimeStamp: 1685501863357, UserId: ['u001'] });
  const [first] = eventsOf(sealedRequest(credentials, said, now));
  const [again] = eventsOf(sealedRequest(credentials, said, now + 60_000));
  assert.deepEqual(again, first);
  const [other] = eventsOf(sealedRequest(credentials, said.replace('u001', 'u002'), now));
  assert.notEqual(other?.id, first?.id);
});

test('that a message of ours was taken back is nobody’s recall', () => {
  const data = { userId: 'manager', processQueryKey: 'k', openConversationId: 'cid', robotCode: 'x' };
  const [event] = eventsOf(framed(bytes({ EventType: 'robot_msg_recall', ...data })));
  assert.deepEqual([event?.kind, event?.kind === 'other' && event.name], ['other', 'robot_msg_recall']);
});

test('an event is answered with the sealed word, the same for the same delivery, for app and enterprise alike', () => {
  for (const receiver of ['dingappkey0001', 'dingCORP']) {
    const delivery = sealedRequest(credentials, '{"EventType":"check_url"}', now, receiver);
    const reply = answer(delivery);
    assert.deepEqual(Object.keys(reply), ['msg_signature', 'timeStamp', 'nonce', 'encrypt']);
    assert.deepEqual(answer(delivery), reply);
    const envelope = new SealedEnvelope({
      token: 'tokenOfTheTest',
      key43: '1234567890123456789012345678901234567890123',
      receiver,
    });
    assert.ok(envelope.isSigned(reply.msg_signature, reply.timeStamp, reply.nonce, reply.encrypt));
    assert.equal(envelope.open(reply.encrypt), 'success');
    assert.deepEqual(eventsOf(delivery), []);
    const other = answer(sealedRequest(credentials, '{"EventType":"check_url" }', now, receiver));
    assert.notEqual(other.nonce, reply.nonce);
  }
});

test('either name of the signature will do', () => {
  const { query, ...rest } = sealedRequest(credentials, '{"EventType":"check_url"}', now);
  const { signature = '', ...others } = query;
  assert.equal(read({ ...rest, query: { ...others, msg_signature: signature } }).verified, true);
});

test('what is not set up for HTTP believes nothing over HTTP', () => {
  const bare = dingtalkCredentials.parse({ clientId: 'a', clientSecret: 'b', robotCode: 'a' });
  assert.equal(read(sealedRequest(credentials, '{"EventType":"check_url"}', now), now, bare).verified, false);
  assert.equal(
    read(cardRequest({ ...credentials, apiSecret: '' }, bytes({ outTrackId: 'x' }), now), now, bare).verified,
    false,
  );
  const message = { msgId: 'm', conversationId: 'c', conversationType: '1', msgtype: 'text' };
  assert.equal(read(robotRequest(bare, bytes(message), now), now, bare).verified, true);
});

const action = JSON.stringify({ operation: 'conversation.close', arguments: { conversation: 'c-1', n: 2 } });
const pressing = (more: object, params: object = { action }) => ({
  type: 'actionCallback',
  outTrackId: 'imdesk-7',
  corpId: 'dingCORP',
  userId: 'u001',
  userIdType: 1,
  spaceType: 'IM_GROUP',
  spaceId: 'cidAAA==',
  extension: '{}',
  content: JSON.stringify({ cardPrivateData: { actionIds: ['button1'], params } }),
  ...more,
});
const clicked = {
  kind: 'click',
  id: 'm5',
  sender: 'u001',
  at: now,
  messageId: 'imdesk-7',
  chat: { id: 'cidAAA==' },
  operation: 'conversation.close',
  arguments: { conversation: 'c-1', n: 2 },
  form: {},
};
const clickOf = (payload: object) => eventsOf(framed(bytes(payload), 'm5'))[0];

test('a press is read wherever its parameters stand', () => {
  assert.deepEqual(clickOf(pressing({})), clicked);
  const beside = { cardPrivateData: { actionIds: ['b'] }, params: { action } };
  assert.deepEqual(clickOf(pressing({ content: undefined, value: JSON.stringify(beside) })), clicked);
  assert.deepEqual(
    clickOf(pressing({ content: undefined, cardPrivateData: { params: { action } } })),
    clicked,
  );
  assert.deepEqual(clickOf(pressing({}, { action: JSON.parse(action) })), clicked);
  const { chat, ...alone } = clicked;
  assert.deepEqual(
    [clickOf(pressing({ spaceType: 'IM_ROBOT', spaceId: 'u001' })), chat.id],
    [alone, 'cidAAA=='],
  );
});

test('what a form holds: texts, choices by their value, ticks and numbers', () => {
  const form = {
    reason: { index: 1, value: 'solved' },
    tags: { index: [0, 2], value: ['a', 'c'] },
    summary: '换货\u0000已寄出',
    notify: true,
    count: 3,
    list: ['x', 4, null],
    odd: { deep: 1 },
    none: null,
  };
  const click = clickOf(pressing({}, { action, form }));
  assert.ok(click?.kind === 'click');
  assert.deepEqual(click.form, {
    reason: 'solved',
    tags: ['a', 'c'],
    summary: '换货已寄出',
    notify: true,
    count: '3',
    list: ['x', '4'],
  });
});

test('a press that is none of ours, or by somebody we have no id for, is nothing to us', () => {
  for (const payload of [
    pressing({}, {}),
    pressing({}, { action: 'like' }),
    pressing({ userIdType: 2, userId: 'unionid' }),
    pressing({ userId: undefined }),
    pressing({ content: '{' }),
  ]) {
    assert.equal(clickOf(payload)?.kind, 'other');
  }
});

test('a value too deep to store, and keys that are no data, do not get far', () => {
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  const odd = `{"operation":"x","arguments":{"deep":${deep},"__proto__":{"polluted":1},"list":[1,"a\\u0000"]}}`;
  const click = clickOf(pressing({}, { action: odd }));
  assert.ok(click?.kind === 'click');
  assert.deepEqual(click.arguments, { deep: { a: { a: { a: null } } }, list: [1, 'a'] });
});

test('over HTTP a press goes by what was delivered: a repeat is the same, the next is another', () => {
  const delivery = cardRequest(credentials, bytes(pressing({})), now);
  const [first] = eventsOf(delivery);
  assert.ok(first?.kind === 'click' && first.at === now);
  assert.deepEqual(eventsOf(delivery), [first]);
  assert.notEqual(eventsOf(cardRequest(credentials, bytes(pressing({})), now + 1))[0]?.id, first.id);
});

const card = samples['desk waiting'] ?? assert.fail('no sample');
const updateOf = (delivery: Delivery, ...[given]: Parameters<typeof dingtalk.answerClick>[0][]) => {
  const body = JSON.parse(dingtalk.answerClick(given ?? {}, delivery, credentials).body.toString());
  return 'data' in body ? JSON.parse(body.data).response : body;
};

test('an answer changes key by key, and its notice holds for what the card then shows', () => {
  const toast = { type: 'warning', text: '已被陈一认领 $' + '{stamp}' } as const;
  const stream = framed(bytes(pressing({}, { action, stamp: 'as-it-was' })));
  const update = updateOf(stream, { toast, card });
  assert.deepEqual(update.cardUpdateOptions, { updateCardDataByKey: true, updatePrivateDataByKey: true });
  const own = update.userPrivateData.cardParamMap;
  assert.equal(own.notice_at, update.cardData.cardParamMap.stamp);
  assert.deepEqual([own.notice_tone, own.notice.includes('$' + '{')], ['bad', false]);
  for (const value of Object.values({ ...update.cardData.cardParamMap, ...own }))
    assert.equal(typeof value, 'string');

  assert.equal(updateOf(stream, { toast }).userPrivateData.cardParamMap.notice_at, 'as-it-was');
  const silent = updateOf(stream, {});
  assert.deepEqual([silent.cardData, silent.userPrivateData.cardParamMap.notice], [undefined, '']);
  const http = cardRequest(credentials, bytes(pressing({}, { action, stamp: 'as-it-was' })), now);
  assert.deepEqual(updateOf(http, { toast, card }), update);
});

test('only an owner who presses is given the owner’s buttons with the answer', () => {
  const owned = { ...card, owners: ['u001'] };
  const privately = (userId: string) =>
    updateOf(framed(bytes(pressing({ userId }))), { card: owned }).userPrivateData.cardParamMap;
  assert.equal(typeof privately('u001').owned_at, 'string');
  assert.equal(privately('u002').owned_at, undefined);
});

test('property: a changed event is never believed and never throws', () => {
  const genuine = sealedRequest(credentials, '{"EventType":"user_add_org","UserId":["u001"]}', now);
  const start = '{"encrypt":"'.length;
  const change = fc.record({
    at: fc.integer({ min: start, max: genuine.body.length - 4 }),
    byte: fc.integer({ min: 1, max: 127 }),
  });
  fc.assert(
    fc.property(change, ({ at, byte }) => {
      const body = Buffer.from(genuine.body);
      body.writeUInt8(body.readUInt8(at) ^ byte, at);
      assert.equal(read({ ...genuine, body }).verified, false);
    }),
  );
});

test('credentials say what is wrong with them', () => {
  const wrong = dingtalkCredentials.safeParse({
    clientId: 'a',
    robotCode: '',
    aesKey: 'short',
    token: '!',
    callbackRouteKey: 'r',
    edition: 'gold',
    monthlyCalls: 1.5,
  });
  assert.deepEqual(
    wrong.error?.issues.map(({ message }) => message),
    [
      'clientSecret is missing',
      'robotCode is empty',
      'aesKey is 43 characters of a-z, A-Z and 0-9',
      'token is 3 to 32 letters and digits',
      'edition is "standard" or "professional"',
      'monthlyCalls is a whole number',
    ],
  );
  const half = dingtalkCredentials.safeParse({
    clientId: 'a',
    clientSecret: 'b',
    robotCode: 'a',
    callbackRouteKey: 'r',
  });
  assert.match(half.error?.issues[0]?.message ?? '', /no click can be believed/);
});
