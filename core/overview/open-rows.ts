import type { PanelRow } from '../cards/card.js';
import { type Looking, urgencyOf } from '../cards/look.js';
import { button } from '../cards/panel.js';
import { type Conversation, conversationsById } from '../conversations/conversation.js';
import { lastWordsIn } from '../conversations/transcript.js';
import { messageWords } from '../conversations/words.js';
import { customerNames } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatAgo, formatWaited } from '../i18n/time.js';
import { snippet } from '../search/snippet.js';
import { inSight, type Sight, Values, type Wanted } from '../search/visible.js';

/** A place among the open conversations: who waits in a queue first, then whose last words nobody answered, then the rest. */
interface Place {
  rank: number;
  since: number;
  id: string;
}

export const placeWords = ({ rank, since, id }: Place): string => `${rank}.${since}.${id}`;

function placeOf(words: string): Place | undefined {
  const [, rank, since, id = ''] = /^(\d)\.(\d{1,15})\.([0-9a-f-]{36})$/.exec(words) ?? [];
  return rank === undefined ? undefined : { rank: Number(rank), since: Number(since), id };
}

const unanswered = `coalesce(c.customer_wrote_at > coalesce(c.owner_wrote_at, 'epoch'), false)`;

/** Open conversations in sight, longest first, from a place on. */
export async function openPlaces(
  { db, tenant }: Looking,
  sight: Sight,
  wanted: Wanted,
  { after, limit, states }: { after?: string; limit: number; states: readonly ('waiting' | 'active')[] },
): Promise<Place[]> {
  const values = new Values();
  const from = after === undefined ? undefined : placeOf(after);
  const tenantId = values.add(tenant.id);
  const condition = inSight(values, sight, wanted);
  const rows = await db.query<{ rank: number; since: Date; id: string }>(
    `select * from (
       select c.id,
              case when c.state = 'waiting' then 0 when ${unanswered} then 1 else 2 end as rank,
              case when c.state = 'waiting' then c.waiting_since when ${unanswered} then c.customer_wrote_at
                   else coalesce(c.owner_wrote_at, c.claimed_at, c.opened_at) end as since
         from conversations c
        where c.tenant_id = ${tenantId} and c.state <> 'closed' and c.state = any(${values.add(states)}::text[]) and ${condition}) as open
      ${from ? `where (rank, since, id) > (${values.add(from.rank)}::int, ${values.add(new Date(from.since))}::timestamptz, ${values.add(from.id)}::uuid)` : ''}
      order by rank, since, id limit ${limit}`,
    values.all,
  );
  return rows.map(({ rank, since, id }) => ({ rank, since: since.getTime(), id }));
}

/** Each as a row, whose button leads to what can be done with it, or does what is given. */
export async function openRows(
  looking: Looking,
  sight: Sight,
  ids: readonly string[],
  leads?: { label: string; operation: string },
): Promise<PanelRow[]> {
  if (ids.length === 0) return [];
  const { db, tenant } = looking;
  const { locale } = tenant;
  const to = leads ?? { label: text(locale, 'overview.button.detail'), operation: 'conversation.oversee' };
  const conversations = await conversationsById(db, tenant.id, ids);
  const [last, customers, owners] = await Promise.all([
    lastWordsIn(db, tenant.id, ids, 1),
    customerNames(
      db,
      tenant.id,
      conversations.map((one) => one.customerId),
    ),
    memberNames(
      looking,
      conversations.flatMap((one) => one.ownerId ?? []),
    ),
  ]);
  const queues = new Map(sight.queues.map(({ id, name }) => [id, name]));
  return conversations.map((one) => {
    const [said] = last.get(one.id) ?? [];
    const urgency = urgencyOf(one, looking.now);
    return {
      title: [one.code ?? '', customers.get(one.customerId) ?? ''].filter(Boolean).join(' '),
      detail: [standing(looking, one, owners), queues.get(one.queueId) ?? ''].filter(Boolean).join(' · '),
      text: said ? snippet(messageWords(locale, said), [], 60) : '',
      tone: urgency === 'late' ? 'attention' : urgency === 'soon' ? 'warning' : 'default',
      buttons: [button(to.label, to.operation, { conversation: one.id })],
    };
  });
}

/** "等待 3 分钟", "林小满 · 待回复 6 分钟", "林小满 · 3 分钟前已回复". */
function standing(
  { tenant: { locale }, now }: Looking,
  conversation: Conversation,
  owners: ReadonlyMap<string, string>,
): string {
  const { state, waitingSince, customerWroteAt, ownerWroteAt, ownerId = '' } = conversation;
  if (state === 'waiting')
    return text(locale, 'overview.waits', { waited: formatWaited(now - (waitingSince ?? now), locale) });
  const agent = owners.get(ownerId) ?? '';
  if ((customerWroteAt ?? 0) > (ownerWroteAt ?? 0))
    return text(locale, 'overview.unanswered', {
      agent,
      waited: formatWaited(now - (customerWroteAt ?? now), locale),
    });
  return text(locale, 'overview.answered', { agent, ago: formatAgo(now - (ownerWroteAt ?? now), locale) });
}

async function memberNames({ db, tenant }: Looking, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; name: string }>(
    'select id, name from members where tenant_id = $1 and id = any($2::uuid[])',
    [tenant.id, ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
