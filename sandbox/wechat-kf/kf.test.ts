import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { agentId, startWecom, world } from '../wecom/testing.js';

const kfId = 'wkTest';
const kf = {
  agentId: String(agentId),
  accounts: [
    { openKfId: kfId, name: '山屿茶器客服', servicers: ['LinXiaoMan'] },
    { openKfId: 'wkElse', name: '另一个', servicers: [] },
  ],
  customers: [
    { id: 'wang', nickname: '王女士', externalUserId: 'wmWang', unionId: 'uWang' },
    { id: 'li', nickname: '李先生', externalUserId: 'wmLi' },
  ],
};

type Json = Record<string, unknown>;

async function open(t: TestContext) {
  const wecom = await startWecom(world({}, { kf }));
  t.after(() => wecom.close());
  const phone = async (what: string, body: Json = {}, as = 'wang', account = kfId) => {
    const response = await fetch(`${wecom.url}/wechat-kf/${what}?as=${as}&account=${account}&scene=shop`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const says = (text: string, as?: string, account?: string) =>
    phone('act', { do: 'say', text }, as, account);
  const api = (path: string, body: Json) => wecom.call('POST', `/cgi-bin/kf/${path}`, body);
  const session = { open_kfid: kfId, external_userid: 'wmWang' };
  const sync = async (more: Json = {}) => {
    const answer: Json = await api('sync_msg', { open_kfid: kfId, ...more });
    const { errcode, has_more, next_cursor } = answer;
    return {
      errcode,
      has_more,
      next_cursor,
      list: Array.isArray(answer.msg_list) ? answer.msg_list.map((one): Json => one) : [],
    };
  };
  const send = (content: string, more: Json = {}) =>
    api('send_msg', { touser: 'wmWang', open_kfid: kfId, msgtype: 'text', text: { content }, ...more });
  return { wecom, phone, says, api, sync, send, session };
}

test('what is said is pulled once by cursor, an empty batch may have more behind it, and what was sent is not in it', async (t) => {
  const { says, sync, send } = await open(t);
  await says('一');
  assert.equal((await send('答')).errcode, 0);
  await says('别处', 'wang', 'wkElse');
  await says('二');
  const first = await sync({ limit: 1 });
  assert.deepEqual([first.has_more, first.list.map(({ text }) => text)], [1, [{ content: '一' }]]);
  const second = await sync({ limit: 1, cursor: first.next_cursor });
  assert.deepEqual([second.has_more, second.list], [1, []]);
  const third = await sync({ limit: 1, cursor: second.next_cursor });
  assert.deepEqual([third.has_more, third.list.map(({ text }) => text)], [0, [{ content: '二' }]]);
  assert.equal((await sync({ cursor: third.next_cursor })).errcode, 45009);
});

test('a customer is answered in states 0 and 1 only, five times, within 48 hours, and a msgid counts once', async (t) => {
  const { wecom, says, send, api, session } = await open(t);
  assert.equal((await send('未来信')).errcode, 95031);
  await says('在吗');
  assert.equal((await api('service_state/get', session)).service_state, 0);
  assert.equal((await api('service_state/trans', { ...session, service_state: 1 })).errcode, 0);
  assert.equal((await send('1', { msgid: 'once' })).msgid, 'once');
  assert.match(String((await send('1', { msgid: 'once' })).errmsg), /msgid/);
  for (const text of ['2', '3', '4', '5']) assert.equal((await send(text)).errcode, 0);
  assert.equal((await send('6')).errcode, 95001);
  await says('再问');
  assert.equal((await send('长'.repeat(683))).errcode, 45002);
  assert.equal((await send('长'.repeat(682))).errcode, 0);
  assert.equal((await api('service_state/trans', { ...session, service_state: 0 })).errcode, 95016);
  const given = { ...session, service_state: 3, servicer_userid: 'LinXiaoMan' };
  assert.equal((await api('service_state/trans', given)).errcode, 0);
  assert.equal((await send('x')).errcode, 95018);
  assert.equal((await api('service_state/trans', { ...session, service_state: 1 })).errcode, 95016);
  await wecom.control('POST', 'clock', { advanceMs: 49 * 3_600_000 });
  assert.equal((await send('晚了')).errcode, 95002);
  assert.equal((await api('service_state/get', session)).service_state, 4);
});

test('who enters for the first time may be welcomed once, within twenty seconds', async (t) => {
  const { wecom, phone, sync, api } = await open(t);
  const enter = async () => {
    await phone('enter');
    const { event } = (await sync()).list.at(-1) ?? {};
    return event === undefined ? {} : { ...Object(event) };
  };
  const first = await enter();
  assert.equal(first.scene, 'shop');
  const welcome = (code: unknown, msgtype = 'text') =>
    api('send_msg_on_event', { code, msgtype, [msgtype]: { content: '您好' } });
  assert.equal((await welcome(first.welcome_code, 'image')).errcode, 40058);
  assert.equal((await welcome(first.welcome_code)).errcode, 0);
  assert.equal((await welcome(first.welcome_code)).errcode, 41050);
  assert.equal((await enter()).welcome_code, undefined);
  await wecom.control('POST', 'clock', { advanceMs: 49 * 3_600_000 });
  const later = await enter();
  await wecom.control('POST', 'clock', { advanceMs: 21_000 });
  assert.equal((await welcome(later.welcome_code)).errcode, 41050);
});

test('servicers, recalls and refused messages come as events; customers are told by name', async (t) => {
  const { phone, says, sync, send, api } = await open(t);
  await says('在吗');
  await phone('act', { do: 'action', key: 'recall' });
  await phone('act', { do: 'action', key: 'reject' });
  const { msgid } = await send('您好');
  await phone('servicer', { do: 'say', servicer: 'LinXiaoMan', text: '我来' });
  await phone('servicer', { do: 'end', servicer: 'LinXiaoMan' });
  const { list } = await sync();
  const [said, recalled, failed, taken, typed, ended] = list;
  assert.deepEqual(Object(recalled?.event).recall_msgid, said?.msgid);
  assert.deepEqual([Object(failed?.event).fail_msgid, Object(failed?.event).fail_type], [msgid, 10]);
  assert.deepEqual(
    [Object(taken?.event).change_type, typed?.origin, Object(ended?.event).change_type],
    [1, 5, 3],
  );
  const asked = { external_userid_list: ['wmWang', 'wmNobody'] };
  const { customer_list, invalid_external_userid } = await api('customer/batchget', asked);
  assert.deepEqual(invalid_external_userid, ['wmNobody']);
  assert.equal(Object(Object(customer_list)[0]).nickname, '王女士');
});

test('the phone shows both sides', async (t) => {
  const { wecom, says, send } = await open(t);
  await fetch(`${wecom.url}/wechat-kf?as=wang&account=${kfId}&scene=shop`);
  await says('在吗');
  const list = [{ type: 'click', click: { id: 'a', content: '转人工' } }];
  await send('', { msgtype: 'msgmenu', msgmenu: { head_content: '您好', list } });
  const view = await (await fetch(`${wecom.url}/wechat-kf/view?as=wang&account=${kfId}`)).json();
  const sides = view.items.map((item: { side: string; body: { type: string } }) => [
    item.side,
    item.body.type,
  ]);
  assert.deepEqual(sides, [
    ['notice', 'text'],
    ['me', 'text'],
    ['them', 'menu'],
  ]);
});
