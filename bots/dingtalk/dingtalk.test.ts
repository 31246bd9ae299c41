import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { samples } from '../../cards/samples.js';
import type { CardView } from '../../core/cards/card.js';
import type { Delivery, Response } from '../../core/ports/delivery.js';
import { botContract, type Recording, type Refusal } from '../contract.js';
import { dingtalkCredentials } from './credentials.js';
import dingtalk from './index.js';
import { cardRequest, framed, requested, robotRequest, sealedRequest } from './sealed.js';

const settings = {
  clientId: 'dingappkey0001',
  clientSecret: 'client-secret-of-the-test',
  robotCode: 'dingappkey0001',
  corpId: 'dingCORP',
  aesKey: '1234567890123456789012345678901234567890123',
  token: 'tokenOfTheTest',
  cardTemplateId: '00000000-0000-4000-8000-000000000001.schema',
  callbackRouteKey: 'imdesk',
  apiSecret: 'api-secret-of-the-test',
};
const now = 1_700_000_000_000;
const hour = 3_600_000;
const credentials = dingtalkCredentials.parse(settings);
const card: CardView = samples['desk waiting'] ?? assert.fail('no sample card');

const fixtures = new URL('./fixtures/', import.meta.url);
const recordings = readdirSync(fixtures).flatMap((file): Recording[] =>
  JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')),
);

