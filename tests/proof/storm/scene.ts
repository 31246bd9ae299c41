/** Who is in the storm: enterprises on every platform, an agent each, and their customers at every channel. */
import { account as officialOf } from '../../../sandbox/wechat-official/testing.js';
import { type AppPlan, corpIds, type EnterprisePlan, keys } from '../../enterprise-plan.js';
import { until } from '../../sandbox.js';
import type { Stage } from '../../stage.js';
import { type Agent, agentAt } from './agents.js';
import { apiCustomer, type Customer, kfCustomer, officialCustomer, webCustomer } from './customers.js';
import type { Book } from './said.js';
import type { Shop } from './shop.js';

export interface Cast {
  agent: Agent;
  customers: Customer[];
}

const corners: readonly (AppPlan & { beside?: 'wechat-official' | 'wechat-kf' })[] = [
  { platform: 'feishu', transport: 'http', desk: 'topic', beside: 'wechat-official' },
  { platform: 'dingtalk', transport: 'socket' },
  { platform: 'wecom', transport: 'http', beside: 'wechat-kf' },
  { platform: 'feishu', transport: 'socket' },
  { platform: 'dingtalk', transport: 'http' },
];

/** 微信客服 is pulled, which may rest for a minute of real time: too long for the short form. */
function besideAt(at: number, count: number): 'wechat-official' | 'wechat-kf' | undefined {
  const beside = corners[at]?.beside;
  return beside === 'wechat-kf' && count < corners.length ? undefined : beside;
}

const besideId = (number: number) => `01990000-0000-7000-8006-${String(number).padStart(12, '0')}`;
const kf = { agentId: 1_000_900, secret: 'hidden-kf-secret-90aa', openKfId: 'wkStorm' };

export function plansFor(count: number, shop: Shop): EnterprisePlan[] {
  return corners.slice(0, count).map(({ beside: _, ...app }, at) => ({
    apps: [app],
    agents: 1,
    accounts: (sandboxUrl) => [shop.accountFor(at + 1), ...accountsBeside(at, count, sandboxUrl)],
  }));
}

function accountsBeside(at: number, count: number, sandboxUrl: string): object[] {
  const beside = besideAt(at, count);
  return beside ? [accountOf(beside, at + 1, sandboxUrl)] : [];
}

function accountOf(channel: 'wechat-official' | 'wechat-kf', number: number, sandboxUrl: string): object {
  const account = { id: besideId(number), name: channel, channel, queue: '售后' };
  const { token, encodingAesKey } = keys;
  if (channel === 'wechat-kf') {
    const { secret, openKfId } = kf;
    const settings = { corpId: corpIds.wecom, secret, token, encodingAesKey, openKfId, baseUrl: sandboxUrl };
    return { ...account, settings };
  }
  const { appId, appSecret, token: own, encodingAesKey: aesKey } = officialOf;
  const settings = { appId, appSecret, token: own, encodingAesKey: aesKey, menu: {} };
  return { ...account, settings: { ...settings, baseUrl: `${sandboxUrl}/api.weixin.qq.com` } };
}

/** Opens everybody's client; `each` is how many customers an enterprise has at each of the channels that all have. */
export async function castOn(stage: Stage, shop: Shop, each: number): Promise<Cast[]> {
  await stage.db.query(
    `update queues set settings = '{"idleRemindMinutes": 0, "idleCloseMinutes": 0, "nudgeMinutes": 0, "unansweredMinutes": 0}'`,
  );
  await stage.sandbox.control('PUT', 'world', { dingtalk: { redeliverRobotMessages: true } });
  return Promise.all(
    stage.enterprises.map(async (enterprise, at) => {
      const [person] = enterprise.agents;
      if (person === undefined) throw new Error('nobody works there');
      const keyOf = (nth: number) => `zk${enterprise.number}c${String(nth).padStart(2, '0')}`;
      const customers: Customer[] = [];
      for (let nth = 1; nth <= each; nth++) {
        customers.push(await webCustomer(stage, enterprise, keyOf(customers.length + 1)));
        customers.push(apiCustomer(stage, enterprise, keyOf(customers.length + 1), shop));
      }
      const beside = besideAt(at, stage.enterprises.length);
      const key = keyOf(customers.length + 1);
      if (beside === 'wechat-kf') customers.push(await kfGuest(stage, enterprise.number, key));
      if (beside === 'wechat-official') customers.push(await follower(stage, enterprise.number, key));
      return { agent: agentAt(stage, enterprise, person), customers };
    }),
  );
}

async function follower(stage: Stage, number: number, key: string): Promise<Customer> {
  const url = `${stage.url}/channels/wechat-official/${besideId(number)}`;
  const accounts = [{ ...officialOf, url, mode: 'encrypted', verified: true }];
  const customers = [{ id: key, name: `客${key}`, follows: [officialOf.id] }];
  await stage.sandbox.control('PUT', 'world', { 'wechat-official': { accounts, customers } });
  await verified(stage);
  return officialCustomer(stage, enterpriseAt(stage, number), key, officialOf.id);
}

async function kfGuest(stage: Stage, number: number, key: string): Promise<Customer> {
  const { token, encodingAesKey } = keys;
  const url = `${stage.url}/channels/wechat-kf/${besideId(number)}`;
  const { agentId, secret, openKfId } = kf;
  await stage.sandbox.control('PUT', 'world', {
    wecom: {
      corpId: corpIds.wecom,
      apps: [{ agentId, secret, name: '微信客服', callback: { url, token, encodingAesKey } }],
      kf: {
        agentId: String(agentId),
        accounts: [{ openKfId, name: '客服', servicers: [] }],
        customers: [{ id: key, nickname: `客${key}`, externalUserId: `wm${key}`, unionId: `u${key}` }],
      },
    },
  });
  await verified(stage);
  return kfCustomer(stage, enterpriseAt(stage, number), key, openKfId);
}

const verified = (stage: Stage) => until('every address is verified', stage.isReady, 300_000);

function enterpriseAt(stage: Stage, number: number) {
  const found = stage.enterprises.find((one) => one.number === number);
  if (!found) throw new Error(`there is no enterprise ${number}`);
  return found;
}

/** The calm before: every customer asks for a person, and has one. */
export async function begin(casts: readonly Cast[], book: Book): Promise<void> {
  await Promise.all(
    casts.map(async ({ agent, customers }) => {
      for (const customer of customers) {
        const hello = book.writes('customer', customer, 0);
        await customer.says(hello.mark, hello.text);
        hello.acceptedAt = book.tick();
        await customer.says(`${customer.key}-person`, '转人工');
        await agent.claims(customer, hello.text);
      }
    }),
  );
}
