import { z } from 'zod';
import { button, paged, panel } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import type { Reads } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import { type Caller, done, operation, refuse } from '../operations/operation.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { blockCustomer, unblockCustomer } from './block.js';
import { spanIn } from './duration.js';
import { seesReach } from './see.js';
import { afterChange, sightIn, staff } from './show.js';

const longestMs = 365 * 86_400_000;

/** For a time, whatever a customer writes is kept and shown to nobody. By the owner, or by who manages the team. */
export const block = operation({
  name: 'customer.block',
  input: z.object({
    conversation: z.uuid(),
    /** "1天", "2h". */
    span: z.string().trim().max(20).default('1d'),
    reason: z.string().trim().max(200).default(''),
  }),
  who: staff,
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale, timeZone } = scene.tenant;
    const sight = await sightIn(call, input.conversation);
    if (!sight || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const { conversation } = sight;
    if (conversation.ownerId !== caller.id && !seesReach(caller))
      return refuse(text(locale, 'error.notAllowed'));
    const span = spanIn(input.span);
    if (span?.rest !== '' || span.ms > longestMs)
      return refuse(text(locale, 'error.invalidValue', { field: text(locale, 'customer.blockSpan') }));
    const until = scene.now + span.ms;
    await blockCustomer(scene, conversation, { until, reason: input.reason, by: caller });
    await afterChange(call, conversation);
    return done(
      text(locale, 'customer.blocked', { until: formatTime(until, { timeZone, locale, now: scene.now }) }),
    );
  },
});

/** Those who are blocked now, of the customers somebody may see; the ones whose time ends first come first. */
async function blockedNow(
  db: Reads,
  tenantId: string,
  who: Caller,
  now: number,
): Promise<{ id: string; name: string; until: Date; reason: string | null; by: string | null }[]> {
  const queues = (await queuesFor(db, tenantId, who.id)).filter((queue) => maySee(queue, who));
  return db.query(
    `select c.id, c.name, c.blocked_until as until, c.blocked_reason as reason, m.name as by
       from customers c left join members m on m.tenant_id = c.tenant_id and m.id = c.blocked_by
      where c.tenant_id = $1 and c.blocked_until > $2 and c.merged_into is null and exists (
              select 1 from identities i join accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
               where i.tenant_id = c.tenant_id and i.customer_id = c.id and a.queue_id = any($3::uuid[]))
      order by c.blocked_until, c.id limit 200`,
    [tenantId, new Date(now), queues.map((queue) => queue.id)],
  );
}

const perPage = 8;
const asked = z.object({ page: z.coerce.number().int().min(1).max(100).default(1) });

export const blockedPanel = panel({
  name: 'blocked',
  asked,
  async view(looking, reader, { page: wanted }) {
    const { db, tenant, now } = looking;
    const { locale, timeZone } = tenant;
    if (!seesReach(reader))
      return { title: text(locale, 'customer.blockedList'), told: text(locale, 'error.notAllowed') };
    const all = await blockedNow(db, tenant.id, reader, now);
    const pages = Math.max(1, Math.ceil(all.length / perPage));
    const page = Math.min(wanted, pages);
    return {
      title: text(locale, 'customer.blockedList'),
      tag: String(all.length),
      empty: text(locale, 'customer.nobodyBlocked'),
      rows: all.slice((page - 1) * perPage, page * perPage).map((one) => ({
        title: one.name,
        detail: text(locale, 'customer.blockedRow', {
          until: formatTime(one.until, { timeZone, locale, now }),
          by: one.by ?? '',
        }),
        text: one.reason ?? '',
        tone: 'default',
        buttons: [button(text(locale, 'customer.unblock'), 'customer.unblock', { customer: one.id })],
      })),
      buttons: paged(
        { page, pages },
        { previous: text(locale, 'card.button.previous'), next: text(locale, 'card.button.next') },
        'customer.blocked',
        {},
      ),
    };
  },
});

/** Who is blocked, for those who may lift it. */
export const listBlocked = operation({
  name: 'customer.blocked',
  input: asked,
  who: ['supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    await showPanel(call, blockedPanel, input);
    return done();
  },
});

/** Lifts it: from now on what they write is handled like anybody's. */
export const unblock = operation({
  name: 'customer.unblock',
  input: z.object({ customer: z.uuid() }),
  who: ['supervisor', 'admin'],
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const found = caller
      ? (await blockedNow(scene.tx, scene.tenant.id, caller, scene.now)).find(
          ({ id }) => id === input.customer,
        )
      : undefined;
    if (!caller || !found || !(await unblockCustomer(scene, found.id, caller.id)))
      return refuse(text(locale, 'customer.notBlocked'));
    if (call.invocation.origin.kind === 'click') await showPanel(call, blockedPanel, {});
    return done(text(locale, 'customer.unblocked', { customer: found.name }));
  },
});
