import type { CallRecord } from '../control/parts.js';
import type { Fault } from '../kernel/faults.js';
import { cut, type Reply, type Request } from '../kernel/http.js';
import type { Ring } from '../kernel/ring.js';
import { type Call, isFile, type Result, type Route, readBody } from './api.js';
import type { Corp } from './corp.js';
import { Refusal, refuse, wordsOf } from './refusal.js';
import { CONTACTS } from './tokens.js';

/** Calls that need no token; what they refuse looks the same. `undefined` when the path is not theirs. */
export type OpenRoute = (request: Request) => Result | undefined;

/** Source: 访问频率限制. */
const PER_API = [
  { times: 10_000, perMs: 60_000 },
  { times: 150_000, perMs: 60 * 60 * 1000 },
];
const HANG_MS = 30_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The front door of `/cgi-bin/`: faults, token, rate, then the handler; every answer is HTTP 200 with an `errcode`. */
export class Gateway {
  readonly #corp: Corp;
  readonly #routes: readonly Route[];
  readonly #open: readonly OpenRoute[];
  readonly #log: Ring<CallRecord>;
  readonly #realNow: () => number;
  readonly #whose: (request: Request) => string | undefined;

  /** @param parts.whose who makes a call that has no token */
  constructor(parts: {
    corp: Corp;
    routes: readonly Route[];
    open: readonly OpenRoute[];
    log: Ring<CallRecord>;
    realNow: () => number;
    whose: (request: Request) => string | undefined;
  }) {
    this.#corp = parts.corp;
    this.#routes = parts.routes;
    this.#open = parts.open;
    this.#log = parts.log;
    this.#realNow = parts.realNow;
    this.#whose = parts.whose;
  }

  async answer(request: Request): Promise<Reply> {
    const began = this.#realNow();
    const app = this.#corp.tokens.ownerOf(request.query.get('access_token')) ?? this.#whose(request);
    const fault = this.#corp.faults.forCall({ method: request.method, path: request.path, app });
    const done = await this.#withFault(request, fault);
    this.#log.add({
      at: this.#corp.clock.now(),
      platform: 'wecom',
      method: request.method,
      path: pathForLog(request),
      app,
      status: done.status,
      code: done.code,
      ms: this.#realNow() - began,
      body: bodyForLog(request),
      ...(fault ? { fault: fault.kind } : {}),
      ...(done.dropped ? { dropped: done.dropped } : {}),
    });
    return done.reply;
  }

  async #withFault(request: Request, fault: Fault | undefined): Promise<Done> {
    switch (fault?.kind) {
      case 'latency':
        await pause(fault.ms ?? 1_000);
        return this.#handle(request);
      case 'drop-before-effect':
        return { reply: cut(fault.ms), status: 0, code: 0 };
      case 'timeout-after-effect':
        return { ...this.#handle(request), reply: cut(fault.ms ?? HANG_MS), status: 0 };
      case 'status':
        return bareStatus(fault);
      case 'code':
        return this.#refusal(new Refusal(fault.code ?? -1, wordsOf(fault.code ?? -1)), fault.status);
      default:
        return this.#handle(request);
    }
  }

  #handle(request: Request): Done {
    this.#corp.drops.take();
    try {
      const done = success(this.#dispatch(request));
      return { ...done, dropped: this.#corp.drops.take() };
    } catch (error) {
      if (error instanceof Refusal) return this.#refusal(error);
      throw error;
    }
  }

  #dispatch(request: Request): Result {
    for (const open of this.#open) {
      const result = open(request);
      if (result) return result;
    }
    const fitting = this.#routes.filter(({ path }) => path === request.path);
    const route = fitting.find(({ method }) => method === request.method);
    if (fitting.length > 0 && !route) refuse(40058, `${request.path} does not take ${request.method}`);
    if (!route) throw new Refusal(40066, `${request.path} is unknown, or not built in this sandbox`, {}, 404);
    const holder = this.#corp.tokens.check(request.query.get('access_token'));
    if (!this.#corp.rates.take(`api ${request.path}`, PER_API).allowed) refuse(45009);
    const body = request.method === 'POST' && !isMultipart(request) ? readBody(request) : {};
    return route.handle(this.#callOf(route, holder, request, body));
  }

  #callOf(
    route: Route,
    holder: ReturnType<Corp['tokens']['check']>,
    request: Request,
    body: Record<string, unknown>,
  ): Call {
    if (holder !== CONTACTS) {
      if (route.contacts === 'only') refuse(48002, 'only the secret of 通讯录同步 may call this');
      return { app: holder, id: String(holder.agentId), request, body };
    }
    if (!route.contacts) refuse(48002);
    return { app: nobody, id: CONTACTS, request, body };
  }

  /** WeCom's form: its words, then a hint to ask it by. */
  #refusal({ code, message, more, status }: Refusal, ordered?: number): Done {
    const { ids, clock } = this.#corp;
    const hint = `hint: [${Math.floor(clock.now() / 1000)}_${ids.nonce()}_${ids.hex()}]`;
    const link = `more info at https://open.work.weixin.qq.com/devtool/query?e=${code}`;
    const errmsg = `${message}, ${hint}, from ip: 127.0.0.1, ${link}`;
    const http = ordered ?? status;
    return { reply: { status: http, body: { errcode: code, errmsg, ...more } }, status: http, code };
  }
}

