import type { CallRecord } from '../control/parts.js';
import type { Fault } from '../kernel/faults.js';
import { cut, type Reply, type Request } from '../kernel/http.js';
import { Rates } from '../kernel/rates.js';
import type { Ring } from '../kernel/ring.js';
import { isRecord } from '../kernel/shape.js';
import { download, upload } from './media.js';
import { Refusal, refuse, wordsOf } from './refusal.js';
import { send, typing } from './send.js';
import type { Tokens } from './tokens.js';
import type { Wechat } from './wechat.js';
import type { Account } from './world.js';

/** Where the sandbox is api.weixin.qq.com. */
export const API = '/api.weixin.qq.com';
const HANG_MS = 30_000;
/** Source: 接口调用频次限制说明 (of an account that nobody asked more for). */
const PER_DAY = [{ times: 500_000, perMs: 24 * 60 * 60 * 1000 }];
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Result = Record<string, unknown> | { file: Buffer; mime: string; name: string };
type Handler = (account: Account, request: Request) => Result;

interface Done {
  reply: Reply;
  status: number;
  code: number;
}

/** The front door of the API: faults, token, then the handler; every answer is HTTP 200 with an `errcode`. */
export class Gateway {
  readonly #of: Wechat;
  readonly #tokens: Tokens;
  readonly #log: Ring<CallRecord>;
  readonly #realNow: () => number;
  readonly #rates: Rates;
  readonly #routes: Readonly<Record<string, { method: 'GET' | 'POST'; handle: Handler }>>;

  constructor(of: Wechat, parts: { tokens: Tokens; log: Ring<CallRecord>; realNow: () => number }) {
    this.#of = of;
    this.#tokens = parts.tokens;
    this.#log = parts.log;
    this.#realNow = parts.realNow;
    this.#rates = new Rates(of.clock);
    const post = (handle: (account: Account, body: Record<string, unknown>) => Result) =>
      ({
        method: 'POST',
        handle: (account, request) => handle(account, bodyOf(request)),
      }) as const satisfies {
        method: 'POST';
        handle: Handler;
      };
    this.#routes = {
      '/cgi-bin/message/custom/send': post((account, body) => send(of, account, body)),
      '/cgi-bin/message/custom/typing': post((account, body) => typing(of, account, body)),
      '/cgi-bin/media/upload': { method: 'POST', handle: (account, request) => upload(of, account, request) },
      '/cgi-bin/media/get': {
        method: 'GET',
        handle: (account, request) => download(of, account, request, `http://${request.headers.host}`),
      },
      '/cgi-bin/user/info': { method: 'GET', handle: (account, request) => this.#userInfo(account, request) },
    };
  }

  async answer(request: Request): Promise<Reply> {
    const began = this.#realNow();
    const path = request.path.slice(API.length);
    const app = this.#tokens.ownerOf(request.query.get('access_token'));
    const fault = this.#of.faults.forCall({ method: request.method, path, app });
    const done = await this.#withFault(path, request, fault);
    const shown = [...request.query].map(([name, value]) => `${name}=${secrets.has(name) ? '…' : value}`);
    this.#log.add({
      at: this.#of.clock.now(),
      platform: 'wechat-official',
      method: request.method,
      path: shown.length > 0 ? `${path}?${shown.join('&')}` : path,
      app,
      status: done.status,
      code: done.code,
      ms: this.#realNow() - began,
      body: bodyForLog(request),
      ...(fault ? { fault: fault.kind } : {}),
    });
    return done.reply;
  }

  async #withFault(path: string, request: Request, fault: Fault | undefined): Promise<Done> {
    switch (fault?.kind) {
      case 'latency':
        await pause(fault.ms ?? 1_000);
        return this.#handle(path, request);
      case 'drop-before-effect':
        return { reply: cut(fault.ms), status: 0, code: 0 };
      case 'timeout-after-effect':
        return { ...this.#handle(path, request), reply: cut(fault.ms ?? HANG_MS), status: 0 };
      case 'status': {
        const status = fault.status ?? 502;
        return {
          reply: { status, headers: { 'content-type': 'text/html' }, body: `<h1>${status}</h1>` },
          status,
          code: 0,
        };
      }
      case 'code':
        return refusal(new Refusal(fault.code ?? -1, wordsOf(fault.code ?? -1), fault.status));
      default:
        return this.#handle(path, request);
    }
  }

  #handle(path: string, request: Request): Done {
    try {
      return success(this.#dispatch(path, request));
    } catch (error) {
      if (error instanceof Refusal) return refusal(error);
      throw error;
    }
  }

  #dispatch(path: string, request: Request): Result {
    if (path === '/cgi-bin/stable_token') return this.#tokens.stable(bodyOf(request));
    if (path === '/cgi-bin/token') return this.#tokens.plain(request.query);
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined;
    if (!route) throw new Refusal(40066, `${path} is unknown, or not built in this sandbox`);
    if (route.method !== request.method) refuse(route.method === 'POST' ? 43002 : 43001);
    const account = this.#tokens.check(request.query.get('access_token'));
    if (!this.#rates.take(`${account.id} ${path}`, PER_DAY).allowed) refuse(45009);
    return route.handle(account, request);
  }

  /** Names and pictures have not been given out since the end of 2021. Source: 获取用户基本信息. */
  #userInfo(account: Account, { query }: Request): Result {
    const follower = this.#of.state.followers.get(query.get('openid') ?? '');
    if (!follower || follower.account !== account.id) refuse(40003);
    return {
      subscribe: follower.follows ? 1 : 0,
      openid: follower.openId,
      language: 'zh_CN',
      nickname: '',
      headimgurl: '',
    };
  }
}

function bodyOf(request: Request): Record<string, unknown> {
  if (request.body.length === 0) refuse(44002);
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    if (isRecord(value)) return value;
  } catch {}
  return refuse(47001);
}

const refusal = ({ code, message, status }: Refusal): Done => ({
  reply: { status, body: { errcode: code, errmsg: `${message} rid: 00000000-00000000-00000000` } },
  status,
  code,
});

/** Where something is given, WeChat leaves `errcode` out. */
function success(result: Result): Done {
  if (!('file' in result && Buffer.isBuffer(result.file))) {
    const body = Object.keys(result).length > 0 ? result : { errcode: 0, errmsg: 'ok' };
    return { reply: { status: 200, body }, status: 200, code: 0 };
  }
  const headers = {
    'content-type': String(result.mime),
    'content-disposition': `attachment; filename="${encodeURIComponent(String(result.name))}"`,
  };
  return { reply: { status: 200, headers, body: result.file }, status: 200, code: 0 };
}

const secrets = new Set(['access_token', 'secret']);

function bodyForLog({ body, headers }: Request): unknown {
  if (body.length === 0) return undefined;
  if (headers['content-type']?.startsWith('multipart/')) return `${body.length} bytes`;
  const clean = body.toString('utf8').replace(/("(?:secret|access_token)"\s*:\s*)"[^"]*"/g, '$1"…"');
  try {
    return JSON.parse(clean);
  } catch {
    return clean.slice(0, 2_000);
  }
}
