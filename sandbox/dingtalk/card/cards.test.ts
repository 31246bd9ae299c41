import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { appKey, type DingtalkBench, dingtalkWorld, group, startDingtalk, templateId } from '../testing.js';
import { exampleTemplate } from './example.js';
import { node, said, templateFile, variable } from './example-parts.js';

type Json = Record<string, unknown>;

const aiId = '7c9e6679-7425-40de-944b-e07fc1f90ae7.schema';

/** A template that may be streamed to. */
function aiTemplate(): string {
  const file = JSON.parse(
    templateFile(
      node('AICardContainer', 'ai', {}, [
        node('AICardStatusContainer', 'wait', { status: 1 }, [node('AIPending', 'p', {})]),
        ...[2, 3].map((status) =>
          node('AICardStatusContainer', `s${status}`, { status }, [
            node('MarkdownBlock', `m${status}`, { content: variable('content'), mdVer: 1 }),
          ]),
        ),
        node('AICardStatusContainer', 'bad', { status: 5 }, [node('BaseText', 't', { text: said('note') })]),
      ]),
      [
        { name: 'content', type: 'markdown' },
        { name: 'note', type: 'string' },
      ],
    ),
  );
  const editorData = JSON.parse(file.editorData);
  editorData.extension.extendType = 'AI';
  return JSON.stringify({ ...file, editorData: JSON.stringify(editorData) });
}