/** 通讯录同步 is no app; where it may call, nothing is asked of one. */
const nobody: Call['app'] = {
  agentId: 0,
  secret: '',
  name: CONTACTS,
  callback: undefined,
  trustedDomains: undefined,
  accountLimit: undefined,
  visible: undefined,
  menu: undefined,
  events: undefined,
};

interface Done {
  reply: Reply;
  status: number;
  code: number;
  dropped?: string | undefined;
}

function success(result: Result): Done {
  if (!isFile(result))
    return { reply: { status: 200, body: { errcode: 0, errmsg: 'ok', ...result } }, status: 200, code: 0 };
  const ascii = result.name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const disposition = `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(result.name)}`;
  const headers = { 'content-type': result.mime, 'content-disposition': disposition };
  return { reply: { status: 200, headers, body: result.file }, status: 200, code: 0 };
}

/** What a proxy says when the service behind it is not there: a status, and a page instead of JSON. */
function bareStatus(fault: Fault): Done {
  const status = fault.status ?? 502;
  const headers = { 'content-type': 'text/html', ...fault.headers };
  const body = `<html><body><h1>${status}</h1></body></html>`;
  return { reply: { status, headers, body }, status, code: 0 };
}

const isMultipart = ({ headers }: Request): boolean =>
  headers['content-type']?.toLowerCase().startsWith('multipart/') ?? false;

/** Secrets travel in WeCom's addresses: they are no part of what is written down. */
const secrets = new Set(['access_token', 'corpsecret', 'key', 'code', 'response_code']);

function pathForLog({ path, query }: Request): string {
  const shown = [...query].map(
    ([name, value]) => `${name}=${secrets.has(name) ? '…' : encodeURIComponent(value)}`,
  );
  return shown.length > 0 ? `${path}?${shown.join('&')}` : path;
}

const secretField = /("(?:secret|corpsecret|access_token|response_code|user_ticket)"\s*:\s*)"[^"]*"/g;

/** The body for the log: without secrets, and without the bytes of uploads. */
function bodyForLog(request: Request): unknown {
  if (request.body.length === 0) return undefined;
  if (isMultipart(request) || request.body[0] !== 0x7b) return `${request.body.length} bytes`;
  const clean = request.body.toString('utf8').replace(secretField, '$1"…"');
  try {
    return JSON.parse(clean);
  } catch {
    return clean.slice(0, 2_000);
  }
}
