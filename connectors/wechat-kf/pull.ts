import { z } from 'zod';
import { Lately } from '../../core/lately.js';
import type { ChannelHost, OpenAccount, Pulled } from '../../core/ports/connector.js';
import { SendError } from '../../core/ports/courier.js';
import type { Delivery } from '../../core/ports/delivery.js';
import type { KfAccount } from './account.js';
import { type KfClient, kfClient } from './client.js';
import { STALE_PING_TOKEN } from './errors.js';
import { optionalId } from './fields.js';
import { origins } from './item.js';
import { Sessions } from './session.js';
import { tokenIn } from './ticket.js';

const limit = 1000;
/** WeCom keeps three days. What was said before we came has been answered by others, or never will be. */
const beforeUsMs = 10 * 60_000;

const batch = z.object({
  next_cursor: z.string().catch(''),
  has_more: z.number().catch(0),
  // One that is no object keeps the others from nothing: what the cursor has passed is never told again.
  msg_list: z
    .array(z.looseObject({}).nullable().catch(null))
    .default([])
    .transform((all) => all.filter((one) => one !== null)),
});
type Item = z.infer<typeof batch>['msg_list'][number];

const itemSchema = z.looseObject({
  origin: z.number().optional().catch(undefined),
  external_userid: optionalId,
  send_time: z.number().optional().catch(undefined),
  event: z.looseObject({ event_type: z.string(), external_userid: optionalId }).optional().catch(undefined),
});

/** One batch of `sync_msg`. What we send by the API is not among it. Source: path/94670. */
export async function pull(
  account: OpenAccount<KfAccount>,
  cursor: string | undefined,
  host: ChannelHost,
  ticket?: string,
): Promise<Pulled> {
  const client = kfClient(account, host);
  const from = cursorIn(cursor, host.clock.now());
  const found = await sync(client, account, from.cursor, tokenIn(ticket, host.clock.now()));
  const more = found.has_more === 1;
  const items = found.msg_list.filter((item) => !isBefore(item, from.since));
  const sessions = new Sessions(account, host, client);
  for (const customer of takenIn(items)) await sessions.forget(customer);
  const customers = await customersOf(client, account, host, items);
  return {
    items: items.map((item) => deliveryOf(item, customers)),
    cursor: cursorOf(found.next_cursor || from.cursor, more ? from.since : undefined),
    more,
  };
}

async function sync(
  client: KfClient,
  { settings: { openKfId } }: OpenAccount<KfAccount>,
  cursor: string,
  token: string | undefined,
): Promise<z.infer<typeof batch>> {
  const body = {
    limit,
    voice_format: 0,
    open_kfid: openKfId,
    ...(cursor && { cursor }),
    ...(token && { token }),
  };
  const call = { method: 'POST', path: 'kf/sync_msg', body, harmless: true, timeoutMs: 20_000 } as const;
  try {
    return await client.call(call, batch);
  } catch (error) {
    if (!(error instanceof SendError) || error.code !== STALE_PING_TOKEN || token === undefined) throw error;
    const { token: _, ...without } = body;
    return client.call({ ...call, body: without }, batch);
  }
}

/** While the first pull catches up, the cursor carries since when we are there: `~<epoch ms> <cursor>`. */
function cursorIn(text: string | undefined, now: number): { cursor: string; since: number | undefined } {
  if (text === undefined) return { cursor: '', since: now - beforeUsMs };
  const [, since, cursor] = /^~(\d+) (.*)$/s.exec(text) ?? [];
  return since === undefined
    ? { cursor: text, since: undefined }
    : { cursor: cursor ?? '', since: Number(since) };
}

const cursorOf = (cursor: string, since: number | undefined): string =>
  since === undefined ? cursor : `~${since} ${cursor}`;

function isBefore(item: Item, since: number | undefined): boolean {
  const at = itemSchema.safeParse(item).data?.send_time;
  return since !== undefined && at !== undefined && at * 1000 < since;
}

/** Whose session servicers did something with in WeCom's own app: it may not be ours any more. */
function takenIn(items: readonly Item[]): Set<string> {
  const taken = items.flatMap((item) => {
    const found = itemSchema.safeParse(item).data;
    const isChange = found?.event?.event_type === 'session_status_change';
    const customer = isChange
      ? found?.event?.external_userid
      : found?.origin === origins.servicer
        ? found.external_userid
        : undefined;
    return customer === undefined ? [] : [customer];
  });
  return new Set(taken);
}

const batchMax = 100;
const knownForMs = 24 * 60 * 60_000;
/** Whom this process asked for lately, by account: as WeCom has them, or `undefined` for whom it does not know. */
const asked = new Lately<{ customer: object | undefined; until: number }>(20_000);

const profiles = z.object({
  customer_list: z.array(z.looseObject({ external_userid: z.string() })).catch([]),
});

/** The profiles of those who came or wrote. Without them the messages are worth as much. */
async function customersOf(
  client: KfClient,
  account: OpenAccount<KfAccount>,
  host: ChannelHost,
  items: readonly Item[],
): Promise<Map<string, object>> {
  const now = host.clock.now();
  const keyOf = (id: string) => `${account.settings.baseUrl} ${account.id} ${id}`;
  const ids = new Set(items.flatMap((item) => customerIn(item) ?? []));
  const known = new Map<string, object>();
  const unknown: string[] = [];
  for (const id of ids) {
    const found = asked.get(keyOf(id));
    if (!found || found.until <= now) unknown.push(id);
    else if (found.customer) known.set(id, found.customer);
  }
  try {
    for (let start = 0; start < unknown.length; start += batchMax) {
      const external_userid_list = unknown.slice(start, start + batchMax);
      const body = { external_userid_list };
      const call = { method: 'POST', path: 'kf/customer/batchget', body, harmless: true } as const;
      for (const one of (await client.call(call, profiles)).customer_list)
        known.set(one.external_userid, one);
      for (const id of external_userid_list)
        asked.set(keyOf(id), { customer: known.get(id), until: now + knownForMs });
    }
  } catch (error) {
    host.log.warn({ error, account: account.id }, 'the profiles of customers could not be asked for');
  }
  return known;
}

function customerIn(item: Item): string | undefined {
  const found = itemSchema.safeParse(item).data;
  if (found?.event)
    return found.event.event_type === 'enter_session' ? found.event.external_userid : undefined;
  return found?.origin === origins.servicer ? undefined : found?.external_userid;
}

function deliveryOf(item: Item, customers: ReadonlyMap<string, object>): Delivery {
  const customer = customers.get(customerIn(item) ?? '');
  const body = Buffer.from(JSON.stringify({ ...item, ...(customer && { customer }) }));
  return { method: 'PULL', query: {}, headers: {}, body };
}
