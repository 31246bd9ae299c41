import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agentId, startWecom, type Wecom, world } from './testing.js';

describe('directory, menu and groups of an app', () => {
  let wecom: Wecom;
  before(async () => {
    wecom = await startWecom(
      world(
        {},
        {
          departments: [
            { id: 2, name: '客服部' },
            { id: 3, name: '客服一组', parentId: 2 },
            { id: 9, name: '财务部' },
          ],
        },
      ),
    );
  });
  after(() => wecom.close());
  const get = (path: string, token?: string) => wecom.call('GET', `/cgi-bin/${path}`, undefined, token);
  const post = (path: string, body: Record<string, unknown>, token?: string) =>
    wecom.call('POST', `/cgi-bin/${path}`, body, token);

  test('a member is read in any case, without what newer apps do not get, and only if the app sees them', async () => {
    const lin = await get('user/get?userid=LINXIAOMAN');
    assert.deepEqual([lin.errcode, lin.userid, lin.name, lin.position], [0, 'LinXiaoMan', '林小满', '客服']);
    for (const field of ['avatar', 'mobile', 'gender', 'email']) assert.equal(lin[field], undefined);
    assert.equal((await get('user/get?userid=outside')).errcode, 60011);
    assert.equal((await get('user/get?userid=nobody')).errcode, 60111);
  });

  test('departments and their members end where the visibility of the app ends', async () => {
    const { department } = await get('department/list');
    const names = Array.isArray(department) ? department.map(({ name }) => name) : [];
    assert.deepEqual(names, ['全公司', '客服部']);
    const { userlist } = await get('user/simplelist?department_id=2');
    const ids = Array.isArray(userlist) ? userlist.map(({ userid }) => userid) : [];
    assert.deepEqual(ids, ['LinXiaoMan', 'weiran']);
    assert.deepEqual((await get('user/simplelist?department_id=1')).userlist, []);
    const all = (await get('user/list?department_id=1&fetch_child=1')).userlist;
    assert.equal(Array.isArray(all) && all.length, 2);
    assert.equal((await get('user/simplelist?department_id=77')).errcode, 60003);
  });

  test('the list of all ids is for the secret of the directory only, in pages', async () => {
    assert.equal((await post('user/list_id', {})).errcode, 48002);
    const token = await wecom.tokenOf('the secret of the directory');
    const first = await post('user/list_id', { limit: 2 }, token);
    const rest = await post('user/list_id', { limit: 2, cursor: first.next_cursor }, token);
    const ids = [first, rest].flatMap(({ dept_user: list }) => (Array.isArray(list) ? list : []));
    assert.deepEqual(
      ids.map(({ userid }) => userid),
      ['LinXiaoMan', 'weiran', 'outside'],
    );
    assert.equal(rest.next_cursor, '');
    assert.equal((await get('user/get?userid=outside', token)).errcode, 0);
    const said = { touser: 'weiran', agentid: agentId, msgtype: 'text', text: { content: 'x' } };
    assert.equal((await post('message/send', said, token)).errcode, 48002);
  });

  test('a menu replaces the one before, within its sizes, and can be read and taken away', async () => {
    const menu = (path: string, body?: Record<string, unknown>) =>
      wecom.call(body ? 'POST' : 'GET', `/cgi-bin/menu/${path}?agentid=${agentId}`, body);
    const button = [
      { type: 'click', name: '我的会话', key: 'mine' },
      { name: '更多', sub_button: [{ type: 'view', name: '帮助', url: 'https://a.example/' }] },
    ];
    assert.equal((await menu('create', { button })).errcode, 0);
    const read = (await menu('get')).button;
    assert.equal(Array.isArray(read) && read[1].sub_button[0].url, 'https://a.example/');
    const item = { type: 'click', name: '项', key: 'k' };
    assert.equal((await menu('create', { button: [item, item, item, item] })).errcode, 40016);
    assert.equal((await menu('create', { button: [{ ...item, name: '一二三四五六' }] })).errcode, 40018);
    assert.equal((await menu('create', { button: [{ ...item, key: '' }] })).errcode, 40019);
    assert.equal((await menu('create', { button: [{ ...item, type: 'dance' }] })).errcode, 40017);
    const deep = [{ name: '一', sub_button: [{ name: '二', sub_button: [item] }] }];
    assert.equal((await menu('create', { button: deep })).errcode, 40023);
    assert.equal((await menu('delete')).errcode, 0);
    assert.deepEqual((await menu('get')).button, []);
    assert.equal((await wecom.call('GET', '/cgi-bin/menu/get?agentid=5')).errcode, 40056);
  });

  test('groups need an app that all can see, two members and a free id, and take no cards', async () => {
    const create = (more: Record<string, unknown> = {}) =>
      post('appchat/create', {
        name: '专项群',
        userlist: ['LinXiaoMan', 'weiran'],
        chatid: 'room1',
        ...more,
      });
    assert.equal((await create()).errcode, 60011);
    await wecom.control('PUT', 'world', world({ visible: undefined }));
    assert.equal((await create({ userlist: ['weiran'] })).errcode, 86006);
    assert.equal((await create({ userlist: ['weiran', 'nobody'] })).errcode, 60111);
    assert.equal((await create({ chatid: 'no spaces' })).errcode, 86001);
    assert.deepEqual((await create()).chatid, 'room1');
    assert.equal((await create()).errcode, 86215);
    const send = (type: string, content: Record<string, unknown>, chatid = 'room1') =>
      post('appchat/send', { chatid, msgtype: type, [type]: content });
    assert.equal((await send('text', { content: '大家好' })).errcode, 0);
    assert.equal((await wecom.seen('wei', 'room1')).at(-1)?.content.content, '大家好');
    assert.equal((await send('template_card', { card_type: 'text_notice' })).errcode, 40008);
    assert.equal((await send('text', { content: 'x' }, 'none')).errcode, 86003);
    assert.equal((await send('text', { content: 'x' }, 'wrGroup')).errcode, 86008);
    assert.equal((await post('appchat/update', { chatid: 'room1', add_user_list: ['outside'] })).errcode, 0);
    const { chat_info: info } = await get('appchat/get?chatid=room1');
    assert.match(JSON.stringify(info), /"userlist":\["LinXiaoMan","weiran","outside"\]/);
  });
});