describe('card instances', () => {
  let bench: DingtalkBench;
  before(async () => {
    bench = await startDingtalk(
      dingtalkWorld(
        {},
        {
          templates: [
            { id: templateId, name: '通用卡片', file: exampleTemplate() },
            { id: 'draft.schema', name: '草稿', file: JSON.parse(exampleTemplate()), published: false },
            { id: aiId, name: 'AI', file: aiTemplate() },
          ],
        },
      ),
    );
  });
  after(() => bench.close());

  let counted = 0;
  const creating = (more: Json = {}): Json => {
    counted += 1;
    return {
      ...{ cardTemplateId: templateId, outTrackId: `t-${counted}`, callbackType: 'STREAM' },
      cardData: { cardParamMap: { title: '工单' } },
      openSpaceId: `dtv1.card//IM_GROUP.${group}`,
      imGroupOpenSpaceModel: { supportForward: false },
      imGroupOpenDeliverModel: { robotCode: appKey },
      ...more,
    };
  };
  const deliver = (more: Json = {}) => bench.v1('POST', 'card/instances/createAndDeliver', creating(more));
  const update = (outTrackId: string, more: Json) =>
    bench.v1('PUT', 'card/instances', { outTrackId, ...more });
  const shown = async (as: string) => {
    const [last] = (await bench.sees(as, group)).slice(-1);
    return JSON.stringify(last?.card ?? null);
  };
  const resultsOf = ({ result }: Json): Json[] => {
    const { deliverResults } = Object.assign({ deliverResults: [] }, result);
    return deliverResults;
  };

  test('each mistake has its own code', async () => {
    const mistakes: [Json, string][] = [
      [{ cardTemplateId: '' }, 'param.cardTemplateIdEmpty'],
      [{ cardTemplateId: 'none.schema' }, 'param.templateNotExist'],
      [{ cardTemplateId: 'draft.schema' }, 'param.templateUnpublished'],
      [{ outTrackId: undefined }, 'param.outTrackIdEmpty'],
      [{ outTrackId: 'x'.repeat(101) }, 'param.invalid'],
      [{ cardData: undefined }, 'param.cardPublicDataEmpty'],
      [{ cardData: { cardParamMap: { title: 1 } } }, 'param.invalid'],
      [{ cardData: { cardParamMap: { title: 'x'.repeat(103_000) } } }, 'param.invalid'],
      [{ privateData: { 'u-none': { cardParamMap: {} } } }, 'param.userIdNotExist'],
      [{ openSpaceId: undefined }, 'param.openSpaceIdEmpty'],
      [{ openSpaceId: `IM_GROUP.${group}` }, 'param.openSpaceIdInvalid'],
      [{ imGroupOpenDeliverModel: undefined }, 'param.openDeliverModelEmpty'],
      [{ imGroupOpenDeliverModel: {} }, 'param.openDeliverModelError'],
      [{ imGroupOpenSpaceModel: {} }, 'param.openSpaceModelInvalid'],
      [{ callbackType: 'stream' }, 'param.invalid'],
    ];
    for (const [more, code] of mistakes) {
      const { status, body } = await deliver(more);
      assert.deepEqual([status, body.code], [400, code], JSON.stringify(more).slice(0, 100));
    }
  });

  test('a used outTrackId makes no second card', async () => {
    const outTrackId = 'once';
    assert.equal((await deliver({ outTrackId })).status, 200);
    const again = await deliver({ outTrackId, cardData: { cardParamMap: { title: '新的' } } });
    assert.deepEqual([again.status, again.body.code], [400, 'param.cardAlreadyExist']);
    assert.doesNotMatch(await shown('lin'), /新的/);
  });

  test('succeeds as a whole though one space failed', async () => {
    const { status, body } = await deliver({
      openSpaceId: `dtv1.card//IM_GROUP.${group};IM_GROUP.cidNONE==;im_robot.u-lin`,
      imRobotOpenSpaceModel: { supportForward: false, lastMessageI18n: { ZH_CN: '请处理' } },
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT' },
    });
    assert.deepEqual([status, body.success], [200, true]);
    assert.deepEqual(
      resultsOf(body).map(({ spaceType, success }) => [spaceType, success]),
      [
        ['IM_GROUP', true],
        ['IM_GROUP', false],
        ['IM_ROBOT', true],
      ],
    );
    const { chats } = await bench.control('GET', 'chats?platform=dingtalk&as=lin');
    const own = Array.isArray(chats) ? chats.find(({ kind }) => kind === 'p2p') : undefined;
    assert.equal(own?.last?.text, '请处理');
    const status2 = await bench.v1(
      'GET',
      `robot/oToMessages/readStatus?robotCode=${appKey}&processQueryKey=${encodeURIComponent(String(resultsOf(body)[2]?.carrierId))}`,
    );
    assert.equal(status2.body.sendStatus, 'SUCCESS');
  });

  test('create, then deliver', async () => {
    const { openSpaceId, imGroupOpenDeliverModel, ...alone } = creating({ outTrackId: 'later' });
    const created = await bench.v1('POST', 'card/instances', alone);
    assert.deepEqual(created.body, { success: true, result: 'later' });
    const space = { outTrackId: 'later', openSpaceId, imGroupOpenDeliverModel };
    const delivered = await bench.v1('POST', 'card/instances/deliver', space);
    assert.ok(Array.isArray(delivered.body.result) && delivered.body.result[0].success === true);
    const none = await bench.v1('POST', 'card/instances/deliver', { ...space, outTrackId: 'none' });
    assert.equal(none.body.code, 'param.cardNotExist');
  });

  test('updates overwrite everything unless told to go by key', async () => {
    const outTrackId = 'merge';
    await deliver({
      ...{ outTrackId, cardData: { cardParamMap: { title: '甲', tag: '新' } } },
      privateData: { 'u-lin': { cardParamMap: { note: '林' } }, 'u-wei': { cardParamMap: { note: '魏' } } },
    });
    const byKey = { updateCardDataByKey: true, updatePrivateDataByKey: true };
    await update(outTrackId, {
      cardData: { cardParamMap: { tag: '旧' } },
      privateData: { 'u-lin': { cardParamMap: { form_status: 'disabled' } } },
      cardUpdateOptions: byKey,
    });
    assert.match(await shown('lin'), /甲.*旧.*林/);
    assert.match(await shown('wei'), /甲.*旧.*魏/);
    await update(outTrackId, { privateData: { 'u-lin': { cardParamMap: { note: '只剩我' } } } });
    assert.match(await shown('lin'), /只剩我/);
    assert.doesNotMatch(await shown('wei'), /魏/);
    await update(outTrackId, { cardData: { cardParamMap: { tag: '只剩标签' } } });
    assert.doesNotMatch(await shown('lin'), /甲/);
    assert.equal((await update(outTrackId, {})).body.code, 'param.cardDataAndPrivateDataBothEmpty');
    assert.equal((await update('none', { cardData: {} })).body.code, 'param.cardNotExist');
  });

  test('only the recipients see a card that has some', async () => {
    await deliver({
      cardData: { cardParamMap: { title: '仅林小满' } },
      imGroupOpenDeliverModel: { robotCode: appKey, recipients: ['u-lin'] },
    });
    assert.match(await shown('lin'), /仅林小满/);
    assert.doesNotMatch(await shown('wei'), /仅林小满/);
  });

  test('a press on a card nobody listens to comes to nothing, and says so', async () => {
    const message = await bench.sendCard(
      'deaf',
      { title: 'T', buttons: '[{"id":"go","text":"去"}]' },
      { callbackType: undefined },
    );
    const result = await bench.does('click', { as: 'lin', message, button: { name: 'go' } });
    assert.deepEqual(
      [result.cardUpdated, result.error],
      [false, 'the card was created without callbackType'],
    );
  });

  test('AI cards are streamed: whole text each time, idempotent, finished once', async () => {
    await deliver({ outTrackId: 'ai', cardTemplateId: aiId, cardData: { cardParamMap: {} } });
    assert.match(await shown('lin'), /"waiting"/);
    const stream = (guid: string, more: Json = {}) =>
      bench.v1('PUT', 'card/streaming', {
        ...{ outTrackId: 'ai', guid, key: 'content', content: '您好，', isFull: true },
        ...more,
      });
    assert.equal((await stream('1', { isFull: false })).body.code, 'param.stream.isFull');
    assert.equal((await stream('', {})).body.code, 'param.stream.guidEmpty');
    assert.equal((await stream('1', { content: '长'.repeat(7_000) })).body.code, 'param.stream.content');
    assert.equal((await stream('1')).body.success, true);
    await stream('1', { content: '重复的调用没有效果' });
    assert.match(await shown('wei'), /"您好，"/);
    await stream('2', { content: '您好，已发货。', isFinalize: true });
    assert.match(await shown('wei'), /已发货/);
    assert.equal((await stream('3', { content: '还有' })).status, 400);
    const plain = await bench.v1('PUT', 'card/streaming', {
      ...{ outTrackId: 'merge', guid: '1', key: 'markdown', content: 'x', isFull: true },
    });
    assert.equal(plain.status, 400);
  });

  test('templates are made over the API, and locked once published', async () => {
    const name = '工单';
    const made = await bench.v1('POST', 'card/templates', { name, type: 'im', extendType: 'card' });
    const { templateId: id } = Object.assign({ templateId: '' }, made.body.data);
    assert.match(id, /^[0-9a-f-]{36}\.schema$/);
    assert.equal((await deliver({ cardTemplateId: id })).body.code, 'param.templateUnpublished');
    const save = (templateSource: string) =>
      bench.v1('POST', 'card/templates/save', { templateId: id, name, templateSource });
    assert.match(String((await save('{}')).body.message), /editorData/);
    assert.equal((await save(exampleTemplate())).status, 200);
    const published = await bench.v1('POST', 'card/templates/publish', { templateId: id, name });
    assert.equal(published.status, 200);
    assert.equal((await deliver({ cardTemplateId: id })).status, 200);
    assert.match(String((await save(exampleTemplate())).body.message), /发布后/);
    const read = await bench.v1('GET', `card/templates?templateId=${id}`);
    assert.match(JSON.stringify(read.body.data), /"status":"PUBLISHED"/);
  });

  test('whoever is announced may be mentioned in the markdown', async () => {
    await deliver({
      cardData: { cardParamMap: { markdown: '请 <a atId=u-wei>魏</a> 看' } },
      cardAtUserIds: ['u-wei'],
    });
    assert.match(await shown('lin'), /"at":\{"u-wei":"魏然"\}/);
  });
});
