import type { Corp } from '../wecom/corp.js';
import type { KfState } from './state.js';
import type { Customer, Line, Session } from './world.js';

/** 微信客服 and the enterprise that it belongs to. */
export interface Kf extends Pick<Corp, 'clock' | 'ids' | 'files' | 'stream' | 'events' | 'rates'> {
  state: KfState;
  /** The app that may call the interfaces. */
  app(): ReturnType<Corp['state']['apps']['get']>;
  /** User ids whose holders have left, or never were. */
  isMember(userId: string): boolean;
  origin(): string;
}

const dayMs = 24 * 3_600_000;
export const windowMs = 2 * dayMs;
/** Source: 发送欢迎语等事件响应消息. */
export const welcomeMs = 20_000;

const msgid = (kf: Kf): string => kf.ids.message().slice(0, 32);

/** Tells the app that there is something, and nothing of what. Source: path/94670. */
function ping(kf: Kf, account: string): void {
  const app = kf.app();
  const token = `ENC${kf.ids.token()}`.slice(0, 128);
  kf.state.pingTokens.put(token, { account, at: kf.clock.now() });
  if (app) kf.events.kf(app, account, token);
}

export function add(kf: Kf, line: Omit<Line, 'seq' | 'at' | 'msgid'> & { msgid?: string }): Line {
  const added = kf.state.add({ ...line, msgid: line.msgid ?? msgid(kf) });
  kf.stream.tell({ type: 'message', chat: line.account, message: added.msgid }, [line.customer]);
  if (line.origin !== 'api') ping(kf, line.account);
  return added;
}

export function happened(
  kf: Kf,
  { account, customer }: Session,
  event: string,
  fields: Record<string, unknown>,
): void {
  const external = kf.state.customers.get(customer)?.externalUserId ?? '';
  const about = { event_type: event, open_kfid: account, external_userid: external };
  add(kf, { account, customer, origin: 'event', msgtype: 'event', body: { ...about, ...fields } });
}

/** A customer says something. An ended session begins anew, and what we may send is counted from here. */
export function write(
  kf: Kf,
  account: string,
  customer: Customer,
  msgtype: string,
  body: Record<string, unknown>,
): Line {
  const session = kf.state.session(account, customer.id);
  const state = session.state === 4 ? 0 : session.state;
  const servicer = state === 3 ? session.servicer : undefined;
  kf.state.putSession({ ...session, state, servicer, wroteAt: kf.clock.now(), sends: 0 });
  return add(kf, { account, customer: customer.id, origin: 'customer', msgtype, body });
}

/** A customer opens the chat. A welcome code comes with it if they were not welcomed and did not write for two days. */
export function enter(
  kf: Kf,
  account: string,
  customer: Customer,
  from: { scene?: string | undefined; param?: string | undefined } = {},
): void {
  const session = kf.state.session(account, customer.id);
  const now = kf.clock.now();
  const lately = (at: number | undefined) => at !== undefined && now - at < windowMs;
  const isFresh = !lately(session.welcomedAt) && !lately(session.wroteAt);
  const code = isFresh ? giveCode(kf, session, 'enter', welcomeMs) : undefined;
  happened(kf, session, 'enter_session', {
    scene: from.scene ?? '',
    ...(from.scene && from.param && { scene_param: from.param }),
    ...(code && { welcome_code: code }),
  });
}

export function giveCode(
  kf: Kf,
  { account, customer }: Session,
  state: 'enter' | 2 | 3 | 4,
  lifeMs: number,
): string {
  const code = kf.ids.code();
  kf.state.codes.put(code, { code, account, customer, at: kf.clock.now(), lifeMs, state });
  return code;
}

/** What a servicer does in WeCom's own app. */
export function serve(
  kf: Kf,
  account: string,
  customer: Customer,
  act: { do: 'take' | 'end' } | { do: 'say'; text: string },
  servicer: string,
): void {
  const session = kf.state.session(account, customer.id);
  if (act.do === 'say') {
    if (session.state !== 3) take(kf, session, servicer);
    const body = { content: act.text };
    add(kf, { account, customer: customer.id, origin: 'servicer', servicer, msgtype: 'text', body });
    return;
  }
  if (act.do === 'take') {
    take(kf, session, servicer);
    return;
  }
  kf.state.putSession({ ...session, state: 4, servicer: undefined });
  const msg_code = giveCode(kf, session, 4, welcomeMs);
  happened(kf, session, 'session_status_change', { change_type: 3, old_servicer_userid: servicer, msg_code });
}

function take(kf: Kf, session: Session, servicer: string): void {
  const change_type = session.state === 4 ? 4 : session.state === 3 ? 2 : 1;
  kf.state.putSession({ ...session, state: 3, servicer });
  const old = session.servicer && { old_servicer_userid: session.servicer };
  happened(kf, session, 'session_status_change', { change_type, ...old, new_servicer_userid: servicer });
}
