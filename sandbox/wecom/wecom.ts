import type { PlatformParts } from '../control/parts.js';
import type { Client, MenuItem, Platform, PlatformWorld } from '../control/platform.js';
import { NotPossible } from '../control/refusal.js';
import { Deliveries, type Delivery } from '../kernel/deliveries.js';
import type { Request } from '../kernel/http.js';
import { Rates } from '../kernel/rates.js';
import type { Kf } from '../wechat-kf/happen.js';
import { kfRoutes, makeKf } from '../wechat-kf/kf.js';
import { answerPhone } from '../wechat-kf/phone.js';
import { applyAnswer } from './aibot/answers.js';
import { Bots } from './aibot/bots.js';
import { Commands } from './aibot/commands.js';
import { DOWNLOADS, download } from './aibot/download.js';
import { Hub } from './aibot/hub.js';
import { answerLater } from './aibot/response.js';
import type { Route } from './api.js';
import { type Applied, Callbacks, type Payload } from './callback/callbacks.js';
import { Events } from './callback/events.js';
import { applyReply } from './callback/reply.js';
import { makeTransport } from './callback/transport.js';
import { Verification } from './callback/verification.js';
import { Cards } from './card/cards.js';
import { updateRoutes } from './card/update.js';
import * as act from './client/act.js';
import { chatFor, personOf } from './client/lookup.js';
import { read } from './client/read.js';
import { say } from './client/say.js';
import { seeChats, seeMessages } from './client/see.js';
import type { Corp } from './corp.js';
import { directoryRoutes } from './directory.js';
import { Drops } from './drops.js';
import { Files } from './files.js';
import { Gateway } from './gateway.js';
import { makeIds } from './ids.js';
import { loadWorld } from './load.js';
import { mediaRoutes } from './media.js';
import { menuRoutes } from './menu.js';
import { appchatRoutes } from './message/appchat.js';
import { messageRoutes } from './message/send.js';
import { AUTHORIZE, authorize } from './oauth/authorize.js';
import { userinfoRoutes } from './oauth/userinfo.js';
import { State } from './state.js';
import { Tokens } from './tokens.js';
import { answerWebhook } from './webhook/send.js';
import { worldShape } from './world.js';

/** WeCom's stand-in, put together. */
export function makeWecom(parts: PlatformParts): Platform {
  const { journal, clock, faults, stream } = parts;
  const ids = makeIds(parts.random);
  const state = new State(journal);
  const hub = new Hub({ state, clock, ids, faults });
  const table = journal.table<Delivery>('wecom.deliveries');
  const deliveries = new Deliveries({
    ...{ platform: 'wecom', table, clock, faults, log: parts.deliveries },
    transport: makeTransport({ state, clock, ids, hub }),
    retryAfterMs: [],
  });
  const callbacks = new Callbacks({
    ...{ table, clock, deliveries },
    answered: (delivery, payload, answer) => answered(corp, delivery, payload, answer),
  });
  const origin = new Origin();
  const corp: Corp = {
    ...{ state, clock, ids, faults, stream },
    rates: new Rates(clock),
    tokens: new Tokens(state, clock, ids),
    files: new Files(parts.dir, { state, clock, ids }),
    drops: new Drops(parts.drops, clock),
    events: new Events({ state, clock, ids, callbacks }),
    cards: new Cards({ state, clock, stream }),
    bots: new Bots(() => corp, callbacks),
    origin: () => origin.value,
  };
  const commands = new Commands(corp, parts.calls, parts.realNow);
  hub.answerWith((bot, frame) => commands.answer(bot, frame));
  const kf = makeKf(corp, journal);
  const gateway = makeGateway(corp, kf, parts);
  const verification = new Verification({ state, clock, ids, say: parts.say });
  forgetOld(corp);
  callbacks.resume();
  corp.bots.resume();
  return {
    answer(request) {
      origin.learn(request);
      if (request.path.startsWith('/cgi-bin/')) return gateway.answer(request);
      if (request.path === AUTHORIZE) return Promise.resolve(authorize(corp, request));
      const phone = answerPhone(kf, request);
      if (phone) return Promise.resolve(phone);
      return request.path.startsWith(DOWNLOADS) ? Promise.resolve(download(corp, request)) : undefined;
    },
    upgrade: (request, socket, head) => hub.upgrade(request, socket, head),
    load(world) {
      const given = worldShape(world, 'wecom');
      loadWorld(corp, given);
      if (given.kf) kf.state.load(given.kf);
      for (const [id, { callback }] of state.apps.entries()) verification.check(id, callback, state.corpId);
      for (const [id, bot] of state.aibots.entries())
        if (bot.mode === 'url') verification.check(id, bot.callback, '');
    },
    world: () => describe(state),
    client: makeClient(corp),
    dropFaultySockets: () => hub.dropFaulty(),
    expireTokens: (app) => corp.tokens.expireAll(app),
    connections: () => hub.list(),
    urls: () => verification.list(),
    close() {
      corp.bots.close();
      callbacks.close();
      deliveries.close();
      verification.close();
      hub.close();
    },
  };
}

