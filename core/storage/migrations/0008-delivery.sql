-- Between an agent's words and the customer's eyes: reply windows, sends that wait, what is taken back or changed.

-- When the channel lets us write to a customer, and how often: the newest opening, and what we used of it.
create table windows (
  tenant_id uuid not null,
  identity_id uuid not null,
  opening text not null check (opening in ('message', 'visit')),
  opened_at timestamptz not null,
  closes_at timestamptz not null,
  -- Null: as many as we like.
  sends int check (sends >= 0),
  used int not null default 0,
  -- Where the channel takes the answer to the newest message or visit that named one, until it was used.
  reply text,
  -- A timer will look whether it closes soon.
  watched boolean not null default false,
  primary key (tenant_id, identity_id),
  foreign key (tenant_id, identity_id) references identities (tenant_id, id)
);
comment on table windows is 'record';

-- An agent's words that the channel did not let through: sent when the customer writes next, if they said so.
create table postponed (
  tenant_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  member_id uuid not null,
  content jsonb not null,
  quotes uuid,
  state text not null default 'asked' check (state in ('asked', 'waiting', 'sent', 'dropped')),
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index postponed_waiting on postponed (tenant_id, conversation_id) where state = 'waiting';
comment on table postponed is 'record';

-- Not sent before: a limit, a retry, the time in which an agent may still take it back.
alter table outbox rename column retry_at to not_before;
-- What was sent is taken back or changed by a row of its own, behind the one that sent it.
alter table outbox drop constraint outbox_kind_check;
alter table outbox add constraint outbox_kind_check
  check (kind in ('deliver', 'relay', 'tell', 'draw', 'recall', 'edit'));
create index outbox_by_message on outbox (tenant_id, message_id) where message_id is not null;

alter table messages add column edited_at timestamptz;
