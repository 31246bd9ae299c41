import type { Channel } from '../control/channel.js';
import type { PlatformParts } from '../control/parts.js';
import { NotPossible } from '../control/refusal.js';
import type { Delivery } from '../kernel/deliveries.js';
import { noticePage } from '../kernel/html.js';
import type { Reply, Request } from '../kernel/http.js';
import { Misshapen } from '../kernel/shape.js';
import { phoneAct } from '../phone/act.js';
import { phonePage } from '../phone/page.js';
import { Client } from './client.js';
import { Files } from './files.js';
import { API, Gateway } from './gateway.js';
import { PAGE, pageUrl, viewOf } from './phone.js';
import { Pushes } from './push.js';
import { State } from './state.js';
import { Tokens } from './tokens.js';
import { Verification } from './verification.js';
import type { Wechat } from './wechat.js';
import { type Account, type Customer, type Follower, worldShape } from './world.js';

/** WeChat's stand-in as far as official accounts go, put together. */
export function makeWechatOfficial(parts: PlatformParts): Channel {
  const { journal, clock, faults, stream, random } = parts;
  const state = new State(journal);
  const files = new Files(parts.dir, { state, clock, random });
  const of: Wechat = { state, clock, faults, stream, files, random };
  const tokens = new Tokens(of);
  const gateway = new Gateway(of, { tokens, log: parts.calls, realNow: parts.realNow });
  const table = journal.table<Delivery>('wechat-official.deliveries');
  const pushes = new Pushes(of, { table, log: parts.deliveries });
  let origin = 'http://127.0.0.1';
  const client = new Client(of, pushes, () => origin);
  const verification = new Verification(of);
  pushes.resume();
  return {
    answer(request) {
      if (request.headers.host) origin = `http://${request.headers.host}`;
      if (request.path.startsWith(`${API}/`)) return gateway.answer(request);
      if (request.path !== PAGE && !request.path.startsWith(`${PAGE}/`)) return undefined;
      return Promise.resolve(atPhone(of, client, request));
    },
    load(world) {
      const { accounts = [], customers = [] } = worldShape(world, 'wechat-official');
      for (const account of accounts) {
        if (account.mode === 'encrypted' && !account.encodingAesKey)
          throw new Error(`${account.id} seals what it pushes, and has no encodingAesKey`);
        state.accounts.put(account.id, account);
        verification.check(account);
      }
      for (const { follows = [], ...customer } of customers) {
        state.customers.put(customer.id, customer);
        for (const id of follows) followsAlready(of, customer, id);
      }
    },
    world: () => describe(state),
    expireTokens: (account) => tokens.expireAll(account),
    urls: () => verification.list(),
    close() {
      pushes.close();
      verification.close();
    },
  };
}

/** Who followed before the account came here: nothing of it is pushed, and nothing may be sent for it. */
function followsAlready({ state }: Wechat, customer: Customer, id: string): void {
  const account = state.accounts.get(id);
  if (!account) throw new Error(`${customer.id} follows ${id}, which is not in the world`);
  const follower = state.followerOf(account, customer);
  if (!state.followers.get(follower.openId))
    state.followers.put(follower.openId, { ...follower, follows: true });
}

function atPhone(of: Wechat, client: Client, request: Request): Reply {
  const media = request.path.startsWith(`${PAGE}/media/`)
    ? request.path.slice(`${PAGE}/media/`.length)
    : undefined;
  if (media !== undefined) return mediaReply(of, media);
  const found = seated(of.state, request.query);
  if (!found) return noticePage(404, { title: '打不开', text: '没有这个公众号或这位顾客' });
  const { account, customer, follower } = found;
  if (request.path === PAGE)
    return phonePage({
      title: `${account.name} · ${customer.name}的微信`,
      theme: 'wechat',
      base: PAGE,
      stream: { platform: 'wechat-official', as: follower.openId },
    });
  if (request.path === `${PAGE}/view`) return { status: 200, body: { ...viewOf(of, account, customer) } };
  if (request.path !== `${PAGE}/act` || request.method !== 'POST')
    return { status: 404, body: { error: { message: `there is no ${request.method} ${request.path}` } } };
  try {
    client.act(account, follower, phoneAct(request.body));
    return { status: 200, body: {} };
  } catch (error) {
    if (error instanceof NotPossible || error instanceof Misshapen)
      return { status: 400, body: { error: { message: error.message } } };
    throw error;
  }
}

function seated(
  state: State,
  query: URLSearchParams,
): { account: Account; customer: Customer; follower: Follower } | undefined {
  const [first] = [...state.accounts.values()];
  const account = state.accounts.get(query.get('account') ?? first?.id ?? '');
  const customer = state.customers.get(query.get('as') ?? '');
  return account && customer && { account, customer, follower: state.followerOf(account, customer) };
}

function mediaReply({ state, files }: Wechat, id: string): Reply {
  const media = state.media.get(id);
  if (!media) return { status: 404, body: { error: { message: 'there is no such file' } } };
  const headers = { 'content-type': media.mime, 'x-content-type-options': 'nosniff' };
  return { status: 200, headers, body: files.read(media) };
}

/** The world without its secrets, with each phone's address. */
function describe(state: State): object {
  const accounts = [...state.accounts.values()];
  const customers = [...state.customers.values()];
  return {
    accounts: accounts.map(({ id, name, appId, verified = true, mode = 'plain' }) => ({
      id,
      name,
      appId,
      verified,
      mode,
    })),
    customers: customers.map((customer) => ({
      ...customer,
      at: accounts.map((account) => ({
        account: account.id,
        openId: state.followerOf(account, customer).openId,
        follows: state.followerOf(account, customer).follows,
        url: pageUrl(account, customer),
      })),
    })),
  };
}
