import { timingSafeEqual } from 'node:crypto';
import type { Request } from '../../kernel/http.js';
import { isRecord } from '../../kernel/shape.js';
import type { OpenRoute } from '../api.js';
import { signRobot } from '../push/crypto.js';
import { OldRefusal } from '../refusal.js';
import { webhookId } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { App, Author, Chat, Webhook } from '../world.js';
import { post } from './posting.js';
import { readMentions, readWebhookMessage } from './webhook-message.js';

const HOUR_MS = 60 * 60 * 1000;
const PER_MINUTE = { times: 20, perMs: 60_000 };
const BLOCKED_MS = 10 * 60_000;

/** The two addresses that take a message without a token. Source: robot-message-type, custom-robots-send-group-messages. */
export function webhookRoutes(tenant: Tenant): OpenRoute[] {
  const blockedUntil = new Map<string, number>();
  return [
    {
      method: 'POST',
      pattern: '/robot/sendBySession',
      handle: (request) => {
        const session = tenant.state.sessions.get(request.query.get('session') ?? '');
        const chat = session && tenant.state.chats.get(session.chat);
        // The codes of this address are not documented; these are the custom robot's for the same reasons.
        if (!session || !chat || session.expiresAt <= tenant.clock.now())
          throw new OldRefusal(400101, 'session 不存在或已过期');
        return say(tenant, request, chat, { kind: 'bot', id: session.app });
      },
    },
    {
      method: 'POST',
      pattern: '/robot/send',
      handle: (request) => {
        const webhook = tenant.state.webhooks.get(request.query.get('access_token') ?? '');
        if (!webhook) throw new OldRefusal(400101, 'token is not exist');
        const chat = tenant.state.chats.get(webhook.group);
        if (!chat) throw new OldRefusal(400013, '群已被解散');
        checkSign(tenant, request, webhook);
        checkKeywords(request, webhook);
        takeTurn(tenant, webhook, blockedUntil);
        return say(tenant, request, chat, { kind: 'bot', id: webhookId(webhook.token) });
      },
    },
  ];
}

function checkSign({ clock }: Tenant, { query }: Request, { secret }: Webhook): void {
  if (secret === undefined) return;
  const timestamp = query.get('timestamp') ?? '';
  if (Math.abs(clock.now() - Number(timestamp || Number.NaN)) <= HOUR_MS) {
    const expected = Buffer.from(signRobot(timestamp, secret));
    // A sign that was not escaped for the address comes with blanks for its plus signs, and is wrong.
    const given = Buffer.from(query.get('sign') ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    throw new OldRefusal(
      310000,
      'sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]',
    );
  }
  throw new OldRefusal(
    310000,
    'invalid timestamp, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]',
  );
}

function checkKeywords({ body }: Request, { keywords }: Webhook): void {
  const text = body.toString('utf8');
  if (keywords.length > 0 && !keywords.some((keyword) => text.includes(keyword)))
    throw new OldRefusal(310000, 'keywords not in content');
}

/** 20 a minute; whoever sends more is shut out for ten minutes. */
function takeTurn({ clock, rates }: Tenant, { token }: Webhook, blockedUntil: Map<string, number>): void {
  const isBlocked = (blockedUntil.get(token) ?? 0) > clock.now();
  if (!isBlocked && rates.take(`webhook ${token}`, [PER_MINUTE]).allowed) return;
  if (!isBlocked) blockedUntil.set(token, clock.now() + BLOCKED_MS);
  throw new OldRefusal(410100, '发送速度太快而限流');
}

function say(tenant: Tenant, request: Request, chat: Chat, author: Author): Record<string, unknown> {
  if (!/application\/json/i.test(request.headers['content-type'] ?? ''))
    throw new OldRefusal(43004, '无效的HTTP HEADER Content-Type');
  const body = parse(request);
  const key = typeof body.msgUuid === 'string' ? `${author.id} ${body.msgUuid}` : undefined;
  if (key && tenant.state.msgUuids.get(key)) return {};
  const shown = readWebhookMessage(body);
  if (!shown) return {};
  if (!tenant.quota.takePush()) throw new OldRefusal(90020, 'Webhook&Stream调用量超过当月上限');
  const { mentions, content } = readMentions(tenant.state, chat, body, shown);
  post(tenant, chat, { author, type: shown.type, content, mentions });
  if (key) tenant.state.msgUuids.put(key, tenant.clock.now());
  return {};
}

function parse({ body }: Request): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // The same refusal as for JSON that is no object.
  }
  throw new OldRefusal(40035, '不合法的参数, 需要JSON');
}

/** Posts what an app put into its HTTP answer to a person's message. What is no message is no answer. */
export function postAnswer(tenant: Tenant, app: App, payload: string, answer: string): void {
  const said: unknown = JSON.parse(payload);
  const chat = tenant.state.chats.get(isRecord(said) ? String(said.conversationId) : '');
  let body: unknown;
  try {
    body = JSON.parse(answer);
  } catch {
    return;
  }
  if (!chat || !isRecord(body) || body.msgtype === undefined) return;
  try {
    const shown = readWebhookMessage(body);
    if (!shown) return;
    const { mentions, content } = readMentions(tenant.state, chat, body, shown);
    post(tenant, chat, { author: { kind: 'bot', id: app.appKey }, type: shown.type, content, mentions });
  } catch (error) {
    if (!(error instanceof OldRefusal)) throw error;
  }
}
