import { customerName } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { type Locale, text } from '../i18n/texts.js';
import { formatWaited } from '../i18n/time.js';
import { enqueue } from '../outbox/enqueue.js';
import { destinationOfCustomer } from '../outbox/place.js';
import { leftIn, narrowWindow, openWindow, type Window, windowOf } from '../outbox/windows.js';
import { identityMailbox } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import type { InboundMessage, InboundVisit } from '../ports/inbound.js';
import { openConversationOf, type Reads } from './conversation.js';
import { workplaceOf } from './workplace.js';

/** Its owner hears of it when a window closes within this time. */
const soonMs = 2 * 3_600_000;

/** A customer wrote or came: from now on, and for a while, we may write to them. */
export async function customerOpens(
  scene: Scene,
  identity: Identity,
  event: InboundMessage | InboundVisit,
): Promise<void> {
  const can = scene.channels.get(identity.channel)?.abilities;
  if (!can?.windows) return;
  const of = { tenantId: scene.tenant.id, id: identity.id };
  if (event.kind === 'visit' && event.how === 'left')
    return narrowWindow(scene.tx, of.tenantId, of.id, 'closed', scene.now);
  const opened = { by: event.kind, at: Math.min(event.at, scene.now), reply: event.reply };
  const window = await openWindow(scene.tx, of, can, opened);
  if (!window || window.watched || window.closesAt - scene.now <= soonMs) return;
  await watch(scene, identity.id, window);
}

async function watch(scene: Scene, identityId: string, { closesAt }: Window): Promise<void> {
  await setTimer(scene, identityMailbox(identityId), { kind: 'window', identityId }, closesAt - soonMs);
  await setWatched(scene, identityId, true);
}

const setWatched = (scene: Scene, identityId: string, watched: boolean) =>
  scene.tx.query('update windows set watched = $3 where tenant_id = $1 and identity_id = $2', [
    scene.tenant.id,
    identityId,
    watched,
  ]);

/** The time in which a customer can be written to is nearly over, unless they have written since: their agent is told, once. */
export async function windowCloses(scene: Scene, identityId: string): Promise<void> {
  const window = await windowOf(scene.tx, scene.tenant.id, identityId);
  if (!window) return;
  if (window.closesAt - scene.now > soonMs) return watch(scene, identityId, window);
  await setWatched(scene, identityId, false);
  const conversation = await openConversationOf(scene.tx, scene.tenant.id, identityId);
  if (conversation?.state !== 'active' || conversation.ownerId === undefined) return;
  if (leftIn(window, scene.now) === 0) return;
  const to = await workplaceOf(scene, conversation, conversation.ownerId);
  if (!to) return;
  const { locale } = scene.tenant;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  const time = formatWaited(window.closesAt - scene.now, locale);
  const words = text(locale, 'delivery.closesSoon', { customer, code: conversation.code ?? '', time });
  await enqueue(scene, { kind: 'tell', to, text: words });
}

/** How many more messages there may be once what waits has left: bubbles become one, files go singly. */
export async function leftAfterWaiting(
  db: Reads,
  tenantId: string,
  identityId: string,
  window: Window | undefined,
  now: number,
): Promise<number> {
  const left = leftIn(window, now);
  if (left === 0 || left === Number.POSITIVE_INFINITY) return left;
  const [row] = await db.query<{ singly: number; bubbles: boolean }>(
    `select count(*) filter (where m.content ->> 'type' <> 'text' or o.body ? 'part')::int as singly,
            coalesce(bool_or(m.content ->> 'type' = 'text' and not o.body ? 'part'), false) as bubbles
       from outbox o join messages m on m.tenant_id = o.tenant_id and m.id = o.message_id
      where o.tenant_id = $1 and o.destination = $2 and o.kind = 'deliver' and o.state in ('pending', 'sending')`,
    [tenantId, destinationOfCustomer(identityId)],
  );
  return Math.max(0, left - (row?.singly ?? 0) - (row?.bubbles ? 1 : 0));
}

/** "还可发 4/5 条，22 小时内". Undefined: there is no window to tell of. */
export function windowWords(locale: Locale, window: Window, left: number, now: number): string {
  const time = formatWaited(window.closesAt - now, locale);
  const sends = window.sends;
  if (window.closesAt <= now) return text(locale, 'delivery.closed');
  if (sends === undefined) return text(locale, 'delivery.leftTime', { time });
  if (left === 0) return text(locale, 'delivery.leftNone', { sends });
  return left === 1
    ? text(locale, 'delivery.leftOne', { sends, time })
    : text(locale, 'delivery.left', { left, sends, time });
}
