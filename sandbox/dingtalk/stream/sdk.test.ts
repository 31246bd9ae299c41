import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DWClient, type DWClientDownStream, EventAck, TOPIC_CARD, TOPIC_ROBOT } from 'dingtalk-stream';
import { eventually } from '../../testing.js';
import {
  appKey,
  appSecret,
  type DingtalkBench,
  dingtalkWorld,
  fetchJson,
  group,
  startDingtalk,
} from '../testing.js';

/** DingTalk's own client, unmodified but for where it asks for its address. */
class Witness extends DWClient {
  readonly #base: string;

  constructor(base: string) {
    const subscriptions = [{ type: 'EVENT', topic: '*' }];
    super(Object.assign({ clientId: appKey, clientSecret: appSecret }, { subscriptions }));
    this.#base = base;
  }

  override async getEndpoint() {
    const { clientId, clientSecret, subscriptions } = this.getConfig();
    const { body } = await fetchJson(`${this.#base}/v1.0/gateway/connections/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ clientId, clientSecret, subscriptions, ua: 'witness/1' }),
    });
    Object.assign(this, { dw_url: `${body.endpoint}?ticket=${body.ticket}` });
    return this;
  }
}

type Json = Record<string, unknown>;

describe("DingTalk's own Stream client, unmodified", () => {
  let bench: DingtalkBench;
  let client: Witness;
  const heard: Json[] = [];
  const events: DWClientDownStream[] = [];
  let answerPress: (press: Json) => unknown = () => ({});

  before(async () => {
    bench = await startDingtalk(dingtalkWorld());
    client = new Witness(bench.url);
    client.registerAllEventListener((event) => {
      events.push(event);
      return { status: EventAck.SUCCESS };
    });
    client.registerCallbackListener(TOPIC_ROBOT, ({ headers, data }) => {
      heard.push(JSON.parse(data));
      client.socketCallBackResponse(headers.messageId, null);
    });
    client.registerCallbackListener(TOPIC_CARD, ({ headers, data }) => {
      client.socketCallBackResponse(headers.messageId, answerPress(JSON.parse(data)));
    });
    await client.connect();
  });
  after(async () => {
    client.disconnect();
    await bench.close();
  });

  test('hears what is said to the robot, and answers by the session it came with', async () => {
    const { messageId } = await bench.does('say', { as: 'lin', bot: appKey, text: '查订单 1001' });
    const said = await eventually(() => heard.find(({ msgId }) => msgId === messageId));
    assert.deepEqual(said.text, { content: '查订单 1001' });
    assert.equal(said.conversationType, '1');
    assert.equal(said.senderStaffId, 'u-lin');
    assert.equal(said.robotCode, appKey);
    const answered = await fetchJson(String(said.sessionWebhook), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ msgtype: 'markdown', markdown: { title: '订单', text: '**已发货**' } }),
    });
    assert.equal(answered.code, 0);
    const [last] = (await bench.sees('lin', String(said.conversationId))).slice(-1);
    assert.deepEqual(last?.content, { title: '订单', text: '**已发货**' });
  });

  test('hears a press on its card, and what it answers is what everybody then sees', async () => {
    const message = await bench.sendCard('card-1', {
      ...{ title: '工单 T-1', tag: '待认领', tag_color: 'orange', rows: '[]' },
      buttons: JSON.stringify([{ id: 'claim', text: '认领', params: { ticket: 'T-1' } }]),
    });
    let pressed: Json = {};
    answerPress = (press) => {
      pressed = press;
      return {
        cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
        cardData: { cardParamMap: { tag: '林小满处理中', tag_color: 'green' } },
        userPrivateData: { cardParamMap: { buttons: '[]', note: '您已认领' } },
      };
    };
    const result = await bench.does('click', { as: 'lin', message, button: { name: 'claim' } });
    assert.deepEqual(result, { cardUpdated: true });
    assert.equal(pressed.outTrackId, 'card-1');
    assert.equal(pressed.userId, 'u-lin');
    assert.deepEqual(JSON.parse(String(pressed.content)), {
      cardPrivateData: { actionIds: ['claim'], params: { params: { ticket: 'T-1' } } },
    });
    const seen = async (as: string) =>
      JSON.stringify((await bench.sees(as, group)).find(({ id }) => id === message)?.card);
    assert.match(await seen('wei'), /林小满处理中/);
    assert.match(await seen('wei'), /认领"/);
    assert.doesNotMatch(await seen('wei'), /您已认领/);
    assert.match(await seen('lin'), /您已认领/);
    assert.doesNotMatch(await seen('lin'), /"text":"认领"/);
  });

  test('hears of who joins and who leaves', async () => {
    const people = [{ id: 'zhao', userId: 'u-zhao', name: '赵敏' }];
    await bench.control('PUT', 'world', { dingtalk: { people } });
    const joined = await eventually(() => events.find(({ headers }) => headers.eventType === 'user_add_org'));
    assert.deepEqual(JSON.parse(joined.data).userId, ['u-zhao']);
    await bench.control('PUT', 'world', { dingtalk: { people: [{ ...people[0], departed: true }] } });
    const left = await eventually(() => events.find(({ headers }) => headers.eventType === 'user_leave_org'));
    assert.deepEqual(JSON.parse(left.data).userId, ['u-zhao']);
    const told = await eventually(async () => {
      const { deliveries } = await bench.control('GET', 'deliveries?since=0');
      const leave =
        Array.isArray(deliveries) && deliveries.find(({ type }: Json) => type === 'user_leave_org');
      return leave || undefined;
    });
    assert.equal(told.outcome, 'ok');
  });
});
