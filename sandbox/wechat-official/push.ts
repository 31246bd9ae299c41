import type { Clock } from '../kernel/clock.js';
import type { DeliveryRecord } from '../kernel/deliveries.js';
import { Deliveries, type Delivery, type Outcome, type Transport } from '../kernel/deliveries.js';
import type { Table } from '../kernel/journal.js';
import { post } from '../kernel/post.js';
import type { Ring } from '../kernel/ring.js';
import { encrypt, sign } from '../wecom/callback/crypto.js';
import { writeXml, type XmlFields } from '../wecom/callback/xml.js';
import { readAnswer } from './passive.js';
import { appear, type Wechat } from './wechat.js';
import type { Account, Follower } from './world.js';

/** An account has this long, in real time, to answer. Source: 接收普通消息. */
export const DEADLINE_MS = 5_000;
const TRIES = 3;
const APART_MS = 5_000;

/** What the customer reads when an account does not answer, or in a way that cannot be read. */
export const outOfOrder = '该公众号提供的服务出现故障，请稍后再试';

interface Payload {
  xml: string;
  openId: string;
  /** A customer who only followed or left expects no answer. */
  expected: boolean;
}

/**
 * Pushes what customers say and do. Who does not answer within five seconds gets the same again, three times in all, five
 * seconds apart; the first answer that comes in time is taken. Source: 接收普通消息, 接收事件推送.
 */
export class Pushes {
  readonly #of: Wechat;
  readonly #table: Table<Delivery>;
  readonly #deliveries: Deliveries;
  #closed = false;

  constructor(of: Wechat, parts: { table: Table<Delivery>; log: Ring<DeliveryRecord> }) {
    this.#of = of;
    this.#table = parts.table;
    this.#deliveries = new Deliveries({
      platform: 'wechat-official',
      table: parts.table,
      clock: of.clock,
      faults: of.faults,
      log: parts.log,
      transport: transportOf(of),
      retryAfterMs: [],
    });
  }

  /** Takes up what an earlier process left behind. */
  resume(): void {
    for (const delivery of [...this.#table.values()]) this.#later(delivery);
  }

  push(account: Account, follower: Follower, type: string, fields: XmlFields, expected = true): void {
    const { clock, random } = this.#of;
    const xml = writeXml({
      ToUserName: account.id,
      FromUserName: follower.openId,
      CreateTime: Math.floor(clock.now() / 1000),
      ...fields,
    });
    const payload: Payload = { xml, openId: follower.openId, expected };
    const delivery: Delivery = {
      id: random(),
      app: account.id,
      kind: 'event',
      type,
      payload: JSON.stringify(payload),
      attempts: 0,
      dueAt: clock.now(),
    };
    this.#table.put(delivery.id, delivery);
    void this.#try(delivery);
  }

  close(): void {
    this.#closed = true;
    this.#deliveries.close();
  }

  #later(delivery: Delivery): void {
    const start = () => void (this.#closed ? undefined : this.#try(delivery));
    if (delivery.dueAt <= this.#of.clock.now()) start();
    else this.#of.clock.at(delivery.dueAt, start);
  }

  async #try(delivery: Delivery): Promise<void> {
    const { clock } = this.#of;
    const outcome = await this.#deliveries.call(delivery);
    if (this.#closed) return;
    const attempts = delivery.attempts + 1;
    if (!outcome.ok && attempts < TRIES) {
      // What was let wait for its five seconds comes again at once.
      const dueAt = outcome.why === 'timeout' ? clock.now() : clock.now() + APART_MS;
      const next = { ...delivery, attempts, dueAt };
      this.#table.put(next.id, next);
      this.#later(next);
      return;
    }
    this.#table.delete(delivery.id);
    this.#take(delivery, outcome);
  }

  #take({ app, payload }: Delivery, outcome: Outcome): void {
    const { openId, expected }: Payload = JSON.parse(payload);
    const { state, files, clock } = this.#of;
    const [account, follower] = [state.accounts.get(app), state.followers.get(openId)];
    if (!account || !follower) return;
    const answer = outcome.ok
      ? readAnswer(account, follower, files, outcome.answer.trim())
      : { wrong: outcome.reason };
    if ('wrong' in answer) {
      const about = `${outOfOrder}`;
      if (expected)
        appear(this.#of, follower, {
          side: 'notice',
          msgtype: 'text',
          content: { content: about, why: answer.wrong },
        });
      return;
    }
    if (!answer.says || !follower.follows) return;
    state.followers.put(openId, { ...follower, spokeAt: clock.now(), typingUntil: 0 });
    appear(this.#of, follower, { side: 'them', via: 'passive', ...answer.says });
  }
}

const transportOf = (of: Wechat): Transport => ({
  via: () => 'http',
  async send({ app, payload }): Promise<Outcome> {
    const account = of.state.accounts.get(app);
    if (!account) return { ok: false, why: 'unconfigured', reason: 'the account is gone' };
    const { xml, openId }: Payload = JSON.parse(payload);
    const to = new URL(account.url);
    const { timestamp, nonce } = signedInto(to, account, of.clock, of.random);
    to.searchParams.set('openid', openId);
    let body = xml;
    if (account.mode === 'encrypted') {
      const random = Buffer.from(of.random(), 'hex');
      const encrypted = encrypt(xml, account.encodingAesKey ?? '', account.appId, random);
      to.searchParams.set('encrypt_type', 'aes');
      to.searchParams.set('msg_signature', sign(account.token, timestamp, nonce, encrypted));
      body = writeXml({ ToUserName: account.id, Encrypt: encrypted });
    }
    const result = await post(to.href, body, { 'content-type': 'text/xml' }, DEADLINE_MS);
    if (result.kind === 'timeout') return { ok: false, why: 'timeout', reason: 'timeout' };
    if (result.kind === 'unreachable')
      return { ok: false, why: 'unreachable', reason: `unreachable: ${result.code}` };
    if (result.status !== 200) return { ok: false, why: 'refused', reason: `HTTP ${result.status}` };
    return { ok: true, answer: result.body };
  },
});

/** Everything that WeChat calls is signed over token, timestamp and nonce. */
export function signedInto(
  to: URL,
  { token }: Account,
  clock: Clock,
  random: () => string,
): { timestamp: string; nonce: string } {
  const timestamp = String(Math.floor(clock.now() / 1000));
  const nonce = String(BigInt(`0x${random().slice(0, 8)}`));
  to.searchParams.set('signature', plainSignature(token, timestamp, nonce));
  to.searchParams.set('timestamp', timestamp);
  to.searchParams.set('nonce', nonce);
  return { timestamp, nonce };
}

/** The fourth part is nothing, and nothing sorts before everything. */
const plainSignature = (token: string, timestamp: string, nonce: string): string =>
  sign(token, timestamp, nonce, '');
