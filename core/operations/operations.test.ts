import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { allOperations } from './all.js';
import type { Role } from './operation.js';

const roles: Role[] = ['employee', 'agent', 'supervisor', 'admin'];
const admin = ['admin'];
const staff = ['agent', 'supervisor', 'admin'];
const leading = ['supervisor', 'admin'];
const allowed: Record<string, readonly string[]> = {
  'knowledge.ask': roles,
  'member.help': roles,
  'conversation.claim': staff,
  'conversation.close': staff,
  'conversation.note': staff,
  'conversation.reply': staff,
  'draft.drop': staff,
  'draft.send': staff,
  'member.focus': staff,
  'member.mine': staff,
  'member.handOverAll': staff,
  'member.offDuty': staff,
  'member.remind': staff,
  'member.remindWhen': staff,
  'member.showStatus': staff,
  'member.status': staff,
  'conversation.accept': staff,
  'conversation.decline': staff,
  'conversation.hold': staff,
  'conversation.holdWhen': staff,
  'conversation.resume': staff,
  'queue.list': staff,
  'setup.open': roles,
  'setup.show': admin,
  'setup.fillIn': admin,
  'member.search': admin,
  'member.invite': admin,
  'member.setRole': admin,
  'member.set': admin,
  'queue.create': admin,
  'queue.delete': admin,
  'queue.set': admin,
  'queue.addMembers': admin,
  'queue.removeMember': admin,
  'queue.bindDesk': admin,
  'robot.set': admin,
  'account.create': admin,
  'account.set': admin,
  'account.check': admin,
  'workspace.check': admin,
  'workspace.setCredentials': admin,
  'queue.browse': staff,
  'conversation.find': staff,
  'conversation.log': staff,
  'conversation.export': staff,
  'queue.live': leading,
  'member.team': leading,
  'member.oversee': leading,
  'member.sendOff': leading,
  'member.reassignAll': leading,
  'member.undoReassignAll': leading,
  'conversation.oversee': leading,
  'conversation.offerReassign': leading,
  'conversation.reassign': leading,
  'conversation.giveBack': leading,
  'conversation.takeOver': leading,
  'conversation.whisper': leading,
  'conversation.askPerson': [],
  'conversation.rate': [],
};
for (const [name, who] of Object.entries(allowed)) {
  test(`${name} may be called by ${who.join(', ') || 'customers only'}`, () => {
    assert.deepEqual(
      roles.filter((role) => allOperations().allows(name, role)),
      who,
    );
  });
}

const nobodys = '01890000-0000-7000-8000-000000000000';

test('an employee’s clicks are refused in words and change nothing, whatever they say', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '小职员', role: 'employee' },
    ],
  });
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const content = { type: 'text', text: '不该说的话' };
  for (const [name, who] of Object.entries(allowed)) {
    if (who.includes('employee')) continue;
    const args = { conversation: waiting?.id, draft: nobodys, content, score: 1 };
    const answer = await house.member('小职员').clicks(name, args);
    assert.deepEqual([answer.toast?.type, answer.toast?.text.includes('没有权限')], ['warning', true], name);
  }
  await house.settled();
  assert.deepEqual(await house.conversations(), [waiting]);
  assert.equal(
    (await house.db.query(`select 1 from messages where content ->> 'text' = '不该说的话'`)).length,
    0,
  );
});

test('a click with an id that is none, or of nothing, is refused in words and holds up nobody', async (t) => {
  const house = await openHouse(t);
  const lin = house.member('林小满');
  for (const conversation of ['x', '', nobodys, undefined, 7, "'; drop table members"]) {
    const answer = await lin.clicks('conversation.claim', { conversation });
    assert.equal(answer.toast?.type, 'warning', String(conversation));
  }
  assert.equal((await lin.clicks('no.such', {})).toast?.type, 'warning');
  assert.deepEqual(await house.putAside(), []);
});

