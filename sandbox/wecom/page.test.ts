import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { skip, withPage } from '../page/testing.js';
import type { Sandbox } from '../sandbox.js';
import { agentId, bot, buttonCard, callback, corpId, passive, secret, startApp, world } from './testing.js';

type Json = Record<string, unknown>;

const open = { type: 1, url: 'https://kf.example.com/c/1' };

/** The app that sends, at this sandbox. */
async function sender(sandbox: Sandbox): Promise<(type: string, content: Json) => Promise<Json>> {
  const query = `corpid=${corpId}&corpsecret=${encodeURIComponent(secret)}`;
  const { access_token: token } = await (await fetch(`${sandbox.url}/cgi-bin/gettoken?${query}`)).json();
  return async (type, content) => {
    const body = { touser: '@all', agentid: agentId, msgtype: type, [type]: content };
    const to = `${sandbox.url}/cgi-bin/message/send?access_token=${token}`;
    const answer: Json = await (await fetch(to, { method: 'POST', body: JSON.stringify(body) })).json();
    assert.equal(answer.errcode, 0, String(answer.errmsg));
    return answer;
  };
}

const sit = (page: Page, sandbox: Sandbox, chat: string) =>
  page.goto(`${sandbox.url}/?im=wecom&as=lin&chat=${chat}`);

test('a card is chosen on, pressed, and shown as the answer has made it', { skip }, async () => {
  const app = await startApp();
  app.answer = ({ xml }) =>
    JSON.stringify(xml).includes('template_card_event')
      ? passive('update_button', '<Button><ReplaceName><![CDATA[已认领]]></ReplaceName></Button>')
      : undefined;
  try {
    await withPage(world({ callback: { url: app.url, ...callback } }), async (page, sandbox) => {
      const send = await sender(sandbox);
      await send('template_card', buttonCard({ main_title: { title: '<b>新</b> & 会话' } }));
      await sit(page, sandbox, bot);
      const card = page.locator('[data-card-type=button_interaction]');
      assert.equal(await card.locator('h3').innerText(), '<b>新</b> & 会话');
      assert.equal(await card.locator('[data-field=skill] select').inputValue(), 'post');
      await card.locator('[data-field=skill] select').selectOption({ label: '售前' });
      await card.getByRole('button', { name: '认领' }).click();
      const done = card.getByRole('button', { name: '已认领' });
      await done.waitFor();
      assert.equal(await done.isDisabled(), true);
      assert.equal(await card.getByRole('button').count(), 1);
      const [pressed] = app.heard.filter(({ plain }) => plain.includes('template_card_event'));
      assert.match(String(pressed?.plain), /<OptionId><!\[CDATA\[pre\]\]>/);
    });
  } finally {
    await app.close();
  }
});

test('every kind of card shows its parts, its menu and its links', { skip }, async () => {
  await withPage(world({ callback: { url: 'http://127.0.0.1:1/', ...callback } }), async (page, sandbox) => {
    const send = await sender(sandbox);
    await send('template_card', {
      card_type: 'text_notice',
      task_id: 'n-1',
      source: { desc: '售后', desc_color: 2 },
      action_menu: { desc: '更多', action_list: [{ text: '静音一小时', key: 'mute' }] },
      main_title: { title: '等待中' },
      emphasis_content: { title: '03:21', desc: '最久已等' },
      horizontal_content_list: [
        { keyname: '资料', value: '查看', ...open },
        { keyname: '负责', type: 3, userid: 'LinXiaoMan' },
      ],
      jump_list: [{ title: '打开工作台', ...open }],
      card_action: open,
    });
    const option_list = ['甲', '乙'].map((text) => ({ id: text, text, is_checked: true }));
    const submit = { main_title: { title: '题' }, submit_button: { text: '交上去', key: 'go' } };
    const one = { card_type: 'vote_interaction', checkbox: { question_key: 'q', option_list } };
    await send('template_card', { ...one, task_id: 'v-1', ...submit });
    await send('template_card', { ...one, task_id: 'v-2', ...submit });
    await sit(page, sandbox, bot);
    const notice = page.locator('[data-card-type=text_notice]');
    await notice.waitFor();
    const words = await notice.innerText();
    for (const part of ['售后', '等待中', '03:21', '最久已等', '资料', '查看', '林小满', '打开工作台'])
      assert.ok(words.includes(part), part);
    await notice.getByRole('button', { name: '更多' }).click();
    await page.getByRole('menuitem', { name: '静音一小时' }).waitFor();
    await page.keyboard.press('Escape');
    const votes = page.locator('[data-card-type=vote_interaction]');
    await votes.nth(1).getByLabel('乙').check();
    assert.equal(await votes.nth(0).getByLabel('甲').isChecked(), true);
    assert.equal(await votes.nth(1).getByLabel('甲').isChecked(), false);
    await votes.nth(1).getByRole('button', { name: '交上去' }).click();
    await page.locator('.toast-error', { hasText: '没有送达' }).waitFor();
    assert.equal(await votes.nth(1).getByLabel('乙').isChecked(), true);
  });
});

test('words, markdown and files of app and webhook look like themselves', { skip }, async () => {
  await withPage(world(), async (page, sandbox) => {
    const send = await sender(sandbox);
    await send('text', {
      content: '见<a href="https://kf.example.com/">工作台</a>\n<script>alert(1)</script>',
    });
    await send('markdown', { content: '**重点** <font color="warning">急</font>' });
    const textcard = { title: '领奖', description: '<div class="gray">今天</div>恭喜', url: open.url };
    await send('textcard', textcard);
    await sit(page, sandbox, bot);
    const text = page.locator('[data-type=text] .bubble');
    await text.waitFor();
    assert.equal(await text.innerText(), '见工作台\n<script>alert(1)</script>');
    assert.equal(await text.getByRole('link').getAttribute('href'), 'https://kf.example.com/');
    assert.equal(await page.locator('[data-type=markdown] strong').innerText(), '重点');
    const card = page.locator('[data-type=textcard]');
    assert.equal(await card.locator('.wecom-tone-gray').innerText(), '今天');
    assert.match(await card.innerText(), /领奖[\s\S]*恭喜[\s\S]*详情/);
    const push = { msgtype: 'text', text: { content: '早会', mentioned_list: ['weiran'] } };
    const to = `${sandbox.url}/cgi-bin/webhook/send?key=a-webhook-key`;
    await fetch(to, { method: 'POST', body: JSON.stringify(push) });
    await sit(page, sandbox, 'wrGroup');
    const pushed = page.locator('.message', { hasText: '早会' });
    await pushed.waitFor();
    assert.match(await pushed.innerText(), /播报[\s\S]*消息推送[\s\S]*@魏然/);
  });
});
