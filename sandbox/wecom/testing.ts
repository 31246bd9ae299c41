import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { openBench, type SandboxBench } from '../testing.js';
import { readXml, type XmlNode } from './callback/xml.js';

export const corpId = 'ww00000000000test';
export const agentId = 1000002;
export const bot = String(agentId);
export const secret = 'the secret of the test app';
export const callback = {
  token: 'a token of the test',
  encodingAesKey: 'TestTestTestTestTestTestTestTestTestTest123',
};

type Json = Record<string, unknown>;

/** One app, three people of whom one is not in its visibility, a group with a webhook. */
export const world = (app: Json = {}, more: Json = {}) => ({
  wecom: {
    corpId,
    contactsSecret: 'the secret of the directory',
    departments: [{ id: 2, name: '客服部' }],
    people: [
      { id: 'lin', userId: 'LinXiaoMan', name: '林小满', title: '客服', departments: [2] },
      { id: 'wei', userId: 'weiran', name: '魏然', departments: [2] },
      { id: 'out', userId: 'outside', name: '外人' },
    ],
    apps: [{ agentId, secret, name: '小智客服', visible: ['lin', 'wei'], ...app }],
    groups: [
      {
        chatId: 'wrGroup',
        name: '客服群',
        people: ['lin', 'wei'],
        webhooks: [{ key: 'a-webhook-key', name: '播报' }],
      },
    ],
    ...more,
  },
});

export interface Wecom extends Omit<SandboxBench, 'call'> {
  /** A call with the app's token, which is renewed as it ages, or with `token` as given. */
  call(
    method: 'GET' | 'POST',
    path: string,
    body?: Json | FormData,
    token?: string,
  ): Promise<Json & { errcode: number }>;
  /** An access token for this secret. */
  tokenOf(secret: string): Promise<string>;
  upload(type: string, bytes: Buffer, name: string): Promise<Json & { errcode: number }>;
  send(type: string, content: Json, more?: Json): Promise<Json & { errcode: number }>;
  /** What `as` sees in the one-to-one chat with the app, oldest first. */
  seen(as: string, chat?: string): Promise<Seen[]>;
  say(more: Json): Promise<Json>;
}

export interface Seen {
  id: string;
  type: string;
  content: Json;
  card?: Json;
  recalled?: boolean;
  author: { id: string; name: string };
}

export async function startWecom(given: unknown = world()): Promise<Wecom> {
  const bench = await openBench(given);
  let token: string | undefined;
  const tokenOf = async (of: string): Promise<string> => {
    const path = `/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${encodeURIComponent(of)}`;
    const answer: Json = await (await fetch(bench.url + path)).json();
    return String(answer.access_token);
  };
  const fresh = () => tokenOf(secret);
  const once = async (method: string, path: string, body: Json | FormData | undefined, as: string) => {
    const query = `${path.includes('?') ? '&' : '?'}access_token=${as}`;
    const sent = body instanceof FormData ? body : body && JSON.stringify(body);
    const response = await fetch(bench.url + path + query, { method, ...(sent ? { body: sent } : {}) });
    const json: Json = await response.json();
    return { ...json, errcode: Number(json.errcode) };
  };
  const call: Wecom['call'] = async (method, path, body, as) => {
    token ??= await fresh();
    const answer = await once(method, path, body, as ?? token);
    if (as !== undefined || (answer.errcode !== 42001 && answer.errcode !== 40014)) return answer;
    token = await fresh();
    return once(method, path, body, token);
  };
  const control: SandboxBench['control'] = (method, path, body) =>
    bench.control(
      method,
      withPlatform(path, method),
      acts.test(path) && body ? { platform: 'wecom', ...body } : body,
    );
  /** Without entering it, of which the app would be told. */
  const chatWith = async (as: string): Promise<string | undefined> => {
    const { chats } = await control('GET', `chats?as=${as}`);
    const found = Array.isArray(chats) ? chats.find(({ peer }) => peer?.id === bot) : undefined;
    return found?.id;
  };
  return {
    ...bench,
    control,
    call,
    tokenOf,
    upload(type, bytes, name) {
      const form = new FormData();
      form.append('media', new Blob([new Uint8Array(bytes)]), name);
      return call('POST', `/cgi-bin/media/upload?type=${type}`, form);
    },
    send: (type, content, more = {}) =>
      call('POST', '/cgi-bin/message/send', {
        touser: 'linxiaoman',
        agentid: agentId,
        msgtype: type,
        [type]: content,
        ...more,
      }),
    async seen(as, chat) {
      const where = chat ?? (await chatWith(as));
      if (where === undefined) return [];
      const { messages } = await control('GET', `messages?as=${as}&chat=${where}`);
      return list(messages);
    },
    say: (more) => control('POST', 'say', { as: 'lin', bot, ...more }),
  };
}

