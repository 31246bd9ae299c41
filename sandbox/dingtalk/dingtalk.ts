import type { PlatformParts } from '../control/parts.js';
import type { Client, Platform, PlatformWorld } from '../control/platform.js';
import { NotPossible } from '../control/refusal.js';
import { Deliveries } from '../kernel/deliveries.js';
import { Rates } from '../kernel/rates.js';
import type { Routes } from './api.js';
import { tokenRoutes } from './auth/issue.js';
import { authorize, userTokenRoutes, whoRoutes } from './auth/login.js';
import { Tokens } from './auth/tokens.js';
import { callbackRoutes } from './card/callback-routes.js';
import { instanceRoutes } from './card/instances.js';
import { streamingRoutes } from './card/streaming.js';
import { templateRoutes } from './card/templates.js';
import * as act from './client/act.js';
import { chatFor, personOf } from './client/lookup.js';
import { read } from './client/read.js';
import { say } from './client/say.js';
import { seeChats, seeMessages } from './client/see.js';
import { departmentRoutes } from './directory/departments.js';
import { peopleRoutes } from './directory/people.js';
import { Files } from './files.js';
import { Gateway } from './gateway.js';
import { makeIds } from './ids.js';
import { loadWorld } from './load.js';
import { Pushes } from './push/pushes.js';
import { EVENT_RETRY_AFTER_MS, ROBOT_RETRY_AFTER_MS } from './push/retries.js';
import { makeTransport } from './push/transport.js';
import { Verification } from './push/verification.js';
import { Quota } from './quota.js';
import { dingRoutes } from './robot/ding.js';
import { downloadReply, mediaRoutes } from './robot/media.js';
import { sendRoutes } from './robot/send.js';
import { sentRoutes } from './robot/sent.js';
import { postAnswer, webhookRoutes } from './robot/webhooks.js';
import { State, webhookId } from './state.js';
import { Hub } from './stream/hub.js';
import type { Tenant } from './tenant.js';
import { worldShape } from './world.js';

const mine = /^\/(v1\.0\/|topapi\/|media\/|robot\/|gettoken$)/;

/** DingTalk's stand-in, put together. */
export function makeDingtalk(parts: PlatformParts): Platform {
  const { journal, clock, faults, stream } = parts;
  const ids = makeIds(parts.random);
  const state = new State(journal);
  const hub = new Hub({ state, clock, ids, faults, realNow: parts.realNow, log: parts.deliveries });
  let base = 'http://127.0.0.1';
  const transport = makeTransport({
    ...{ state, clock, ids, hub },
    answered: (app, payload, answer) => postAnswer(tenant, app, payload, answer),
  });
  const sending = { platform: 'dingtalk' as const, clock, faults, log: parts.deliveries, transport };
  const events = new Deliveries({
    ...sending,
    table: journal.table('dingtalk.events'),
    retryAfterMs: EVENT_RETRY_AFTER_MS,
  });
  const robotRetries: number[] = [];
  const robotMessages = new Deliveries({
    ...sending,
    table: journal.table('dingtalk.robotMessages'),
    retryAfterMs: robotRetries,
  });
  const setRetries = () =>
    robotRetries.splice(
      0,
      robotRetries.length,
      ...(state.settings.get('redeliverRobotMessages') === 'true' ? ROBOT_RETRY_AFTER_MS : []),
    );
  const quota = new Quota(state, clock);
  const tenant: Tenant = {
    ...{ state, clock, ids, faults, stream, quota },
    rates: new Rates(clock),
    tokens: new Tokens(state, clock, ids),
    files: new Files(parts.dir, state, ids),
    pushes: new Pushes({
      ...{ state, clock, ids, quota, events, robotMessages },
      ...{ drops: parts.drops, base: () => base },
    }),
    base: () => base,
  };
  const gateway = new Gateway({
    ...{ tenant, routes: routesOf(tenant, hub) },
    ...{ log: parts.calls, realNow: parts.realNow },
  });
  const verification = new Verification({ state, clock, ids, say: parts.say });
  forgetOld(tenant);
  setRetries();
  events.resume();
  robotMessages.resume();
  return {
    answer(request) {
      // Every request passes here first, and its Host is how the app reaches this sandbox.
      if (request.headers.host) base = `http://${request.headers.host}`;
      if (mine.test(request.path)) return gateway.answer(request);
      if (request.method !== 'GET') return undefined;
      if (request.path === '/oauth2/auth') return Promise.resolve(authorize(tenant, request));
      const isFile = request.path.startsWith('/dingtalk/files/');
      return isFile ? Promise.resolve(downloadReply(tenant, request)) : undefined;
    },
    upgrade(request, socket, head) {
      if (!/^\/connect\?/.test(request.url ?? '')) return false;
      hub.upgrade(request, socket, head).catch(() => socket.destroy());
      return true;
    },
    load(world) {
      loadWorld(tenant, worldShape(world, 'dingtalk'));
      setRetries();
      verification.checkAll();
    },
    world: () => describe(tenant),
    client: makeClient(tenant),
    dropFaultySockets: () => hub.dropFaulty(),
    expireTokens: (app) => tenant.tokens.expireAll(app),
    connections: () => hub.list(),
    urls: () => verification.list(),
    close() {
      events.close();
      robotMessages.close();
      verification.close();
      hub.close();
    },
  };
}

