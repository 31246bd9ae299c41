import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { dingtalkCredentials } from '../../../bots/dingtalk/credentials.js';
import { robotRequest } from '../../../bots/dingtalk/sealed.js';
import { feishuCredentials } from '../../../bots/feishu/credentials.js';
import { sealed as sealedFeishu } from '../../../bots/feishu/sealed.js';
import { wecomCredentials } from '../../../bots/wecom/credentials.js';
import { sealed as sealedWecom, xml } from '../../../bots/wecom/sealed.js';
import { aibotCredentials } from '../../../bots/wecom-aibot/credentials.js';
import { sealed as sealedAibot } from '../../../bots/wecom-aibot/sealed.js';
import { signature } from '../../../connectors/signature.js';
import type { Delivery } from '../../../core/ports/delivery.js';
import { type Description, descriptionSchema } from '../../../core/setup/description.js';
import { corpIds, descriptionOf, enterpriseOf, keys, type Surface } from '../../../tests/enterprise-plan.js';

/** A door that webhooks come to. */
export const doors = ['feishu', 'dingtalk', 'wecom', 'wecom-aibot', 'api'] as const;
export type Door = (typeof doors)[number];

const people = 100;
export const apiAccount = '01990000-0000-7000-8006-000000000001';
const words =
  '您好，上周六下的那一单（两只青瓷盖碗）显示已经签收，但是我没有收到，能帮我查一下放在哪里了吗？谢谢！';

const company = enterpriseOf(1, {
  apps: (['feishu', 'dingtalk', 'wecom', 'wecom-aibot'] as const).map((platform) => ({
    platform,
    transport: 'http',
  })),
  agents: people,
});

const described = descriptionOf(company, 'http://127.0.0.1:1');

/** The enterprise that has all these doors, to be set up. */
export const description: Description = descriptionSchema.parse({
  ...described,
  accounts: [
    ...described.accounts,
    { id: apiAccount, name: 'api', channel: 'api', queue: '售后', settings: { secret: keys.apiSecret } },
  ],
});

function app<Credentials>(platform: Surface, schema: z.ZodType<Credentials>) {
  const found = company.apps.find((one) => one.platform === platform);
  const workspace = description.workspaces.find((one) => one.platform === platform);
  if (!found || !workspace) throw new Error(`there is no app on ${platform}`);
  return {
    path: `/bots/${platform}/${found.address}`,
    credentials: schema.parse(workspace.credentials),
    person: (number: number) => description.members[number % people]?.identities[workspace.name] ?? '',
  };
}

const feishu = app('feishu', feishuCredentials);
const dingtalk = app('dingtalk', dingtalkCredentials);
const wecom = app('wecom', wecomCredentials);
const aibot = app('wecom-aibot', aibotCredentials);

export const pathOf = (door: Door): string =>
  ({
    feishu: feishu.path,
    dingtalk: dingtalk.path,
    wecom: wecom.path,
    'wecom-aibot': aibot.path,
    api: `/channels/api/${apiAccount}`,
  })[door];

/** Somebody says something, in all that the platform says with it, signed and sealed as it does; never the same twice. */
export function deliveryAt(door: Door, number: number, now: number): Delivery {
  const id = randomBytes(12).toString('hex');
  switch (door) {
    case 'feishu': {
      const { credentials, person } = feishu;
      const [at, openId] = [String(now), person(number)];
      const userIds = { open_id: openId, union_id: `on_${id}0123456789`, user_id: null };
      const payload = {
        schema: '2.0',
        header: {
          ...{ event_id: id, event_type: 'im.message.receive_v1', create_time: at },
          ...{ token: keys.token, app_id: credentials.appId, tenant_key: '736588c9260f175d' },
        },
        event: {
          sender: { sender_id: userIds, sender_type: 'user', tenant_key: '736588c9260f175d' },
          message: {
            ...{ message_id: `om_${id}`, create_time: at, update_time: at, chat_id: `oc_${openId.slice(3)}` },
            ...{ chat_type: 'p2p', message_type: 'text', content: JSON.stringify({ text: words }) },
          },
        },
      };
      return sealedFeishu(credentials, bytes(payload), now);
    }
    case 'dingtalk': {
      const { credentials, person } = dingtalk;
      const payload = {
        ...{ conversationId: 'cidDirect0001==', conversationType: '1', msgId: `msg${id}==`, createAt: now },
        ...{ senderId: '$:LWCP_v1:$sender', senderNick: '林小满', senderStaffId: person(number) },
        ...{ senderCorpId: corpIds.dingtalk, chatbotCorpId: corpIds.dingtalk, isAdmin: false },
        ...{ chatbotUserId: '$:LWCP_v1:$bot', robotCode: credentials.robotCode, senderPlatform: 'Win' },
        sessionWebhook: `https://oapi.dingtalk.com/robot/sendBySession?session=${id}`,
        sessionWebhookExpiredTime: now + 5_400_000,
        msgtype: 'text',
        text: { content: words },
      };
      return robotRequest(credentials, bytes(payload), now);
    }
    case 'wecom': {
      const { credentials, person } = wecom;
      const fields = {
        ...{ ToUserName: corpIds.wecom, FromUserName: person(number), CreateTime: seconds(now) },
        ...{ MsgType: 'text', Content: words, MsgId: `7${id}`, AgentID: String(credentials.agentId) },
      };
      return sealedWecom(credentials, xml(fields), now, { random: randomBytes(16), nonce: id });
    }
    case 'wecom-aibot': {
      const { credentials, person } = aibot;
      const payload = {
        ...{ msgid: id, create_time: Number(seconds(now)), aibotid: credentials.botId, chattype: 'single' },
        ...{ from: { userid: person(number) }, msgtype: 'text', text: { content: words } },
        response_url: `https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=${id}`,
      };
      return sealedAibot(credentials, bytes(payload), now, id);
    }
    case 'api': {
      const customer = `customer-${number % people}`;
      const user = { id: customer, name: '王女士', locale: 'zh-CN' };
      const message = { conversationId: customer, messageId: id, user, text: words, ts: now };
      const body = bytes(message);
      const timestamp = seconds(now);
      const signed = {
        'x-cs-timestamp': timestamp,
        'x-cs-signature': signature(keys.apiSecret, timestamp, body),
      };
      return { method: 'POST', query: {}, headers: { 'content-type': 'application/json', ...signed }, body };
    }
  }
}

/** What a server that understands nothing of it can read: as many bytes of JSON under the same headers. */
export function plainly({ headers, body, ...delivery }: Delivery): Delivery {
  const asJson = { ...headers, 'content-type': 'application/json' };
  if (headers['content-type']?.startsWith('application/json')) return { ...delivery, headers: asJson, body };
  const frame = '{"encrypt":""}';
  const filling = body.toString('base64').slice(0, body.length - frame.length);
  return { ...delivery, headers: asJson, body: Buffer.from(frame.replace('""', `"${filling}"`)) };
}

const bytes = (payload: object): Buffer => Buffer.from(JSON.stringify(payload));
const seconds = (now: number): string => String(Math.floor(now / 1000));
