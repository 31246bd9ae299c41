-- Finding what was said, and the supervisor's overview: the ways into messages and conversations that they read by.

-- Newest first through a tenant's messages: what is said often is found among the newest, without asking the index of words.
create index messages_by_number on messages (tenant_id, number);
-- An agent's first reply to each conversation.
create index messages_by_agent on messages (tenant_id, conversation_id, at)
  where audience = 'customer' and author_kind = 'agent';
create index conversations_opened on conversations (tenant_id, opened_at);
create index conversations_closed_at on conversations (tenant_id, closed_at) where closed_at is not null;
create index conversations_by_queue on conversations (tenant_id, queue_id, opened_at);
create index conversations_by_owner on conversations (tenant_id, owner_id, opened_at) where owner_id is not null;

-- Each character of a name and each pair of neighbours, for finding a part of it.
create function name_terms(name text) returns text[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(distinct term), '{}') from (
    select substr(lower(normalize(left(name, 200), NFKC)), at, long) as term
      from generate_series(1, char_length(normalize(left(name, 200), NFKC))) as at, (values (1), (2)) as cut (long)
  ) as terms where term <> ''
$$;
create index customers_by_name on customers using gin (name_terms(name));

-- What a supervisor tells an owner alone about a conversation. Not among the messages, so that nothing that shows, sends,
-- searches or exports messages can show it to anybody else.
create table whispers (
  tenant_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  author_id uuid not null,
  to_id uuid not null,
  words text not null,
  -- Its place among the messages of its conversation.
  number bigint not null default nextval('message_revisions'),
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
  foreign key (tenant_id, author_id) references members (tenant_id, id),
  foreign key (tenant_id, to_id) references members (tenant_id, id)
);
create index whispers_by_conversation on whispers (tenant_id, conversation_id, number);
comment on table whispers is 'record';
