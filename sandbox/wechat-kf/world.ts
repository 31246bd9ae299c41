import { list, object, optional, type Shaped, text } from '../kernel/shape.js';

const id = text({ min: 1, max: 64 });
const words = text({ min: 1, max: 200 });

/** 微信客服 as a world file gives it, under `wecom.kf`. */
export const kfShape = object({
  /** The one app that may call the interfaces (可调用接口的应用) and is pinged; named by its agentId. */
  agentId: id,
  accounts: list(
    object({
      openKfId: id,
      name: words,
      /** User ids of the servicers (接待人员). */
      servicers: optional(list(id)),
    }),
  ),
  /** People of WeChat. `id` names them in addresses and acts. */
  customers: list(
    object({
      id,
      nickname: words,
      externalUserId: optional(id),
      avatar: optional(words),
      unionId: optional(id),
    }),
  ),
});
export type KfWorld = Shaped<typeof kfShape>;

export interface Account {
  openKfId: string;
  name: string;
  servicers: string[];
}

export interface Customer {
  id: string;
  nickname: string;
  externalUserId: string;
  avatar: string;
  unionId: string | undefined;
}

/** 0 untreated, 1 with the API, 2 in the pool, 3 with a servicer, 4 ended or not begun. */
export type ServiceState = 0 | 1 | 2 | 3 | 4;

/** One customer at one account. Times are epoch ms. */
export interface Session {
  account: string;
  customer: string;
  state: ServiceState;
  servicer?: string | undefined;
  /** When they last wrote, and what was sent to them since. */
  wroteAt?: number | undefined;
  sends: number;
  /** When a welcome code was last used. */
  welcomedAt?: number | undefined;
  /** They take no messages any more. */
  rejects?: boolean | undefined;
}

/** Who a line is from: as `origin` has it, or sent by the API, which `sync_msg` does not give. */
export type Origin = 'customer' | 'event' | 'servicer' | 'api';

/** One line of an account: what was said there, or an event. */
export interface Line {
  seq: number;
  msgid: string;
  account: string;
  customer: string;
  at: number;
  origin: Origin;
  servicer?: string | undefined;
  msgtype: string;
  body: Record<string, unknown>;
  recalled?: boolean | undefined;
  /** Accepted, and not delivered. */
  failed?: number | undefined;
}

/** A code that allows one message: of a welcome, or of a session's end. */
export interface Code {
  code: string;
  account: string;
  customer: string;
  at: number;
  lifeMs: number;
  /** For what it was given; but for `enter` the session has to be in this state still. */
  state: ServiceState | 'enter';
}