test('who left is refused, and what they type reaches nobody', async (t) => {
  const house = await openHouse(t);
  const [lin, wang] = [house.member('林小满'), house.customer('王女士')];
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: waiting?.id });
  await house.settled();
  await house.db.query('update members set departed_at = now()');
  const heard = wang.heard().length;
  await lin.types('我走了');
  const answer = await lin.clicks('conversation.close', { conversation: waiting?.id });
  assert.match(answer.toast?.text ?? '', /没有权限/);
  await house.settled();
  assert.equal(wang.heard().length, heard);
});

test('a supervisor outside a confidential queue neither sees, claims, notes nor closes what is in it', async (t) => {
  const house = await openHouse(t, {
    confidential: true,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '主管', role: 'supervisor', serves: false },
      { name: '管理员', role: 'admin', serves: false },
    ],
  });
  await house.customer('王女士').says('转人工');
  await house.customer('王女士').says('我的工资条有误');
  await house.settled();
  const [waiting] = await house.conversations();
  for (const name of ['主管', '管理员']) {
    const outsider = house.member(name);
    for (const operation of [
      'conversation.claim',
      'conversation.note',
      'conversation.reply',
      'conversation.close',
    ]) {
      const args = { conversation: waiting?.id, content: { type: 'text', text: '看一眼' } };
      const answer = await outsider.clicks(operation, args);
      assert.equal(answer.toast?.type, 'warning', `${name} ${operation}`);
    }
    for (const words of [
      '/queue',
      '/mine',
      `/claim ${waiting?.code}`,
      `/close ${waiting?.code}`,
      `${waiting?.code} 您好`,
      `// ${waiting?.code} 记一下`,
    ]) {
      await outsider.types(words);
    }
    await house.settled();
    const seen = JSON.stringify(outsider.received());
    assert.ok(!seen.includes('王女士') && !seen.includes('工资条'), `${name} was shown ${seen}`);
  }
  assert.deepEqual(await house.conversations(), [waiting]);
  assert.equal((await house.db.query(`select 1 from messages where audience = 'staff'`)).length, 0);
  const answer = await house.member('林小满').clicks('conversation.claim', { conversation: waiting?.id });
  assert.equal(answer.toast?.type, 'success', 'who serves it may');
  await house.settled();
  for (const name of ['主管', '管理员']) {
    for (const operation of ['conversation.offerTransfer', 'conversation.transfer', 'conversation.close']) {
      const args = { conversation: waiting?.id, to: house.memberId(name) };
      const { toast } = await house.member(name).clicks(operation, args);
      assert.ok(
        toast?.type === 'warning' && !toast.text.includes('林小满'),
        `${name} ${operation} ${toast?.text}`,
      );
    }
  }
});

test('an open queue shows itself to a supervisor who does not serve it', async (t) => {
  const house = await openHouse(t, { members: [{ name: '主管', role: 'supervisor', serves: false }] });
  await house.customer('王女士').says('转人工');
  await house.settled();
  await house.member('主管').types('/queue');
  await house.settled();
  const card = house.member('主管').received().at(-1)?.out;
  assert.ok(card?.kind === 'card' && card.card.plain.includes('王女士'));
});

test('the same click delivered again, even days later, has no second effect and the same answer', async (t) => {
  const house = await openHouse(t);
  const [lin, wang] = [house.member('林小满'), house.customer('王女士')];
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const args = { conversation: waiting?.id };
  const first = await lin.clicks('conversation.claim', args, undefined, 'click-1');
  await lin.clicks('conversation.close', args, undefined, 'click-2');
  await house.settled();
  const heard = wang.heard().length;
  const again = await lin.clicks('conversation.claim', args, undefined, 'click-1');
  await house.settled();
  assert.deepEqual(again.toast, first.toast);
  assert.equal(wang.heard().length, heard);
  assert.equal((await house.conversations())[0]?.state, 'closed');
});
