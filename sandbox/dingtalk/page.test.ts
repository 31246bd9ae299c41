import assert from 'node:assert/strict';
import test from 'node:test';
import { skip, withPage } from '../page/testing.js';
import type { Sandbox } from '../sandbox.js';
import { startReceiver } from './receiver.js';
import { appKey, appSecret, dingtalkWorld, fetchJson, group, templateId } from './testing.js';

type Json = Record<string, unknown>;

const hostile = '<img src=x onerror="document.title=1"> <a atId=all>所有人</a> [点我](javascript:alert(1))';
const byKey = { updateCardDataByKey: true, updatePrivateDataByKey: true };

const buttons = JSON.stringify([
  { id: 'claim', text: '认领', color: 'blue', params: { n: 3 } },
  { id: 'close', text: '关闭', color: 'red', confirm: '确定要关闭吗？', params: {} },
]);
const form = JSON.stringify({
  fields: [
    { name: 'reply', type: 'TEXT_AREA', label: '回复', required: true },
    { name: 'level', type: 'SELECT', label: '级别', options: [{ value: 'high', text: '高' }] },
    { name: 'notify', type: 'SWITCH', label: '通知' },
  ],
});

async function sendCard(sandbox: Sandbox, callbackUrl: string): Promise<void> {
  const post = async (path: string, body: Json, token = '') => {
    const answer = await fetchJson(`${sandbox.url}/v1.0/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-acs-dingtalk-access-token': token },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  const token = String((await post('oauth2/accessToken', { appKey, appSecret })).accessToken);
  await post('card/callbacks/register', { callbackRouteKey: 'cards', callbackUrl }, token);
  await post(
    'card/instances/createAndDeliver',
    {
      ...{ cardTemplateId: templateId, outTrackId: 'c-1', callbackType: 'HTTP', callbackRouteKey: 'cards' },
      cardData: { cardParamMap: { title: 'A3 · 王女士', tag: '待认领', markdown: hostile } },
      privateData: { 'u-lin': { cardParamMap: { buttons, form, form_button: '发送' } } },
      openSpaceId: `dtv1.card//IM_GROUP.${group}`,
      imGroupOpenSpaceModel: { supportForward: false },
      imGroupOpenDeliverModel: { robotCode: appKey },
    },
    token,
  );
}

test('a card is each viewer’s own, asks, waits, fails aloud and changes for everybody', {
  skip,
}, async () => {
  const app = await startReceiver();
  const heard: Json[] = [];
  let answer: string | Promise<string> = '{}';
  app.answer = ({ body }) => {
    heard.push(JSON.parse(JSON.parse(body).content).cardPrivateData);
    return answer;
  };
  await withPage(dingtalkWorld(), async (page, sandbox, context) => {
    await page.goto(`${sandbox.url}/?im=dingtalk&as=lin&chat=${encodeURIComponent(group)}`);
    await sendCard(sandbox, app.url);
    const card = page.locator('[data-testid^="card-"]');
    await card.getByText(hostile.slice(0, 30)).waitFor();
    assert.equal(await card.locator('img, a').count(), 0, 'text is shown as it was written');

    await card.getByRole('button', { name: '关闭', exact: true }).click();
    await page.getByTestId('confirm-dialog').getByText('确定要关闭吗？').waitFor();
    await page.getByTestId('confirm-dialog').getByRole('button', { name: '取消' }).click();
    await card.getByRole('button', { name: '发送' }).click();
    await card.getByText('回复是必填项').waitFor();
    assert.equal(heard.length, 0, 'neither was sent');

    answer = new Promise(() => {});
    const claim = card.getByRole('button', { name: '认领', exact: true });
    await claim.click();
    assert.equal(await claim.getAttribute('aria-busy'), 'true');
    await page.getByTestId('toast').getByText('请求失败，请稍后重试').waitFor();

    answer = JSON.stringify({
      cardUpdateOptions: byKey,
      cardData: { cardParamMap: { tag: '林小满处理中' } },
      userPrivateData: { cardParamMap: { form_status: 'disabled', form_button: '已发送', buttons: '[]' } },
    });
    await card.locator('[data-field="reply"]').fill('马上补发');
    await card.locator('[data-field="level"]').selectOption('high');
    await card.locator('[data-field="notify"]').check();
    await card.getByRole('button', { name: '发送' }).click();
    await card.getByText('林小满处理中').waitFor();
    assert.equal(await card.getByRole('button', { name: '已发送' }).isDisabled(), true);
    assert.deepEqual(heard.at(-1), {
      actionIds: ['form'],
      params: { form: { reply: '马上补发', level: { index: 0, value: 'high' }, notify: true } },
    });

    const other = await context.newPage();
    await other.goto(`${sandbox.url}/?im=dingtalk&as=wei&chat=${encodeURIComponent(group)}`);
    const theirs = other.locator('[data-testid^="card-"]');
    await theirs.getByText('林小满处理中').waitFor();
    assert.equal(await theirs.getByRole('button').count(), 0);
  });
  await app.close();
});

test('a person writes to the robot and reads what it says', { skip }, async () => {
  const app = await startReceiver();
  app.answer = () =>
    JSON.stringify({ msgtype: 'markdown', markdown: { title: '订单', text: '### 已发货\n- **顺丰** 1001' } });
  await withPage(dingtalkWorld({ mode: 'http', robotUrl: app.url }), async (page, sandbox) => {
    await page.goto(`${sandbox.url}/?im=dingtalk&as=lin&chat=${appKey}`);
    await page.getByTestId('composer').fill('查订单 1001');
    await page.keyboard.press('Enter');
    const log = page.getByRole('log');
    await log.getByText('查订单 1001').waitFor();
    await log.getByRole('heading', { name: '已发货' }).waitFor();
    assert.equal(await log.locator('li strong', { hasText: '顺丰' }).count(), 1);
  });
  await app.close();
});
