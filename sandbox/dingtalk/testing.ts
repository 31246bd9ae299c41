import { type ApiAnswer, openBench, type SandboxBench } from '../testing.js';
import { exampleTemplate } from './card/example.js';

type Json = Record<string, unknown>;

export const appKey = 'ding0123456789abcdef';
export const appSecret = 'a secret of the test';
export const corpId = 'ding2ed263bf32cf16514ac5d6980864d335';
export const templateId = '0d8ab4f2-7a1e-4d6a-9a5f-2f6f8a3c1b11.schema';
export const group = 'cidGROUP==';

/** An organisation of one app, three people of whom one is from outside, a group with the robot, and one template. */
export const dingtalkWorld = (app: Json = {}, more: Json = {}) => ({
  dingtalk: {
    corpId,
    // Tests ask faster than an app may; the one about that sets its own.
    qps: 10_000,
    apps: [{ appKey, appSecret, name: '小智客服', ...app }],
    departments: [{ id: 7, name: '客服部' }],
    people: [
      { id: 'lin', userId: 'u-lin', name: '林小满', title: '客服', departments: [7] },
      { id: 'wei', userId: 'u-wei', name: '魏然' },
      { id: 'guest', name: '访客', external: true },
    ],
    groups: [
      { openConversationId: group, name: '售后小组', people: ['lin', 'wei', 'guest'], robots: [appKey] },
    ],
    templates: [{ id: templateId, name: '通用卡片', file: exampleTemplate() }],
    ...more,
  },
});

export interface DingtalkBench extends SandboxBench {
  /** A call of the new host with a fresh token, or with `token` as given. */
  v1(method: string, path: string, body?: Json, token?: string): Promise<ApiAnswer>;
  /** A call of the old host. */
  old(path: string, body?: Json, token?: string): Promise<ApiAnswer>;
  appToken(): Promise<string>;
  /** A control request for this platform. */
  does(what: string, given: Json): Promise<Json>;
  sees(as: string, chat: string): Promise<Json[]>;
  /** Creates a card for the group and delivers it; its message's id. */
  sendCard(outTrackId: string, cardParamMap: Json, more?: Json): Promise<string>;
}

export async function startDingtalk(world: unknown = dingtalkWorld()): Promise<DingtalkBench> {
  const bench = await openBench(world);
  const appToken = async () => {
    const { body } = await bench.call('POST', '/v1.0/oauth2/accessToken', { appKey, appSecret });
    return String(body.accessToken);
  };
  const v1: DingtalkBench['v1'] = async (method, path, body, token) =>
    bench.call(method, `/v1.0/${path}`, body, { 'x-acs-dingtalk-access-token': token ?? (await appToken()) });
  const sees: DingtalkBench['sees'] = async (as, chat) => {
    const query = new URLSearchParams({ platform: 'dingtalk', as, chat });
    const { messages } = await bench.control('GET', `messages?${query}`);
    return Array.isArray(messages) ? messages : [];
  };
  return {
    ...bench,
    appToken,
    v1,
    sees,
    old: async (path, body = {}, token) => {
      const answer = await bench.call('POST', `${path}?access_token=${token ?? (await appToken())}`, body);
      return { ...answer, code: Number(answer.body.errcode) };
    },
    does: (what, given) => bench.control('POST', what, { platform: 'dingtalk', ...given }),
    async sendCard(outTrackId, cardParamMap, more = {}) {
      const { body } = await v1('POST', 'card/instances/createAndDeliver', {
        ...{ cardTemplateId: templateId, outTrackId, callbackType: 'STREAM', cardData: { cardParamMap } },
        openSpaceId: `dtv1.card//IM_GROUP.${group}`,
        imGroupOpenSpaceModel: { supportForward: false, lastMessageI18n: { ZH_CN: '新卡片' } },
        imGroupOpenDeliverModel: { robotCode: appKey },
        ...more,
      });
      const last = (await sees('lin', group)).at(-1);
      if (body.success !== true) throw new Error(JSON.stringify(body));
      return String(last?.id);
    },
  };
}

/** Asks, and reads whatever is answered: JSON, or a page under `text`. */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<ApiAnswer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const body: Json = text.startsWith('{') ? JSON.parse(text) : { text };
  return {
    ...{ status: response.status, headers: response.headers, body },
    ...{ code: Number(body.errcode), msg: String(body.message ?? body.errmsg), data: {} },
  };
}
