import type { PlatformParts } from '../control/parts.js';
import type { Client, Platform, PlatformWorld } from '../control/platform.js';
import { Deliveries } from '../kernel/deliveries.js';
import { Rates } from '../kernel/rates.js';
import { Cards } from './card/cards.js';
import { delayedRoutes } from './card/delayed.js';
import * as act from './client/act.js';
import { chatFor, personOf } from './client/lookup.js';
import { read } from './client/read.js';
import { say } from './client/say.js';
import { seeChats, seeMessages } from './client/see.js';
import { contactRoutes } from './contact.js';
import { Events } from './events/events.js';
import { makeTransport, RETRY_AFTER_MS } from './events/transport.js';
import { Verification } from './events/verification.js';
import { Files } from './files.js';
import { Gateway } from './gateway.js';
import { makeIds } from './ids.js';
import { changeRoutes } from './im/changes.js';
import { chatRoutes } from './im/chats.js';
import { historyRoutes } from './im/history.js';
import { messageRoutes } from './im/messages.js';
import { reactionRoutes } from './im/reactions.js';
import { resourceRoutes } from './im/resources.js';
import { loadWorld } from './load.js';
import { LoginCodes } from './login/codes.js';
import { Login } from './login/login.js';
import { SocketHub } from './socket/hub.js';
import { State } from './state.js';
import type { Tenant } from './tenant.js';
import { Tokens } from './tokens.js';
import { worldShape } from './world.js';

/** Feishu's stand-in, put together. */
export function makeFeishu(parts: PlatformParts): Platform {
  const { journal, clock, faults, stream } = parts;
  const ids = makeIds(parts.random);
  const state = new State(journal);
  const hub = new SocketHub({ state, clock, ids, faults });
  const deliveries = new Deliveries({
    platform: 'feishu',
    table: journal.table('feishu.deliveries'),
    clock,
    faults,
    log: parts.deliveries,
    transport: makeTransport({ state, clock, ids, hub }),
    retryAfterMs: RETRY_AFTER_MS,
  });
  const tenant: Tenant = {
    ...{ state, clock, ids, faults, stream },
    rates: new Rates(clock),
    tokens: new Tokens(state, clock, ids),
    files: new Files(parts.dir, state, ids),
    events: new Events({ state, clock, ids, deliveries }),
    cards: new Cards({ state, clock, ids, stream, deliveries }),
  };
  const codes = new LoginCodes(state, clock, ids);
  const gateway = new Gateway({
    tenant,
    routes: routesOf(tenant),
    hub,
    login: new Login(tenant, codes),
    log: parts.calls,
    realNow: parts.realNow,
  });
  const verification = new Verification({ state, clock, ids, say: parts.say });
  forgetOld(tenant);
  codes.forget();
  deliveries.resume();
  return {
    answer(request) {
      const { path } = request;
      const mine =
        path.startsWith('/open-apis/') || ['/callback/ws/endpoint', '/oauth/v3/token'].includes(path);
      return mine ? gateway.answer(request) : undefined;
    },
    upgrade(request, socket, head) {
      if (!request.url?.startsWith('/ws/v2')) return false;
      hub.upgrade(request, socket, head).catch(() => socket.destroy());
      return true;
    },
    load(world) {
      loadWorld(tenant, worldShape(world, 'feishu'));
      for (const app of state.apps.values()) verification.check(app);
    },
    world: () => describe(tenant),
    client: makeClient(tenant),
    dropFaultySockets: () => hub.dropFaulty(),
    expireTokens: (app) => tenant.tokens.expireAll(app),
    connections: () => hub.list(),
    urls: () => verification.list(),
    close() {
      deliveries.close();
      verification.close();
      hub.close();
    },
  };
}

const routesOf = (tenant: Tenant) => [
  ...messageRoutes(tenant),
  ...changeRoutes(tenant),
  ...historyRoutes(tenant),
  ...reactionRoutes(tenant),
  ...resourceRoutes(tenant),
  ...chatRoutes(tenant),
  ...contactRoutes(tenant),
  ...delayedRoutes(tenant),
];

function makeClient(tenant: Tenant): Client {
  const { state } = tenant;
  return {
    chats: (as) => seeChats(tenant, personOf(state, as)),
    messages: (as, where) => seeMessages(tenant, chatFor(state, personOf(state, as), where.chat), where),
    say(saying) {
      const message = say(tenant, saying);
      return {
        messageId: message.id,
        chat: message.chat,
        ...(message.thread ? { threadId: message.thread } : {}),
      };
    },
    click: async (given) => ({ ...(await act.click(tenant, given)) }),
    edit: (as, message, text) => act.edit(tenant, as, message, text),
    recall: (as, message) => act.recall(tenant, as, message),
    react: (as, message, emoji, remove) => act.setReaction(tenant, as, message, emoji, remove),
    read(as, chat) {
      const person = personOf(state, as);
      read(tenant, person, chatFor(state, person, chat));
    },
    menu: (as, app, key) => act.menu(tenant, as, app, key),
    enter: (as, app) => act.enter(tenant, as, app).id,
    resource(key) {
      const found = state.resources.get(key);
      return found && { mime: found.mime, name: found.name, bytes: tenant.files.read(found) };
    },
  };
}

const HOUR_MS = 60 * 60 * 1000;

/** Drops what can no longer matter: send keys older than an hour, click tokens older than half of one. */
function forgetOld({ state, clock }: Tenant): void {
  const now = clock.now();
  for (const [key, { at }] of [...state.sent.entries()]) if (at < now - HOUR_MS) state.sent.delete(key);
  for (const { token, at } of [...state.cardTokens.values()])
    if (at < now - HOUR_MS) state.cardTokens.delete(token);
}

/** The world without its secrets. */
function describe({ state }: Tenant): PlatformWorld {
  return {
    tenantKey: state.tenantKey,
    apps: [...state.apps.values()].map(({ appSecret, encryptKey, verificationToken, ...open }) => open),
    people: [...state.people.values()],
    chats: [...state.chats.values()].filter((chat) => chat.kind !== 'p2p'),
  };
}
