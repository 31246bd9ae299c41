import type { Reads } from '../conversations/conversation.js';
import { inSight, type Sight, Values, type Wanted } from '../search/visible.js';

/** What has become of a day so far, of the conversations in sight. Times are in milliseconds. */
export interface Figures {
  opened: number;
  closed: number;
  /** From when they began to wait until somebody answered: half of them waited less. */
  medianResponse?: number;
  ratings: number;
  rating?: number;
  waiting: number;
  longestWait?: number;
  active: number;
}

interface Seen {
  tenantId: string;
  sight: Sight;
  wanted: Wanted;
}

/** An agent's first reply to a conversation that waited: as a `lateral` over conversations `c`. */
const firstReply = `left join lateral (
  select m.at from messages m
   where m.tenant_id = c.tenant_id and m.conversation_id = c.id and m.audience = 'customer' and m.author_kind = 'agent'
     and m.at >= c.waiting_since
   order by m.at limit 1) as reply on c.waiting_since is not null`;
const waitedMs = `extract(epoch from reply.at - c.waiting_since) * 1000`;

export async function figuresOf(db: Reads, seen: Seen, day: number, now: number): Promise<Figures> {
  const values = new Values();
  const tenant = values.add(seen.tenantId);
  const since = values.add(new Date(day));
  const sight = inSight(values, seen.sight, seen.wanted);
  const [row] = await db.query<{
    opened: number;
    response: number | null;
    closed: number;
    ratings: number;
    rating: number | null;
    waiting: number;
    since: Date | null;
    active: number;
  }>(
    `select * from
       (select count(*)::int as opened, percentile_cont(0.5) within group (order by ${waitedMs})::float8 as response
          from conversations c ${firstReply} where c.tenant_id = ${tenant} and c.opened_at >= ${since} and ${sight}) as today,
       (select count(*)::int as closed, count(c.rating)::int as ratings, avg(c.rating)::float8 as rating
          from conversations c where c.tenant_id = ${tenant} and c.closed_at >= ${since} and ${sight}) as ended,
       (select count(*) filter (where c.state = 'waiting')::int as waiting,
               count(*) filter (where c.state = 'active')::int as active,
               min(c.waiting_since) filter (where c.state = 'waiting') as since
          from conversations c where c.tenant_id = ${tenant} and c.state <> 'closed' and ${sight}) as open`,
    values.all,
  );
  return {
    ...{ opened: row?.opened ?? 0, closed: row?.closed ?? 0, ratings: row?.ratings ?? 0 },
    ...{ waiting: row?.waiting ?? 0, active: row?.active ?? 0 },
    medianResponse: row?.response ?? undefined,
    rating: row?.rating ?? undefined,
    longestWait: row?.since ? now - row.since.getTime() : undefined,
  };
}

/** One person's day so far, of the conversations in sight. */
export interface Share {
  /** In their hands now. */
  load: number;
  handled: number;
  averageResponse?: number;
  rating?: number;
}

/** What each of these members has done today, by their ids. */
export async function sharesOf(
  db: Reads,
  seen: Seen,
  memberIds: readonly string[],
  day: number,
): Promise<Map<string, Share>> {
  const values = new Values();
  const tenant = values.add(seen.tenantId);
  const ids = values.add(memberIds);
  const sight = inSight(values, seen.sight, seen.wanted);
  const rows = await db.query<{
    id: string;
    load: number;
    handled: number;
    response: number | null;
    rating: number | null;
  }>(
    `select who.id, held.load, done.handled, done.response, done.rating from unnest(${ids}::uuid[]) as who (id)
       cross join lateral (
         select count(*)::int as load from conversations c
          where c.tenant_id = ${tenant} and c.owner_id = who.id and c.state = 'active' and ${sight}) as held
       cross join lateral (
         select count(*)::int as handled, avg(${waitedMs})::float8 as response, avg(c.rating)::float8 as rating
           from conversations c ${firstReply}
          where c.tenant_id = ${tenant} and c.owner_id = who.id and c.opened_at >= ${values.add(new Date(day))} and ${sight}) as done`,
    values.all,
  );
  return new Map(
    rows.map(({ id, load, handled, response, rating }) => [
      id,
      { load, handled, averageResponse: response ?? undefined, rating: rating ?? undefined },
    ]),
  );
}
