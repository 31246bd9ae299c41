import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Sandbox, startSandbox } from './sandbox.js';

export const appId = 'cli_0123456789abcdef';
export const appSecret = 'a secret of the test';

/** A world of one app, two people, a topic group and a plain group. */
export const world = (app: Record<string, unknown> = {}) => ({
  feishu: {
    clientConfig: { ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 1 },
    apps: [{ appId, appSecret, name: '小智客服', mode: 'http', ...app }],
    people: [
      { id: 'lin', name: '林小满', title: '客服' },
      { id: 'wei', name: '魏然' },
    ],
    chats: [
      { id: 'oc_topics', name: '售后 · 会话', kind: 'topic', people: ['lin', 'wei'], apps: [appId] },
      { id: 'oc_group', name: '售后小组', kind: 'group', people: ['lin', 'wei'], apps: [appId] },
    ],
  },
  shop: { name: '山野茶事', customers: [{ id: 'wang', name: '王女士' }] },
});

type Json = Record<string, unknown>;

/** A sandbox in this process on a free port, with short ways to speak to it. */
export interface SandboxBench {
  sandbox: Sandbox;
  url: string;
  /** A control request; throws what the sandbox refused. */
  control(method: string, path: string, body?: Json): Promise<Json>;
  /** Any request, as the product makes it. */
  call(method: string, path: string, body?: Json, headers?: Record<string, string>): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** The same with Feishu's API at hand. */
export interface Bench extends SandboxBench {
  /** An API call with a fresh token, or with `authorization` as given ('' for none). */
  api(method: string, path: string, body?: Json, authorization?: string): Promise<ApiAnswer>;
  token(): Promise<string>;
  send(chat: string, type: string, content: Json, more?: Json): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  code: number;
  msg: string;
  data: Json;
  body: Json;
}

let counted = 0;

/** For tests of any platform; the world is as a world file holds it. */
export async function openBench(given: unknown): Promise<SandboxBench> {
  const dir = await mkdtemp(path.join(tmpdir(), 'sandbox-'));
  const sandbox = await startSandbox({
    dir,
    host: '127.0.0.1',
    port: 0,
    realNow: Date.now,
    random: () => {
      counted += 1;
      return counted.toString(16).padStart(32, '0');
    },
    world: given,
    say: () => {},
  });
  return {
    sandbox,
    url: sandbox.url,
    call: (method, path, body, headers) => call(sandbox.url, method, path, body, headers),
    async control(method, path, body) {
      const answer = await call(sandbox.url, method, `/control/${path}`, body);
      if (answer.status >= 400) throw new Error(JSON.stringify(answer.body.error));
      return answer.body;
    },
    async close() {
      await sandbox.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function startBench(given: unknown = world()): Promise<Bench> {
  const bench = await openBench(given);
  const token = async (): Promise<string> => {
    const path = '/open-apis/auth/v3/tenant_access_token/internal';
    const answer = await bench.call('POST', path, { app_id: appId, app_secret: appSecret });
    return String(answer.body.tenant_access_token);
  };
  const api: Bench['api'] = async (method, path, body, authorization) => {
    const bearer = authorization ?? `Bearer ${await token()}`;
    return bench.call(method, path, body, bearer ? { authorization: bearer } : {});
  };
  return {
    ...bench,
    token,
    api,
    send: (chat, type, content, more = {}) =>
      api('POST', '/open-apis/im/v1/messages?receive_id_type=chat_id', {
        receive_id: chat,
        msg_type: type,
        content: JSON.stringify(content),
        ...more,
      }),
  };
}

async function call(
  base: string,
  method: string,
  path: string,
  body?: Json,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const response = await fetch(base + path, {
    method,
    headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const read: Json = text.startsWith('{') ? JSON.parse(text) : { text };
  const data = typeof read.data === 'object' && read.data !== null ? { ...read.data } : {};
  return {
    status: response.status,
    headers: response.headers,
    code: Number(read.code),
    msg: String(read.msg),
    data,
    body: read,
  };
}

/** Asks until `found` says yes; what it found. Fails after five seconds of real time. */
export async function eventually<T>(found: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 5_000;
  for (;;) {
    const result = await found();
    if (result !== undefined) return result;
    if (Date.now() > until) throw new Error('it did not happen within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
