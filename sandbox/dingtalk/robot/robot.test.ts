import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { signRobot } from '../push/crypto.js';
import { appKey, type DingtalkBench, dingtalkWorld, fetchJson, group, startDingtalk } from '../testing.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('what a robot sends', () => {
  let bench: DingtalkBench;
  const secret = 'SEC0123456789';
  const token = 'custom-robot-token';

  before(async () => {
    const webhooks = [{ token, secret, group, name: '告警' }];
    bench = await startDingtalk(dingtalkWorld({}, { webhooks }));
  });
  after(() => bench.close());

  const sendOto = (more: Record<string, unknown> = {}) =>
    bench.v1('POST', 'robot/oToMessages/batchSend', {
      robotCode: appKey,
      userIds: ['u-lin'],
      msgKey: 'sampleText',
      msgParam: '{"content":"您好"}',
      ...more,
    });
  const chatOf = (as: string) => bench.does('enter', { as, app: appKey }).then(({ chat }) => String(chat));

  test('one-to-one: the good and the bad receivers are told apart, and the call is a 200', async () => {
    const { status, body } = await sendOto({ userIds: ['u-lin', 'u-nobody', 'u-wei'] });
    assert.equal(status, 200);
    assert.deepEqual(body.invalidStaffIdList, ['u-nobody']);
    assert.deepEqual(body.flowControlledStaffIdList, []);
    const [last] = (await bench.sees('wei', await chatOf('wei'))).slice(-1);
    assert.deepEqual(last?.content, { content: '您好' });
  });

  test('each fault of a message has its own code', async () => {
    const codes: [Record<string, unknown>, string][] = [
      [{ robotCode: '' }, 'invalidParameter.robotCode.empty'],
      [{ robotCode: 'dingother' }, 'invalidParameter.robotCode.notExsit'],
      [{ userIds: [] }, 'invalidParameter.userIds.empty'],
      [{ userIds: Array.from({ length: 21 }, (_, n) => `u${n}`) }, 'invalidParameter.userIds.overMax'],
      [{ msgKey: 'officialText' }, 'invalidParameter.msgKey.invalid'],
      [{ msgParam: 'hello' }, 'invalidParameter.msgParam.invalid'],
      [{ msgParam: '{"text":"x"}' }, 'invalidParameter.param.invalid'],
      [{ msgParam: JSON.stringify({ content: '长'.repeat(6_000) }) }, 'invalidParameter.msgParam.tooLong'],
      [
        { msgKey: 'sampleFile', msgParam: '{"mediaId":"@none","fileName":"a.pdf","fileType":"pdf"}' },
        'invalidParameter.param.invalid',
      ],
    ];
    for (const [more, code] of codes) {
      const { status, body } = await sendOto(more);
      assert.deepEqual([status, body.code], [400, code]);
      assert.ok(body.requestid && body.message);
    }
  });

  test('a group: only where the robot is; the key then tells who has read, and takes the message back', async () => {
    const send = (openConversationId: string) =>
      bench.v1('POST', 'robot/groupMessages/send', {
        ...{ openConversationId, robotCode: appKey, msgKey: 'sampleMarkdown' },
        msgParam: '{"title":"新工单","text":"**T-1**"}',
      });
    assert.equal((await send('cidNONE==')).body.code, 'invalid.openConversationId');
    const { processQueryKey } = (await send(group)).body;
    await bench.does('read', { as: 'lin', chat: group });
    const query = await bench.v1('POST', 'robot/groupMessages/query', {
      ...{ processQueryKey, openConversationId: group, robotCode: appKey },
    });
    assert.deepEqual([query.body.sendStatus, query.body.readUserIds], ['SUCCESS', ['u-lin']]);
    const before = (await bench.sees('wei', group)).length;
    const recalled = await bench.v1('POST', 'robot/groupMessages/recall', {
      ...{ openConversationId: group, robotCode: appKey, processQueryKeys: [processQueryKey, 'none'] },
    });
    assert.deepEqual(recalled.body.successResult, [processQueryKey]);
    assert.deepEqual(recalled.body.failedResult, { none: 'invalid.processQueryKey' });
    assert.equal((await bench.sees('wei', group)).length, before - 1);
  });

  test('read status needs its key escaped, and ends after a day', async () => {
    const { processQueryKey } = (await sendOto()).body;
    const ask = (key: unknown) =>
      bench.v1('GET', `robot/oToMessages/readStatus?robotCode=${appKey}&processQueryKey=${key}`);
    const escaped = encodeURIComponent(String(processQueryKey));
    assert.equal((await ask(processQueryKey)).body.code, 'invalid.processQueryKey');
    const unread = (await ask(escaped)).body.messageReadInfoList;
    assert.deepEqual(unread, [{ name: '林小满', userId: 'u-lin', readStatus: 'UNREAD' }]);
    await bench.does('read', { as: 'lin', chat: await chatOf('lin') });
    const read = (await ask(escaped)).body.messageReadInfoList;
    assert.ok(Array.isArray(read) && read[0].readStatus === 'READ');
    await bench.control('POST', 'clock', { advanceMs: DAY_MS + 1 });
    assert.equal((await ask(escaped)).body.code, 'processQueryKey.expireTime');
    const late = await bench.v1('POST', 'robot/otoMessages/batchRecall', {
      ...{ robotCode: appKey, processQueryKeys: [processQueryKey] },
    });
    assert.deepEqual(late.body.failedResult, { [String(processQueryKey)]: 'robot.processQueryKey.expired' });
  });

  const speak = async (body: Record<string, unknown>, given: { sign?: string; timestamp?: string } = {}) => {
    const { now } = await bench.control('GET', 'clock');
    const timestamp = given.timestamp ?? String(now);
    const sign = encodeURIComponent(given.sign ?? signRobot(timestamp, secret));
    return fetchJson(`${bench.url}/robot/send?access_token=${token}&timestamp=${timestamp}&sign=${sign}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  };

  test('the custom robot wants its sign, mentions whom its text names, and says a msgUuid once', async () => {
    const text = (content: string) => ({ msgtype: 'text', text: { content } });
    assert.equal((await speak(text('x'), { sign: 'wrong' })).code, 310000);
    assert.equal((await speak(text('x'), { timestamp: '1000' })).code, 310000);
    assert.equal((await speak({ msgtype: 'file' })).code, 400105);
    const at = { atUserIds: ['u-lin', 'u-wei'] };
    assert.equal((await speak({ ...text('@u-lin 请看'), at, msgUuid: 'once' })).code, 0);
    assert.equal((await speak({ ...text('@u-lin 请看'), at, msgUuid: 'once' })).code, 0);
    const seen = await bench.sees('lin', group);
    assert.deepEqual(
      seen.map(({ content }) => content),
      [{ content: '@林小满 请看' }],
    );
    const [said] = seen;
    assert.deepEqual(Array.isArray(said?.mentions) && said.mentions.map(({ id }) => id), ['lin']);
  });

  test('the custom robot says twenty a minute, and is then shut out for ten', async () => {
    await bench.control('POST', 'clock', { advanceMs: 60_001 });
    const answers: number[] = [];
    for (let n = 0; n < 21; n += 1)
      answers.push((await speak({ msgtype: 'text', text: { content: `${n}` } })).code);
    assert.deepEqual(answers, [...Array.from({ length: 20 }, () => 0), 410100]);
    await bench.control('POST', 'clock', { advanceMs: 9 * 60_000 });
    assert.equal((await speak({ msgtype: 'text', text: { content: 'x' } })).code, 410100);
    await bench.control('POST', 'clock', { advanceMs: 60_001 });
    assert.equal((await speak({ msgtype: 'text', text: { content: 'x' } })).code, 0);
  });

  test('DING is the professional edition’s', async () => {
    const ding = () =>
      bench.v1('POST', 'robot/ding/send', {
        ...{ robotCode: appKey, remindType: 1, receiverUserIdList: ['u-lin'], content: '请处理' },
      });
    assert.equal((await ding()).body.code, 'ding.serverquota.insufficient');
    await bench.control('PUT', 'world', { dingtalk: { edition: 'professional' } });
    assert.ok((await ding()).body.openDingId);
    const [last] = (await bench.sees('lin', await chatOf('lin'))).slice(-1);
    assert.equal(last?.type, 'ding');
    await bench.control('PUT', 'world', { dingtalk: { edition: 'standard' } });
  });

  test('what was uploaded can be sent, and nothing else', async () => {
    const form = new FormData();
    form.set('media', new Blob(['%PDF-1.7 七日内可退']), '退货单.pdf');
    const uploaded = await fetchJson(
      `${bench.url}/media/upload?type=file&access_token=${await bench.appToken()}`,
      { method: 'POST', body: form },
    );
    assert.equal(uploaded.code, 0);
    const param = { mediaId: uploaded.body.media_id, fileName: '退货单.pdf', fileType: 'pdf' };
    const sent = await sendOto({ msgKey: 'sampleFile', msgParam: JSON.stringify(param) });
    assert.equal(sent.status, 200);
    const bytes = await fetch(
      `${bench.url}/control/resources/${encodeURIComponent(String(param.mediaId))}`,
    ).then((response) => response.text());
    assert.equal(bytes, '%PDF-1.7 七日内可退');
  });
});