const routesOf = (tenant: Tenant, hub: Hub): Routes => ({
  open: [...tokenRoutes(tenant), ...userTokenRoutes(tenant), ...webhookRoutes(tenant), hub.tickets.route],
  withToken: [
    ...sendRoutes(tenant),
    ...sentRoutes(tenant),
    ...mediaRoutes(tenant),
    ...dingRoutes(tenant),
    ...instanceRoutes(tenant),
    ...streamingRoutes(tenant),
    ...callbackRoutes(tenant),
    ...templateRoutes(tenant),
    ...whoRoutes(tenant),
    ...peopleRoutes(tenant),
    ...departmentRoutes(tenant),
  ],
});

function makeClient(tenant: Tenant): Client {
  const { state } = tenant;
  return {
    chats: (as) => seeChats(tenant, personOf(state, as)),
    messages(as, where) {
      const person = personOf(state, as);
      return seeMessages(tenant, chatFor(state, person, where.chat), person, where.after);
    },
    say(saying) {
      const message = say(tenant, saying);
      return { messageId: message.id, chat: message.chat };
    },
    click: async (given) => ({ ...(await act.click(tenant, given)) }),
    edit: () => no('DingTalk’s messages cannot be edited here'),
    recall: (as, message) => act.recall(tenant, as, message),
    react: () => no('reactions are not built for DingTalk: robots hear nothing of them'),
    read(as, chat) {
      const person = personOf(state, as);
      read(tenant, person, chatFor(state, person, chat));
    },
    menu: () => no('DingTalk’s robots have no menu; quick entries are links and are not built'),
    enter: (as, app) => act.enter(tenant, as, app).id,
    resource(key) {
      const found = state.resources.get(key);
      return found && { mime: found.mime, name: found.name, bytes: tenant.files.read(found) };
    },
  };
}

function no(why: string): never {
  throw new NotPossible('not-possible', why);
}

/** Drops what can no longer matter: codes, sessions and refresh tokens past their time, and the keys of old repeats. */
function forgetOld({ state, clock }: Tenant): void {
  const now = clock.now();
  for (const table of [state.authCodes, state.sessions, state.tokens]) {
    for (const [key, { expiresAt }] of [...table.entries()]) if (expiresAt < now) table.delete(key);
  }
  const dayAgo = now - 24 * 60 * 60 * 1000;
  for (const [key, at] of [...state.msgUuids.entries()]) if (at < dayAgo) state.msgUuids.delete(key);
}

/** The world without its secrets. */
function describe({ state, quota }: Tenant): PlatformWorld {
  const groups = [...state.chats.values()].filter((chat) => chat.kind === 'group');
  const webhooks = [...state.webhooks.values()];
  return {
    corpId: state.corpId,
    usage: quota.describe(),
    apps: [
      ...[...state.apps.values()].map(({ appSecret, events, ...open }) => ({
        ...{ appId: open.appKey, kind: 'bot' as const, ...open },
        ...(events ? { events: { url: events.url } } : {}),
      })),
      ...webhooks.map(({ token, name }) => ({ appId: webhookId(token), name, kind: 'webhook' as const })),
    ],
    people: [...state.people.values()].filter(({ departed }) => !departed),
    departments: [...state.departments.values()],
    chats: groups.map(({ id, name, kind, people, robots }) => ({
      ...{ id, name, kind, people },
      apps: [...robots, ...webhooks.filter(({ group }) => group === id).map(({ token }) => webhookId(token))],
    })),
    templates: [...state.templates.values()].map(({ id, name, published }) => ({ id, name, published })),
  };
}
