-- Who the customer is, as far as staff and the customer's own systems tell; what is kept ready to say; which pages were
-- looked at.

alter table customers add column remark text;
-- Staff have said what they are called: what a channel calls them is no longer taken over.
alter table customers add column named boolean not null default false;
alter table customers add column tags text[] not null default '{}';
-- Until then what they write is kept, and shown to nobody who serves customers.
alter table customers add column blocked_until timestamptz;
alter table customers add column blocked_reason text;
alter table customers add column blocked_by uuid;
-- Whether they have been told so, once for each time.
alter table customers add column blocked_told boolean not null default false;
create index customers_by_tags on customers using gin (tags);
create index customers_blocked on customers (tenant_id, blocked_until) where blocked_until is not null;
create index customers_by_merged on customers (tenant_id, merged_into) where merged_into is not null;

-- What only the person behind it can have (a `unionId`): who has the same in two accounts is one person.
alter table identities add column union_print bytea;
create index identities_by_union on identities (tenant_id, union_print) where union_print is not null;
-- What this account calls them.
alter table identities add column name text;
-- What the customer's own systems say of them, by its label.
alter table identities add column attributes jsonb not null default '{}';

-- Orders as the customer's own systems tell of them, newest first by `place`.
create table customer_orders (
  tenant_id uuid not null,
  identity_id uuid not null,
  place int not null,
  id text not null,
  title text not null,
  status text not null default '',
  amount text not null default '',
  ordered_at timestamptz,
  url text,
  primary key (tenant_id, identity_id, place),
  foreign key (tenant_id, identity_id) references identities (tenant_id, id)
);
create index customer_orders_by_id on customer_orders (tenant_id, id);
comment on table customer_orders is 'record';

-- The last few pages that somebody looked at.
create table customer_pages (
  tenant_id uuid not null,
  identity_id uuid not null,
  number bigint not null generated always as identity,
  url text not null,
  title text not null default '',
  at timestamptz not null,
  primary key (tenant_id, identity_id, number),
  foreign key (tenant_id, identity_id) references identities (tenant_id, id)
);
comment on table customer_pages is 'record';

-- Two customers were found to be one person: `identities` moved from `other` to `kept`, and move back when it is undone.
create table customer_merges (
  tenant_id uuid not null,
  id uuid not null,
  kept uuid not null,
  other uuid not null,
  identities uuid[] not null,
  -- The member who said so; null where both were proven to be the same.
  member_id uuid,
  at timestamptz not null,
  undone_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, kept) references customers (tenant_id, id),
  foreign key (tenant_id, other) references customers (tenant_id, id)
);
create index customer_merges_by_kept on customer_merges (tenant_id, kept, at);
create index customer_merges_by_other on customer_merges (tenant_id, other);
comment on table customer_merges is 'record';

-- Panels about a conversation, which are drawn again when what is known of its customer changes.
create index cards_of_panels on cards (tenant_id, (data -> 'asked' ->> 'conversation'))
  where template = 'panel' and retired_at is null;

-- Texts kept ready: a member's own, a queue's, or (neither) the whole house's.
create table canned_replies (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  member_id uuid,
  queue_id uuid,
  name text not null,
  words text not null,
  updated_by uuid not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id),
  foreign key (tenant_id, queue_id) references queues (tenant_id, id),
  check (member_id is null or queue_id is null)
);
create index canned_replies_by_member on canned_replies (tenant_id, member_id);
create index canned_replies_by_queue on canned_replies (tenant_id, queue_id);
comment on table canned_replies is 'permanent';

-- How much a member uses one: counted, and halved with time, so that what they need these weeks stands first.
create table canned_uses (
  tenant_id uuid not null,
  reply_id uuid not null,
  member_id uuid not null,
  uses double precision not null,
  used_at timestamptz not null,
  primary key (tenant_id, reply_id, member_id),
  foreign key (tenant_id, reply_id) references canned_replies (tenant_id, id) on delete cascade
);
comment on table canned_uses is 'cache';
