import { z } from 'zod';
import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { SendError } from '../../core/ports/courier.js';
import type { KfAccount } from './account.js';
import type { KfClient } from './client.js';
import { STATE_FORBIDS } from './errors.js';

/** Where a session stands. Source: path/94669, 会话状态定义. */
const states = { untreated: 0, assistant: 1, pool: 2, servicer: 3, ended: 4 } as const;

/** A session lives for 48 hours from the customer's last word; a little earlier we ask again. */
const oursForMs = 47 * 60 * 60_000;

const got = z.object({ service_state: z.number(), servicer_userid: z.string().optional().catch(undefined) });
const nothing = z.object({});

/**
 * Keeps each customer's session with us (state 1), in which we may write, so that no send has to fail for us to learn where
 * it stands. A session that is ours is known until a servicer did something in WeCom's own app, which comes as an event of
 * `sync_msg`; where any other stands is asked before the send.
 */
export class Sessions {
  constructor(
    private readonly account: OpenAccount<KfAccount>,
    private readonly host: ChannelHost,
    private readonly client: KfClient,
  ) {}

  /** Makes sure that the customer can be written to now. @throws {SendError} saying why not */
  async hold(customer: string): Promise<void> {
    const shared = this.host.shared(this.account);
    if ((await shared.get(keyOf(customer))) !== undefined) return;
    const { service_state: state, servicer_userid: servicer } = await this.call('get', customer, got);
    // Taken twice, it is taken all the same.
    if (state === states.untreated)
      await this.call('trans', customer, nothing, { service_state: states.assistant });
    else if (state !== states.assistant) throw refusalOf(state, servicer);
    await shared.set(keyOf(customer), 'ours', this.host.clock.now() + oursForMs);
  }

  /** It may not be ours any more. */
  forget(customer: string): Promise<void> {
    return this.host.shared(this.account).delete(keyOf(customer));
  }

  private call<T>(
    what: 'get' | 'trans',
    customer: string,
    answer: z.ZodType<T>,
    more: object = {},
  ): Promise<T> {
    const body = { open_kfid: this.account.settings.openKfId, external_userid: customer, ...more };
    const call = { method: 'POST', path: `kf/service_state/${what}`, body, harmless: true } as const;
    return this.client.call(call, answer);
  }
}

const keyOf = (customer: string): string => `kf-session:${customer}`;

/** From the pool and from a servicer there is no way back to us: WeCom allows on, not back. */
function refusalOf(state: number, servicer: string | undefined): SendError {
  if (state === states.ended)
    return new SendError('refused', STATE_FORBIDS, '会话已结束，待客户再次来信后可回复', {
      window: 'closed',
    });
  const who = servicer ? `接待人员 ${servicer} ` : '接待人员';
  const why =
    state === states.pool
      ? '会话正在企业微信的接待池中等待接入，接口不能发送，请在企业微信里接待'
      : `${who}正在企业微信里接待这位客户，接口不能发送；在企业微信里结束会话、客户再次来信后，可从这里回复`;
  return new SendError('refused', STATE_FORBIDS, why);
}
