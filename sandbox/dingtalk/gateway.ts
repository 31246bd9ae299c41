import type { CallRecord } from '../control/parts.js';
import type { Fault } from '../kernel/faults.js';
import { cut, matchPath, type Reply, type Request } from '../kernel/http.js';
import type { Ring } from '../kernel/ring.js';
import { isOld, type OpenRoute, type Route, type Routes } from './api.js';
import { newNameOf, OldRefusal, permissionMissing, Refusal, Refused } from './refusal.js';
import { may } from './state.js';
import type { Tenant } from './tenant.js';
import type { App, Person } from './world.js';

const HANG_MS = 30_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Done {
  reply: Reply;
  status: number;
  code: number;
  error?: string;
}

/** The front door of both hosts: faults, token, rate, quota, permission, then the handler; every answer in its host's form. */
export class Gateway {
  readonly #tenant: Tenant;
  readonly #routes: Routes;
  readonly #log: Ring<CallRecord>;
  readonly #realNow: () => number;

  constructor(parts: { tenant: Tenant; routes: Routes; log: Ring<CallRecord>; realNow: () => number }) {
    this.#tenant = parts.tenant;
    this.#routes = parts.routes;
    this.#log = parts.log;
    this.#realNow = parts.realNow;
  }

  async answer(request: Request): Promise<Reply> {
    const began = this.#realNow();
    const app = this.#tenant.tokens.appOf(tokenOf(request))?.appKey ?? appInRequest(request);
    const fault = this.#tenant.faults.forCall({ method: request.method, path: request.path, app });
    const done = await this.#withFault(request, fault);
    this.#log.add({
      at: this.#tenant.clock.now(),
      platform: 'dingtalk',
      method: request.method,
      path: request.path + loggableQuery(request),
      app,
      status: done.status,
      code: done.code,
      ...(done.error ? { error: done.error } : {}),
      ms: this.#realNow() - began,
      body: loggableBody(request),
      ...(fault ? { fault: fault.kind } : {}),
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
      case 'timeout-after-effect': {
        const { code } = this.#handle(request);
        return { reply: cut(fault.ms ?? HANG_MS), status: 0, code };
      }
      case 'status':
        return fault.code === undefined ? bareStatus(fault) : this.#ordered(request, fault);
      case 'code':
        return this.#ordered(request, fault);
      default:
        return this.#handle(request);
    }
  }

  #ordered(request: Request, fault: Fault): Done {
    const code = fault.code ?? 1;
    const refusal = isOld(request.path)
      ? new OldRefusal(code, 'a fault that was ordered')
      : new Refusal(fault.name ?? newNameOf(code), 'a fault that was ordered', fault.status);
    return this.#refusal(refusal, fault.headers);
  }

  #handle(request: Request): Done {
    try {
      const body = this.#dispatch(request);
      if (wantsXml(this.#routes, request)) return { reply: xml(body), status: 200, code: 0 };
      const whole = isOld(request.path)
        ? { errcode: 0, errmsg: 'ok', ...body, request_id: this.#tenant.ids.hex().slice(0, 12) }
        : body;
      return { reply: { status: 200, body: whole }, status: 200, code: 0 };
    } catch (error) {
      if (error instanceof Refused) return this.#refusal(error);
      throw error;
    }
  }

  #dispatch(request: Request): Record<string, unknown> {
    const open = find(this.#routes.open, request);
    if (open) return open.route.handle({ ...request, params: open.params });
    const found = find(this.#routes.withToken, request);
    if (!found) throw this.#notBuilt(request);
    const { route, params } = found;
    const { app, person } = this.#bearer(request, route);
    this.#takeRate(request, app, `${app.appKey} ${route.method} ${route.pattern}`);
    if (route.permission && !may(app, route.permission)) {
      if (isOld(request.path))
        throw new OldRefusal(60011, `应用尚未开通所需的权限：[${route.permission}]`, isTop(request));
      throw permissionMissing(route.permission);
    }
    if (!route.free && !this.#tenant.quota.takeCall()) throw overQuota(request);
    return route.handle({ app, person, request: { ...request, params } });
  }

  #bearer(request: Request, route: Route): { app: App; person: Person | undefined } {
    const { tokens, state } = this.#tenant;
    const given = tokenOf(request);
    const token = tokens.find(given, route.token ?? 'app');
    const app = token && state.apps.get(token.app);
    if (app) return { app, person: token.person ? state.people.get(token.person) : undefined };
    if (!isOld(request.path)) throw new Refusal('InvalidAuthentication', '不合法的access_token');
    const missing = given === '';
    throw new OldRefusal(
      missing ? 41001 : 40014,
      missing ? '缺少access_token参数' : '不合法的access_token',
      isTop(request),
    );
  }

  /** Source: how-to-process-api-throttling-on-the-dingtalk-server; a call refused here is not counted. */
  #takeRate(request: Request, app: App, key: string): void {
    const limit = { times: this.#tenant.quota.qpsOf(app), perMs: 1_000 };
    if (this.#tenant.rates.take(key, [limit]).allowed) return;
    if (isOld(request.path)) throw new OldRefusal(90018, '您的服务器调用钉钉开放平台接口过于频繁');
    throw new Refusal(newNameOf(90018), '应用调用该接口的QPS超过限制，请稍后重试', 403);
  }

  #notBuilt(request: Request): Refused {
    const what = `${request.method} ${request.path} is unknown, or not built in this sandbox`;
    if (isOld(request.path)) return new OldRefusal(22, `不存在的方法: ${what}`);
    return new Refusal('InvalidAction.NotFound', what, 404);
  }

  #refusal(refused: Refused, headers?: Record<string, string>): Done {
    const id = this.#tenant.ids.uuid().toUpperCase();
    if (refused instanceof Refusal) {
      const { code, message, status, detail } = refused;
      const body = { requestid: id, code, message, ...(detail ? { accessdenieddetail: detail } : {}) };
      return { reply: { status, ...(headers ? { headers } : {}), body }, status, code: status, error: code };
    }
    const { errcode, errmsg, sub } = refused instanceof OldRefusal ? refused : new OldRefusal(-1, '系统繁忙');
    const requestId = { request_id: id.slice(0, 12).toLowerCase() };
    const body = sub
      ? {
          errcode: 88,
          ...{ sub_code: String(errcode), sub_msg: errmsg },
          errmsg: `ding talk error[subcode=${errcode},submsg=${errmsg}]`,
          ...requestId,
        }
      : { errcode, errmsg, ...requestId };
    return { reply: { status: 200, ...(headers ? { headers } : {}), body }, status: 200, code: errcode };
  }
}

/** The paths that wrap what concerns the caller in errcode 88. */
const isTop = ({ path }: Request): boolean => path.startsWith('/topapi/');

function find<R extends OpenRoute | Route>(
  routes: readonly R[],
  request: Request,
): { route: R; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const params = route.method === request.method ? matchPath(route.pattern, request.path) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

const wantsXml = (routes: Routes, request: Request): boolean =>
  find(routes.open, request)?.route.isXmlByDefault === true && !/json/.test(request.headers.accept ?? '');

function xml(body: Record<string, unknown>): Reply {
  const fields = Object.entries(body).map(([name, value]) => `<${name}>${value}</${name}>`);
  const headers = { 'content-type': 'application/xml' };
  return { status: 200, headers, body: `<response>${fields.join('')}</response>` };
}

function overQuota(request: Request): Refused {
  const message = '组织调用量超过当月上限，请升级版本或购买增购包';
  return isOld(request.path) ? new OldRefusal(90020, message) : new Refusal(newNameOf(90020), message, 403);
}

/** The header of the new host, the query parameter of the old; each takes the other's tokens, not its place. */
function tokenOf(request: Request): string {
  if (isOld(request.path)) return request.query.get('access_token') ?? '';
  const header = request.headers['x-acs-dingtalk-access-token'];
  return typeof header === 'string' ? header : '';
}

/** What a proxy says when the service behind it is not there: a status, and a page instead of JSON. */
function bareStatus(fault: Fault): Done {
  const status = fault.status ?? 502;
  const headers = { 'content-type': 'text/html', ...fault.headers };
  return {
    reply: { status, headers, body: `<html><body><h1>${status}</h1></body></html>` },
    status,
    code: 0,
  };
}

function appInRequest(request: Request): string | undefined {
  const start = request.body.subarray(0, 500).toString('latin1');
  const inBody = /"(?:appKey|clientId|client_id)"\s*:\s*"([^"]+)"/.exec(start)?.[1];
  return inBody ?? request.query.get('appkey') ?? undefined;
}

const secret = /("(?:appSecret|clientSecret|client_secret|apiSecret|refreshToken|code)"\s*:\s*)"[^"]*"/g;
const secretParameters = ['access_token', 'appsecret', 'session', 'sign'];

/** The query for the log, without secrets. */
function loggableQuery({ query }: Request): string {
  if (query.size === 0) return '';
  const clean = new URLSearchParams(query);
  for (const name of secretParameters) if (clean.has(name)) clean.set(name, '…');
  return `?${decodeURIComponent(clean.toString())}`;
}

/** The body for the log: without secrets, and without the bytes of uploads. */
function loggableBody(request: Request): unknown {
  if (request.body.length === 0) return undefined;
  if (request.body[0] !== 0x7b) return `${request.body.length} bytes`;
  const clean = request.body.toString('utf8').replace(secret, '$1"…"');
  try {
    return JSON.parse(clean);
  } catch {
    return clean.slice(0, 2_000);
  }
}