/** What people do names the platform; clock, faults and world are everybody's. */
const acts = /^(say|click|recall|react|read|menu|enter|edit|tokens)/;

const withPlatform = (path: string, method: string): string =>
  method === 'GET' ? `${path}${path.includes('?') ? '&' : '?'}platform=wecom` : path;

const list = (value: unknown): Seen[] => (Array.isArray(value) ? value : []);

export interface Heard {
  /** The plain text inside, and its root element. */
  plain: string;
  xml: XmlNode | undefined;
  query: URLSearchParams;
}

/** An app at an address, as the official library makes one: it verifies, decrypts, and answers as it is told. */
export interface AppServer {
  url: string;
  heard: Heard[];
  /** HTTP status for what is posted. */
  status: number;
  /** The plain answer to a plain callback; `undefined` for an empty one. */
  answer: (heard: Heard) => string | undefined;
  /** Raw answers, when the envelope itself matters. */
  raw: ((heard: Heard) => string) | undefined;
  close(): Promise<void>;
}

export async function startApp(
  kind: 'xml' | 'json' = 'xml',
  id = kind === 'xml' ? corpId : '',
): Promise<AppServer> {
  const app: AppServer = {
    ...{ url: '', heard: [], status: 200, answer: () => undefined, raw: undefined },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '/', 'http://app').searchParams;
    let body = '';
    for await (const chunk of request) body += chunk;
    const encrypted = request.method === 'GET' ? (query.get('echostr') ?? '') : encryptedIn(kind, body);
    const signature = signatureOf(query, encrypted);
    const opened = decrypt(callback.encodingAesKey, encrypted);
    if (signature !== query.get('msg_signature') || opened.id !== id) {
      response.writeHead(403).end('not from WeCom');
      return;
    }
    if (request.method === 'GET') {
      response.end(opened.message);
      return;
    }
    const heard = { plain: opened.message, xml: readXml(opened.message), query };
    app.heard.push(heard);
    const answer = app.raw?.(heard) ?? wrapped(kind, app.answer(heard), query, id);
    response.writeHead(app.status).end(answer);
  });
  app.url = await listening(server);
  return app;
}

const encryptedIn = (kind: 'xml' | 'json', body: string): string =>
  kind === 'json'
    ? String(JSON.parse(body).encrypt)
    : (readXml(body)?.children.find(({ name }) => name === 'Encrypt')?.text ?? '');

const signatureOf = (query: URLSearchParams, encrypted: string): string =>
  getSignature(callback.token, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypted);

function wrapped(
  kind: 'xml' | 'json',
  plain: string | undefined,
  query: URLSearchParams,
  id: string,
): string {
  if (plain === undefined) return '';
  const encrypted = encrypt(callback.encodingAesKey, plain, id);
  const nonce = query.get('nonce') ?? '';
  const signature = getSignature(callback.token, '1700000000', nonce, encrypted);
  if (kind === 'json')
    return JSON.stringify({ encrypt: encrypted, msgsignature: signature, timestamp: 1700000000, nonce });
  return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/callback`;
}

/** A passive reply, before it is encrypted. */
export const passive = (type: string, inside: string): string =>
  `<xml><ToUserName><![CDATA[LinXiaoMan]]></ToUserName><FromUserName><![CDATA[${corpId}]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[${type}]]></MsgType>${inside}</xml>`;

/** A 1×1 picture. */
export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A card with two buttons and a dropdown; every call another task. */
let tasks = 0;
export function buttonCard(more: Json = {}): Json {
  tasks += 1;
  return {
    card_type: 'button_interaction',
    task_id: `task-${tasks}`,
    main_title: { title: '新会话', desc: '王女士' },
    button_selection: {
      question_key: 'skill',
      title: '转给',
      option_list: [
        { id: 'pre', text: '售前' },
        { id: 'post', text: '售后' },
      ],
      selected_id: 'post',
    },
    button_list: [
      { text: '认领', style: 1, key: 'claim' },
      { text: '转接', style: 2, key: 'transfer' },
    ],
    ...more,
  };
}
