/** The customers of the storm, each at a channel of theirs. */
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { phoneAt } from '../../../sandbox/wechat-official/testing.js';
import type { Enterprise } from '../../enterprise-plan.js';
import type { Stage } from '../../stage.js';
import type { Shop } from './shop.js';

export type Channel = 'web' | 'api' | 'wechat-kf' | 'wechat-official';

export interface Customer {
  /** The beginning of all their marks: `zk2c03`. */
  key: string;
  enterprise: Enterprise;
  channel: Channel;
  /** Resolves once they know that it was taken; with `pushedBy`, once the channel has it, which pushes it. */
  says(id: string, text: string): Promise<void>;
  /** Hands a message over once more that was taken before. */
  saysAgain?(id: string, text: string): Promise<boolean>;
  /** The account under whose name a channel's deliveries are written down, if it pushes. */
  pushedBy?: string;
  /** All that they were sent by the house, in order. */
  hears(): Promise<string[]>;
  /** How much they may be written to for each word of theirs; left out: as much as one likes. */
  answersEach?: number;
}

const answerWithinMs = 5_000;
const againAfterMs = 100;
/** They outlast the storm, however slow the machine that it passes over. */
const givenUpAfterMs = 900_000;

/** A client's patience: what got no answer, or an answer that asks for it, is sent again until it is taken. */
async function untilTaken(what: string, sends: () => Promise<Response>): Promise<void> {
  const end = performance.now() + givenUpAfterMs;
  for (;;) {
    const answer = await sends().catch(() => undefined);
    if (answer?.ok) return;
    const status = answer?.status ?? 0;
    // A process may hear a little later than its callers that the clock has leapt: it is signed anew then.
    if (status >= 400 && status < 500 && status !== 429 && status !== 401)
      throw new Error(`${what} was refused: ${status} ${await answer?.text()}`);
    if (performance.now() > end) throw new Error(`${what} was not taken: ${status}`);
    await delay(againAfterMs);
  }
}

const withinTime = () => AbortSignal.timeout(answerWithinMs);

export async function webCustomer(stage: Stage, enterprise: Enterprise, key: string): Promise<Customer> {
  const visit = await stage.visit(enterprise, `客${key}`);
  const headers = { authorization: `Bearer ${visit.token}`, 'content-type': 'application/json' };
  const webs = stage.ofRole('web').map(({ url }) => `${url}/channels/web/${enterprise.account}`);
  let turn = 0;
  return {
    ...{ key, enterprise, channel: 'web' as const },
    says: (id, text) =>
      untilTaken(`${key} ${id}`, () => {
        // Whichever node answers: a visitor is bound to none.
        turn += 1;
        const body = JSON.stringify({ id, text });
        return fetch(`${webs[turn % webs.length]}/send`, {
          ...{ method: 'POST', headers: { ...headers, origin: visit.origin }, body, signal: withinTime() },
        });
      }),
    async hears() {
      const heard: string[] = [];
      for (let after = 0, more = true; more; ) {
        const page = await visit.page(after);
        for (const { by, content } of page.messages)
          if (by.kind !== 'customer' && content.type === 'text') heard.push(content.text);
        more = page.more && page.after > after;
        after = page.after;
      }
      return heard;
    },
  };
}

/** A buyer of a shop whose own server speaks to Imdesk by signed HTTP. */
export function apiCustomer(stage: Stage, enterprise: Enterprise, key: string, shop: Shop): Customer {
  const sends = (messageId: string, text: string): Promise<Response> => {
    const raw = JSON.stringify({ conversationId: key, messageId, user: { id: key, name: `客${key}` }, text });
    const timestamp = String(Math.floor(stage.clock.now() / 1_000));
    const signed = createHmac('sha256', shop.secret).update(`${timestamp}.${raw}`).digest('hex');
    return fetch(`${stage.url}/channels/api/${shop.accountOf(enterprise)}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-cs-timestamp': timestamp,
        'x-cs-signature': `v1=${signed}`,
      },
      ...{ body: raw, signal: withinTime() },
    });
  };
  return {
    ...{ key, enterprise, channel: 'api' as const },
    says: (id, text) => untilTaken(`${key} ${id}`, () => sends(id, text)),
    saysAgain: (id, text) =>
      sends(id, text).then(
        ({ ok }) => ok,
        () => false,
      ),
    hears: async () => shop.sentTo(key).map(({ text }) => text),
  };
}

const viewSchema = z.object({
  items: z.array(
    z.object({
      side: z.string(),
      body: z.object({ text: z.string().optional(), head: z.string().optional() }),
    }),
  ),
});

/** Somebody in WeChat who writes to an enterprise's 微信客服; `openKfId` is its account. */
export function kfCustomer(stage: Stage, enterprise: Enterprise, key: string, openKfId: string): Customer {
  const at = (what: string) => `${stage.sandbox.url}/wechat-kf/${what}?as=${key}&account=${openKfId}`;
  return {
    ...{ key, enterprise, channel: 'wechat-kf' as const, answersEach: 1 },
    async says(_id, text) {
      const answer = await fetch(at('act'), { method: 'POST', body: JSON.stringify({ do: 'say', text }) });
      if (!answer.ok) throw new Error(`${key} could not say it: ${await answer.text()}`);
    },
    async hears() {
      const { items } = viewSchema.parse(await (await fetch(at('view'))).json());
      return items.filter(({ side }) => side === 'them').map(({ body }) => body.text ?? body.head ?? '');
    },
  };
}

/** A follower of an enterprise's official account; `id` is the account. */
export function officialCustomer(stage: Stage, enterprise: Enterprise, key: string, id: string): Customer {
  const phone = phoneAt(stage.sandbox.url, { as: key, id });
  return {
    ...{ key, enterprise, channel: 'wechat-official' as const, answersEach: 1, pushedBy: id },
    says: async (_id, text) => void (await phone.act({ do: 'say', text })),
    async hears() {
      const { items } = await phone.view();
      return items.flatMap(({ side, body }) => {
        if (side !== 'them') return [];
        return [body.type === 'text' ? body.text : body.type === 'menu' ? body.head : ''];
      });
    },
  };
}
