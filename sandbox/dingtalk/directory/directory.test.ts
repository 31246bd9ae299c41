import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { appKey, type DingtalkBench, dingtalkWorld, group, startDingtalk } from '../testing.js';

describe('the directory', () => {
  let bench: DingtalkBench;
  before(async () => {
    bench = await startDingtalk();
  });
  after(() => bench.close());

  const result = async (path: string, body: Record<string, unknown>) =>
    (await bench.old(path, body)).body.result;

  test('knows people by userId, unionId and department, and no one from outside', async () => {
    const lin = Object.assign({ unionid: '' }, await result('/topapi/v2/user/get', { userid: 'u-lin' }));
    assert.deepEqual(Object.assign({}, lin), { ...lin, name: '林小满', title: '客服', dept_id_list: [7] });
    assert.equal('mobile' in lin, false);
    const byUnion = await result('/topapi/user/getbyunionid', { unionid: lin.unionid });
    assert.deepEqual(byUnion, { userid: 'u-lin', contact_type: 0 });
    assert.deepEqual(await result('/topapi/user/listid', { dept_id: 1 }), { userid_list: ['u-wei'] });
    const page = await result('/topapi/v2/user/list', { dept_id: 7, cursor: 0, size: 10 });
    assert.match(JSON.stringify(page), /"has_more":false.*林小满/);
    assert.equal((await bench.old('/topapi/v2/user/get', { userid: 'u-none' })).code, 60121);
    assert.equal((await bench.old('/topapi/user/listid', { dept_id: 99 })).code, 60003);
  });

  test('knows departments under the root', async () => {
    assert.deepEqual(await result('/topapi/v2/department/listsubid', { dept_id: 1 }), { dept_id_list: [7] });
    assert.deepEqual(await result('/topapi/v2/department/listparentbydept', { dept_id: 7 }), {
      parent_id_list: [7, 1],
    });
    assert.deepEqual(await result('/topapi/v2/department/get', { dept_id: 7 }), {
      ...{ dept_id: 7, name: '客服部', parent_id: 1 },
    });
  });

  test('forgets who left: no message reaches them, no group has them, no seat is theirs', async () => {
    const people = [{ id: 'wei', name: '魏然', departed: true }];
    await bench.control('PUT', 'world', { dingtalk: { people } });
    assert.equal((await bench.old('/topapi/v2/user/get', { userid: 'u-wei' })).code, 60121);
    const sent = await bench.v1('POST', 'robot/oToMessages/batchSend', {
      ...{ robotCode: appKey, userIds: ['u-wei'], msgKey: 'sampleText', msgParam: '{"content":"x"}' },
    });
    assert.deepEqual(sent.body.invalidStaffIdList, ['u-wei']);
    await assert.rejects(bench.sees('wei', group), /has left the organisation/);
    const { dingtalk } = await bench.control('GET', 'world');
    assert.doesNotMatch(JSON.stringify(dingtalk), /魏然/);
    await bench.control('PUT', 'world', dingtalkWorld());
  });
});
