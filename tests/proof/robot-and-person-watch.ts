import type { Stage } from '../stage.js';

/**
 * What the database itself saw, written down by triggers: when each takeover committed, and for each attempt to send whether
 * its conversation was a person's already when it was begun. A statement of a trigger sees everything committed until then.
 */
export async function watchTakeovers({ db }: Stage, seed: number) {
  await db.query(`
    create table proof_takeovers (conversation uuid, kind text, at double precision);
    create function proof_takeover() returns trigger language plpgsql as $$ begin
      insert into proof_takeovers values (substr(new.subject, 14)::uuid, new.kind, extract(epoch from clock_timestamp()) * 1000);
      return null;
    end $$;
    create constraint trigger proof_takeover after insert on events deferrable initially deferred for each row
      when (new.kind in ('conversation.handedOver', 'conversation.claimed', 'conversation.transferred'))
      execute function proof_takeover();
    create index proof_takeovers_by_conversation on proof_takeovers (conversation);

    create table proof_begun (outbox uuid, taken boolean, at double precision);
    create function proof_begins() returns trigger language plpgsql as $$ begin
      insert into proof_begun select new.id, c.state = 'active', extract(epoch from clock_timestamp()) * 1000
        from messages m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
       where m.tenant_id = new.tenant_id and m.id = new.message_id and m.author_kind = 'robot';
      return null;
    end $$;
    create trigger proof_begins after update on outbox for each row
      when (new.kind = 'deliver' and new.state = 'sending' and new.attempts > old.attempts) execute function proof_begins();

    -- As if another process thought about it: up to a minute, by who asks; some at once.
    create function proof_thinks() returns trigger language plpgsql as $$
      declare drawn int := abs(hashtext('${seed}' || (select author_name || number from messages
        where tenant_id = new.tenant_id and id = (new.input ->> 'messageId')::uuid)) % 80000);
    begin
      if drawn < 60000 then new.lease_until := new.created_at + drawn * interval '1 millisecond'; end if;
      return new;
    end $$;
    create trigger proof_thinks before insert on tasks for each row when (new.kind = 'robot.answer')
      execute function proof_thinks();`);

  const count = async (from: string, values: unknown[] = []): Promise<number> => {
    const [row] = await db.query<{ count: number }>(`select count(*)::int as count from ${from}`, values);
    return row?.count ?? 0;
  };
  const robots = `messages m where m.author_kind = 'robot' and m.audience = 'customer'`;
  return {
    takeovers: () => count('proof_takeovers'),
    async counted(): Promise<Record<string, number>> {
      const kinds = (kind: string) => count('proof_takeovers where kind = $1', [`conversation.${kind}`]);
      const keptBack = `outbox where kind = 'deliver' and (body ->> 'takenOver')::boolean`;
      return {
        takeovers: await count('proof_takeovers'),
        'hand-overs by words': await kinds('handedOver'),
        claims: await kinds('claimed'),
        transfers: await kinds('transferred'),
        'questions to the robot': await count(`tasks where kind = 'robot.answer'`),
        'answers of the robot that came too late and were dropped':
          (await count(`tasks where kind = 'robot.answer'`)) - (await count(robots)),
        'answers of the robot that were said': await count(robots),
        'robot answers kept back or left unknown at a takeover': await count(
          `${keptBack} and state in ('refused', 'unknown')`,
        ),
      };
    },
    async broken(): Promise<string[]> {
      const begun = await db.query<{ text: string }>(
        `select m.content ->> 'text' || ' in ' || m.conversation_id as text from proof_begun b
           join outbox o on o.id = b.outbox join messages m on m.tenant_id = o.tenant_id and m.id = o.message_id where b.taken`,
      );
      const behind = await db.query<{ text: string }>(
        `select m.content ->> 'text' || ' in ' || m.conversation_id as text from ${robots} and exists (
           select 1 from messages s where s.tenant_id = m.tenant_id and s.conversation_id = m.conversation_id
              and s.author_kind = 'system' and s.number < m.number)`,
      );
      const open = await count(`${robots} and m.delivery = 'pending'`);
      // Whoever took over was told what the customer did not read, and what nobody knows of.
      const untold = await db.query<{ id: string }>(
        `select o.id from outbox o where o.kind = 'deliver' and (o.body ->> 'takenOver')::boolean and o.state <> 'sent'
            and not exists (select 1 from events e where e.tenant_id = o.tenant_id
              and e.kind in ('message.failed', 'message.unknown') and e.data ->> 'messageId' = o.message_id::text)`,
      );
      const aside = await db.query<{ error: string }>('select error from inbox where error is not null');
      return [
        ...begun.map(({ text }) => `a send of the robot was begun although a person had taken over: ${text}`),
        ...behind.map(({ text }) => `the robot stands behind a takeover in the transcript: ${text}`),
        ...(open > 0 ? [`${open} answers of the robot are neither sent nor shown as anything else`] : []),
        ...untold.map(({ id }) => `nobody was told what became of ${id}`),
        ...aside.map(({ error }) => `an inbox row was put aside: ${error}`),
      ];
    },
  };
}

export type Watched = Awaited<ReturnType<typeof watchTakeovers>>;

/** Robot sends that were in flight when a person took over, and how long after that the last of them came in. */
export async function countBegun(
  { db }: Stage,
  taken: readonly { key: string; at: number }[],
): Promise<Record<string, number>> {
  const rows = await db.query<{ key: string; claimed: number }>(
    `select o.id as key, min(t.at) as claimed from outbox o
       join messages m on m.tenant_id = o.tenant_id and m.id = o.message_id and m.author_kind = 'robot'
       join proof_takeovers t on t.conversation = m.conversation_id and t.kind = 'conversation.claimed'
      where o.kind = 'deliver' group by o.id`,
  );
  const claimed = new Map(rows.map((row) => [row.key, row.claimed]));
  const late = taken.flatMap(({ key, at }) => {
    const by = at - (claimed.get(key) ?? Number.POSITIVE_INFINITY);
    return by > 0 ? [by] : [];
  });
  return {
    'robot sends in flight when the claim committed': late.length,
    'milliseconds after the claim the last of these came in': Math.ceil(Math.max(0, ...late)),
  };
}
