import type { CallRecord } from '../control/parts.js';
import type { Clock } from '../kernel/clock.js';
import type { Fault } from '../kernel/faults.js';
import { cut, matchPath, type Reply, type Request } from '../kernel/http.js';
import type { Ring } from '../kernel/ring.js';
import type { Result, Route } from './api.js';
import { issueToken } from './auth.js';
import type { Ids } from './ids.js';
import type { Login } from './login/login.js';
import { Refusal, scopeMissing } from './refusal.js';
import type { SocketHub } from './socket/hub.js';
import { hasScope } from './state.js';
import type { Tenant } from './tenant.js';

/** Source: 频控策略; the class of all message, group and contact APIs. */
const PER_API = [
  { times: 1000, perMs: 60_000 },
  { times: 50, perMs: 1_000 },
];
const HANG_MS = 30_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The front door of the open API: faults, token, rate, scope, then the handler; and every answer in Feishu's form. */
export class Gateway {
  readonly #tenant: Tenant;
  readonly #routes: readonly Route[];
  readonly #hub: SocketHub;
  readonly #login: Login;
  readonly #log: Ring<CallRecord>;
  readonly #realNow: () => number;

  constructor(parts: {
    tenant: Tenant;
    routes: readonly Route[];
    hub: SocketHub;
    login: Login;
    log: Ring<CallRecord>;
    realNow: () => number;
  }) {
    this.#tenant = parts.tenant;
    this.#routes = parts.routes;
    this.#hub = parts.hub;
    this.#login = parts.login;
    this.#log = parts.log;
    this.#realNow = parts.realNow;
  }

  async answer(request: Request): Promise<Reply> {
    const began = this.#realNow();
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const app = this.#tenant.tokens.appOf(token)?.appId ?? appNamedIn(request);
    const fault = this.#tenant.faults.forCall({ method: request.method, path: request.path, app });
    const done = await this.#withFault(request, fault);
    this.#log.add({
      at: this.#tenant.clock.now(),
      platform: 'feishu',
      method: request.method,
      path: request.path + (request.query.size > 0 ? `?${request.query}` : ''),
      app,
      status: done.status,
      code: done.code,
      ms: this.#realNow() - began,
      body: loggable(request),
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
        if (fault.code === undefined) return bareStatus(fault);
        return this.#ordered(fault);
      case 'code':
        return this.#ordered(fault);
      default:
        return this.#handle(request);
    }
  }

  #ordered(fault: Fault): Done {
    const message = fault.code === 99991400 ? 'request trigger frequency limit' : 'a fault that was ordered';
    const headers = fault.headers ? { headers: fault.headers } : {};
    return this.#refusal(new Refusal(fault.code ?? 1, message, { status: fault.status ?? 400, ...headers }));
  }

  #handle(request: Request): Done {
    if (request.path === '/callback/ws/endpoint' && request.method === 'POST') {
      const body = this.#hub.endpoint(request);
      return { reply: { status: 200, body }, status: 200, code: Number(body.code) };
    }
    try {
      const login = this.#login.answer(request);
      if (login) return login;
      return this.#success(this.#dispatch(request));
    } catch (error) {
      if (error instanceof Refusal) return this.#refusal(error);
      throw error;
    }
  }

  #dispatch(request: Request): Result {
    const issued = issueToken(this.#tenant, request);
    if (issued) return issued;
    const fitting = this.#routes.flatMap((route) => {
      const params = matchPath(route.pattern, request.path);
      return params ? [{ route, params }] : [];
    });
    const found = fitting.find(({ route }) => route.method === request.method);
    if (!found && fitting.length > 0) {
      throw new Refusal(99991301, `request method doesn't match: ${request.method} ${request.path}`, {
        status: 405,
      });
    }
    if (!found) {
      throw new Refusal(
        99991201,
        `resource not find: ${request.path} (unknown, or not built in this sandbox)`,
        {
          status: 404,
        },
      );
    }
    const { route, params } = found;
    const app = this.#tenant.tokens.check(request.headers.authorization);
    this.#takeRate(`${app.appId} ${route.method} ${route.pattern}`);
    if (route.scopes && !hasScope(app, ...route.scopes)) throw scopeMissing(route.scopes);
    return route.handle({ app, request: { ...request, params } });
  }

  #takeRate(key: string): void {
    const taken = this.#tenant.rates.take(key, PER_API);
    if (taken.allowed) return;
    throw new Refusal(99991400, 'request trigger frequency limit', {
      status: 429,
      headers: {
        'x-ogw-ratelimit-limit': String(taken.limit.times),
        'x-ogw-ratelimit-reset': String(Math.max(1, Math.ceil(taken.waitMs / 1000))),
      },
    });
  }

  #success(result: Result): Done {
    const headers = { 'x-tt-logid': logId(this.#tenant.clock, this.#tenant.ids) };
    if ('file' in result) {
      const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(result.name)}`;
      const file = { ...headers, 'content-type': result.mime, 'content-disposition': disposition };
      return { reply: { status: 200, headers: file, body: result.file }, status: 200, code: 0 };
    }
    const rest = 'data' in result ? { data: result.data } : result.flat;
    return {
      reply: { status: 200, headers, body: { code: 0, msg: 'success', ...rest } },
      status: 200,
      code: 0,
    };
  }

  #refusal({ code, message, options }: Refusal): Done {
    const id = logId(this.#tenant.clock, this.#tenant.ids);
    const status = options.status ?? 400;
    const error = {
      log_id: id,
      troubleshooter: `排查建议查看(Troubleshooting suggestions): https://open.feishu.cn/search?from=openapi&log_id=${id}&code=${code}`,
      ...options.extra,
    };
    const headers = { 'x-tt-logid': id, ...options.headers };
    return { reply: { status, headers, body: { code, msg: message, error } }, status, code };
  }
}

interface Done {
  reply: Reply;
  status: number;
  code: number;
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

/** Feishu's form: the time to the second, then hex. */
function logId(clock: Clock, ids: Ids): string {
  const time = new Date(clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
  return time + ids.hex().slice(0, 18).toUpperCase();
}

function appNamedIn({ body, query }: Request): string | undefined {
  const named = /"(?:app_id|AppID|client_id)"\s*:\s*"([^"]+)"/.exec(body.subarray(0, 500).toString('latin1'));
  return named?.[1] ?? query.get('client_id') ?? undefined;
}

const secret = /("(?:app_secret|AppSecret|client_secret|code_verifier|[a-z_]*token)"\s*:\s*)"[^"]*"/g;

/** The body for the log: without secrets, and without the bytes of uploads. */
function loggable(request: Request): unknown {
  if (request.body.length === 0) return undefined;
  if (request.body[0] !== 0x7b) return `${request.body.length} bytes`;
  const clean = request.body.toString('utf8').replace(secret, '$1"…"');
  try {
    return JSON.parse(clean);
  } catch {
    return clean.slice(0, 2_000);
  }
}