/** Where the sandbox is, learnt from those who call it: it needs its own address for what others are to fetch. */
class Origin {
  value = 'http://127.0.0.1';

  learn({ headers }: Request): void {
    if (headers.host) this.value = `http://${headers.host}`;
  }
}

function answered(corp: Corp, delivery: Delivery, payload: Payload, answer: string): Applied | undefined {
  if (!corp.state.aibots.get(delivery.app))
    return applyReply(corp, delivery, payload, answer.slice(answer.indexOf('\n') + 1));
  const applied = applyAnswer(corp, delivery, payload, answer);
  corp.bots.answered(payload.turn);
  return applied;
}

function makeGateway(corp: Corp, kf: Kf, parts: PlatformParts): Gateway {
  const { state, tokens } = corp;
  return new Gateway({
    corp,
    routes: [...routesOf(corp), ...kfRoutes(kf)],
    open: [
      ({ path, query }) =>
        path === '/cgi-bin/gettoken' ? tokens.issue(query.get('corpid'), query.get('corpsecret')) : undefined,
      (request) => answerWebhook(corp, request),
      (request) => answerLater(corp, request),
    ],
    log: parts.calls,
    realNow: parts.realNow,
    whose({ query }) {
      const secret = query.get('corpsecret');
      const app = secret ? [...state.apps.values()].find((each) => each.secret === secret) : undefined;
      const turn = state.turns.get(query.get('response_code') ?? '');
      return app ? String(app.agentId) : (state.webhookByKey(query.get('key') ?? '')?.id ?? turn?.bot);
    },
  });
}

const routesOf = (corp: Corp): Route[] => [
  ...messageRoutes(corp),
  ...updateRoutes(corp),
  ...appchatRoutes(corp),
  ...mediaRoutes(corp),
  ...directoryRoutes(corp),
  ...menuRoutes(corp),
  ...userinfoRoutes(corp),
];

function makeClient(corp: Corp): Client {
  const { state } = corp;
  return {
    chats: (as) => seeChats(corp, personOf(state, as)),
    messages(as, where) {
      const person = personOf(state, as);
      return seeMessages(corp, person, chatFor(state, person, where.chat), where.after);
    },
    say(saying) {
      const message = say(corp, saying);
      return { messageId: message.id, chat: message.chat };
    },
    click: (given) => act.click(corp, given),
    edit() {
      throw new NotPossible('no-editing', 'in WeCom what was said cannot be edited');
    },
    recall: (as, message) => act.recall(corp, as, message),
    react: (as, message, emoji, remove) => act.judge(corp, as, message, emoji, remove),
    read(as, chat) {
      const person = personOf(state, as);
      read(corp, person, chatFor(state, person, chat));
    },
    menu: (as, app, key) => act.menu(corp, as, app, key),
    enter: (as, app) => act.enter(corp, as, app),
    resource(key) {
      const found = state.resources.get(key);
      return found && { mime: found.mime, name: found.name, bytes: corp.files.read(found) };
    },
  };
}

const HOUR_MS = 60 * 60 * 1000;
const KEPT_MS = 4 * 24 * HOUR_MS;

/** Drops what can no longer matter: codes, turns, downloads and duplicates of long ago. */
function forgetOld({ state, clock }: Corp): void {
  const before = clock.now() - KEPT_MS;
  for (const table of [
    state.responseCodes,
    state.oauthCodes,
    state.turns,
    state.downloads,
    state.duplicates,
  ]) {
    for (const [key, { at }] of [...table.entries()]) if (at < before) table.delete(key);
  }
}

/** An entry that opens an address tells the app so too, by that address. */
const callable = ({ name, key, url, items }: MenuItem): MenuItem => ({
  ...{ name, key: key ?? url, url },
  ...(items ? { items: items.map(callable) } : {}),
});

/** The world without its secrets. */
function describe(state: State): PlatformWorld {
  return {
    corpId: state.corpId,
    departments: [...state.departments.values()],
    apps: [
      ...[...state.apps.values()].map((app) => ({
        ...{ appId: String(app.agentId), name: app.name, kind: 'app' as const },
        ...{
          availability: app.visible,
          menu: state.menuOf(app).map(callable),
          trustedDomains: app.trustedDomains,
        },
      })),
      ...[...state.aibots.values()].map((bot) => ({
        ...{ appId: bot.botId, name: bot.name, kind: 'bot' as const },
        ...{ availability: bot.visible, mode: bot.mode },
      })),
      ...[...state.webhooks.values()].map(({ id, name }) => ({ appId: id, name, kind: 'webhook' as const })),
    ],
    people: [...state.people.values()].map((person) => ({
      ...person,
      aliases: [person.userId, state.openUserId(person)],
    })),
    chats: [...state.chats.values()].filter(({ kind }) => kind !== 'p2p'),
  };
}