const says = (msgId: string, text: string) => ({
  conversationId: 'cidDirect0001==',
  conversationType: '1',
  msgId,
  msgtype: 'text',
  createAt: now,
  senderStaffId: 'u001',
  senderCorpId: 'dingCORP',
  chatbotCorpId: 'dingCORP',
  text: { content: text },
});
const click = {
  type: 'actionCallback',
  outTrackId: 'imdesk-1',
  corpId: 'dingCORP',
  userId: 'u001',
  userIdType: 1,
  content: JSON.stringify({
    cardPrivateData: {
      actionIds: ['button1'],
      params: { action: '{"operation":"queue.list","arguments":{}}' },
    },
  }),
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8');
const event = (value: object) => JSON.stringify({ EventType: 'user_add_org', CorpId: 'dingCORP', ...value });

const robot = robotRequest(credentials, bytes(says('m1', '在吗')), now);
const pressed = cardRequest(credentials, bytes(click), now);
const sealed = sealedRequest(credentials, event({ UserId: ['u001'] }), now);
const withHeader = (delivery: Delivery, name: string, value: string): Delivery => ({
  ...delivery,
  headers: { ...delivery.headers, [name]: value },
});
const without = (delivery: Delivery, ...names: string[]): Delivery => ({
  ...delivery,
  headers: Object.fromEntries(Object.entries(delivery.headers).filter(([name]) => !names.includes(name))),
});
const flipped = (body: Buffer, at: number) =>
  Buffer.concat([body.subarray(0, at), Buffer.from([(body[at] ?? 0) ^ 1]), body.subarray(at + 1)]);

const text = { kind: 'text', to: { kind: 'direct', person: 'u001' }, text: '您好' } as const;
const posted = { kind: 'card', to: text.to, card } as const;
const redraw = { kind: 'redraw', messageId: 'imdesk-1', card } as const;
const refusal = (code: string, message = 'words') =>
  JSON.stringify({ code, message, requestid: 'r-1', accessdenieddetail: {} });
const denied = 'Forbidden.AccessDenied';
const refusals: Refusal[] = [
  {
    about: 'the app asks too much in a second',
    answer: { status: 403, body: refusal(`${denied}.QpsLimitForAppkeyAndApi`) },
    out: text,
    expected: { fate: 'later', retryAfterMs: 1000 },
  },
  {
    about: 'the app asks too much in a minute',
    answer: { status: 403, body: refusal(`${denied}.QpmLimitForAppkeyAndApi`) },
    out: text,
    expected: { fate: 'later', retryAfterMs: 60_000 },
  },
  {
    about: 'a chat that hears too much',
    answer: { status: 400, body: refusal('send.too.fast') },
    out: text,
    expected: { fate: 'later', retryAfterMs: 5000 },
  },
  {
    about: 'the month used up',
    answer: { status: 403, body: refusal(`${denied}.ApiCountLimitForOrg`) },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a token that is refused twice',
    answer: { status: 400, body: refusal('InvalidAuthentication') },
    out: text,
    expected: { fate: 'later' },
  },
  {
    about: 'an address that is shut out, said in JSON of its own',
    answer: { status: 200, body: '{"status":1111,"wait":5,"source":"x5","punish":"deny"}' },
    out: text,
    expected: { fate: 'later', retryAfterMs: 300_000 },
  },
  {
    about: 'an address that is shut out, said in HTML',
    answer: { status: 403, body: '<html>' },
    out: text,
    expected: { fate: 'later', retryAfterMs: 300_000 },
  },
  {
    about: 'a person whom the robot may not write to',
    answer: { status: 400, body: refusal('chatbotId.notAllow.sendOTO') },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a person who is not there, under a yes',
    answer: { status: 200, body: '{"processQueryKey":"k","invalidStaffIdList":["u001"]}' },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a person who was held back, under a yes',
    answer: {
      status: 200,
      body: '{"processQueryKey":"k","invalidStaffIdList":[],"flowControlledStaffIdList":["u001"]}',
    },
    out: text,
    expected: { fate: 'later', retryAfterMs: 5000 },
  },
  {
    about: 'a group that is gone',
    answer: { status: 400, body: refusal('group.disbanded') },
    out: { ...text, to: { kind: 'chat', chat: 'cidX==' } },
    expected: { fate: 'refused' },
  },
  {
    about: 'a code nobody has listed',
    answer: { status: 400, body: refusal('something.new') },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a template that was not imported: words may be said',
    answer: { status: 400, body: refusal('param.templateNotExist') },
    out: posted,
    expected: { fate: 'refused', fallback: true },
  },
  {
    about: 'no right to send cards: words may be said',
    answer: { status: 403, body: refusal(`${denied}.AccessTokenPermissionDenied`) },
    out: posted,
    expected: { fate: 'refused', fallback: true },
  },
  {
    about: 'a card whose delivery failed, under a yes',
    answer: {
      status: 200,
      body: JSON.stringify({
        success: true,
        result: {
          outTrackId: 'x',
          deliverResults: [{ spaceType: 'IM_ROBOT', success: false, errorMsg: 'no such space' }],
        },
      }),
    },
    out: posted,
    expected: { fate: 'refused', fallback: true },
  },
  {
    about: 'a card that is gone',
    answer: { status: 400, body: refusal('param.cardNotExist') },
    out: redraw,
    expected: { fate: 'refused', fallback: false },
  },
  {
    about: 'a card is not taken back',
    answer: { status: 200, body: '{}' },
    out: { kind: 'recall', messageId: 'imdesk-1' },
    expected: { fate: 'refused' },
  },
  {
    about: 'a server in trouble',
    answer: { status: 500, body: refusal('system.error') },
    out: text,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a gateway without words',
    answer: { status: 502, body: '<html>' },
    out: text,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a yes that cannot be read',
    answer: { status: 200, body: 'ok' },
    out: text,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a yes without the message',
    answer: { status: 200, body: '{}' },
    out: text,
    expected: { fate: 'unknown' },
  },
];

botContract({
  bot: dingtalk,
  settings,
  now,
  deliver: {
    HTTP: (body) => requested(credentials, body, now),
    Stream: (body) => framed(body),
  },
  recordings,
  says,
  click,
  unheardOf: { EventType: 'teleported', CorpId: 'dingCORP', eventId: 'e-9', data: [null] },
  forged: {
    'a message without a signature': without(robot, 'sign', 'timestamp'),
    'a message with an empty signature': withHeader(robot, 'sign', ''),
    'a message with the signature in capitals': withHeader(
      robot,
      'sign',
      robot.headers.sign?.toUpperCase() ?? '',
    ),
    'a message with another timestamp': withHeader(robot, 'timestamp', String(now + 1)),
    'a message signed with another secret': robotRequest(
      { ...credentials, clientSecret: 'another' },
      bytes(says('m1', 'x')),
      now,
    ),
    'a message over an hour old': robotRequest(credentials, bytes(says('m1', 'x')), now - hour - 1),
    'a message from over an hour ahead': robotRequest(credentials, bytes(says('m1', 'x')), now + hour + 1),
    'a message to a robot of another enterprise': robotRequest(
      credentials,
      bytes({ ...says('m1', 'x'), chatbotCorpId: 'dingOTHER' }),
      now,
    ),
    'a press without a signature': without(pressed, 'x-ddpaas-signature'),
    'a press with the signature of a message': { ...pressed, headers: robot.headers, body: pressed.body },
    'a press with another timestamp': withHeader(pressed, 'x-ddpaas-signature-timestamp', String(now + 1)),
    'a press signed with another secret': cardRequest(
      { ...credentials, apiSecret: 'other' },
      bytes(click),
      now,
    ),
    'a press half an hour old': cardRequest(credentials, bytes(click), now - hour / 2),
    'a press in another enterprise': cardRequest(credentials, bytes({ ...click, corpId: 'dingOTHER' }), now),
    'an event with a bit flipped': { ...sealed, body: flipped(sealed.body, 30) },
    'an event with another nonce': { ...sealed, query: { ...sealed.query, nonce: 'nonce-2' } },
    'an event with another timestamp': { ...sealed, query: { ...sealed.query, timestamp: '1' } },
    'an event without a signature': { ...sealed, query: {} },
    'an event sealed for another app': sealedRequest(credentials, event({}), now, 'dingappkey9999'),
    'an event of another enterprise': sealedRequest(credentials, event({ CorpId: 'dingOTHER' }), now),
    'an event in clear': { ...sealed, body: bytes({ EventType: 'user_add_org', UserId: ['u001'] }) },
    'a GET': { ...robot, method: 'GET' },
    'a form': withHeader(robot, 'content-type', 'application/x-www-form-urlencoded'),
    'no frame': { method: 'STREAM', query: {}, headers: {}, body: Buffer.from('{"type":"CALLBACK"}') },
    'a frame for a robot of another enterprise': framed(
      bytes({ ...says('m1', 'x'), chatbotCorpId: 'dingOTHER' }),
    ),
    'a frame of a press in another enterprise': framed(bytes({ ...click, corpId: 'dingOTHER' })),
  },
  understood: answerIn,
  platform: (answer) => (request, response) => {
    if (!request.url?.endsWith('/oauth2/accessToken')) return answer(request, response);
    response.end(JSON.stringify({ accessToken: 't-1', expireIn: 7200 }));
  },
  refusals,
  card,
});

/** What is in the answer to a press: the HTTP body, or the data of the acknowledging frame. */
function answerIn({ body }: Response): unknown {
  const answer = JSON.parse(body.toString());
  if (!('code' in answer)) return answer;
  assert.equal(answer.code, 200);
  return JSON.parse(answer.data).response;
}
