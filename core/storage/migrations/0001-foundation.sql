-- The foundation: tenants and their people, channels, conversations, and the one-writer pipeline.
--
-- tenant_id leads every key. Times are UTC instants given by the application's clock, never now(). Columns named *_sealed
-- are encrypted (core/secrets) with *_print, a keyed hash, beside them for exact search. Each table's comment names its
-- retention class:
--   permanent   kept while the tenant exists
--   record      what was said and done; kept for the tenant's record period
--   transport   rows that carried something; dropped soon after they are done
--   cache       may be dropped at any time

create table tenants (
  id uuid primary key,
  name text not null,
  locale text not null default 'zh-CN',
  time_zone text not null default 'Asia/Shanghai',
  robot_name text not null,
  created_at timestamptz not null
);
comment on table tenants is 'permanent';

create table data_keys (
  tenant_id uuid not null references tenants (id),
  key_id int not null,
  wrapped bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, key_id)
);
comment on table data_keys is 'permanent';

-- One tenant's app on one platform. `address` is the random part of its callback URL, which tells whose key decrypts.
create table workspaces (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  platform text not null check (platform in ('feishu', 'dingtalk', 'wecom')),
  name text not null,
  address text not null unique,
  app_id text not null,
  base_url text not null,
  transport text not null check (transport in ('http', 'socket')),
  -- Whether the bot hears what is said in groups without being addressed. Where it does not, work is one to one.
  hears_groups boolean not null default true,
  credentials_sealed text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, platform, app_id)
);
comment on table workspaces is 'permanent';

create table members (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  name text not null,
  role text not null check (role in ('employee', 'agent', 'supervisor', 'admin')),
  capacity int not null default 20 check (capacity >= 0),
  -- What they type one to one goes to this conversation, while that is unambiguous (see core/members/target.ts).
  focus_conversation_id uuid,
  focus_at timestamptz,
  departed_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
comment on table members is 'permanent';

create table member_identities (
  tenant_id uuid not null,
  workspace_id uuid not null,
  person_print bytea not null,
  person_sealed text not null,
  member_id uuid not null,
  primary key (tenant_id, workspace_id, person_print),
  unique (tenant_id, member_id, workspace_id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
comment on table member_identities is 'permanent';

create table queues (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  name text not null,
  -- Only its own members see the conversations of a confidential queue, whatever their role.
  confidential boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
comment on table queues is 'permanent';

create table queue_members (
  tenant_id uuid not null,
  queue_id uuid not null,
  member_id uuid not null,
  primary key (tenant_id, queue_id, member_id),
  foreign key (tenant_id, queue_id) references queues (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index queue_members_by_member on queue_members (tenant_id, member_id);
comment on table queue_members is 'permanent';

-- Where a queue's waiting work is shown in one workspace; `chat` is the platform's id of the group.
create table desks (
  tenant_id uuid not null,
  queue_id uuid not null,
  workspace_id uuid not null,
  place text not null check (place in ('topic', 'group', 'direct')),
  chat text,
  primary key (tenant_id, queue_id, workspace_id),
  foreign key (tenant_id, queue_id) references queues (tenant_id, id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id),
  check ((place = 'direct') = (chat is null))
);
create index desks_by_chat on desks (tenant_id, workspace_id, chat);
comment on table desks is 'permanent';

-- One configured instance of a channel. `cursor` belongs to pulling connectors.
create table accounts (
  tenant_id uuid not null references tenants (id),
  id uuid not null unique,
  channel text not null,
  name text not null,
  queue_id uuid not null,
  settings_sealed text not null,
  cursor text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, queue_id) references queues (tenant_id, id)
);
comment on table accounts is 'permanent';

create table customers (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  name text not null,
  locale text,
  phone_sealed text,
  phone_print bytea,
  email_sealed text,
  email_print bytea,
  -- Where they are the same person, the younger record points to the elder.
  merged_into uuid,
  profile jsonb not null default '{}',
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, merged_into) references customers (tenant_id, id)
);
create index customers_by_phone on customers (tenant_id, phone_print) where phone_print is not null;
create index customers_by_email on customers (tenant_id, email_print) where email_print is not null;
comment on table customers is 'record';

-- A customer as one account knows them. Its mailbox is the mailbox of its open conversation.
create table identities (
  tenant_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  person_print bytea not null,
  person_sealed text not null,
  customer_id uuid not null,
  read_up_to bigint not null default 0,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, account_id, person_print),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
create index identities_by_customer on identities (tenant_id, customer_id);
comment on table identities is 'record';

create table conversations (
  tenant_id uuid not null,
  id uuid not null,
  identity_id uuid not null,
  customer_id uuid not null,
  account_id uuid not null,
  queue_id uuid not null,
  state text not null check (state in ('robot', 'waiting', 'active', 'closed')),
  owner_id uuid,
  -- Rises whenever somebody else begins to answer; what was begun under an older one is dropped.
  epoch int not null default 1,
  -- Rises with every change; cards show a version.
  version int not null default 1,
  code text,
  -- Questions in a row that the robot could not answer.
  misses int not null default 0,
  handover_reason text,
  opened_at timestamptz not null,
  waiting_since timestamptz,
  claimed_at timestamptz,
  closed_at timestamptz,
  close_reason text,
  close_summary text,
  rating int check (rating between 1 and 5),
  customer_wrote_at timestamptz,
  owner_wrote_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, identity_id) references identities (tenant_id, id),
  foreign key (tenant_id, customer_id) references customers (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts (tenant_id, id),
  foreign key (tenant_id, queue_id) references queues (tenant_id, id),
  foreign key (tenant_id, owner_id) references members (tenant_id, id),
  check ((state = 'active') <= (owner_id is not null)),
  check ((state = 'waiting') <= (waiting_since is not null)),
  check ((state = 'closed') = (closed_at is not null))
);
create unique index conversations_one_open on conversations (tenant_id, identity_id) where state <> 'closed';
create index conversations_by_identity on conversations (tenant_id, identity_id, opened_at);
create index conversations_by_customer on conversations (tenant_id, customer_id);
create index conversations_by_code on conversations (tenant_id, code, opened_at) where code is not null;
create index conversations_waiting on conversations (tenant_id, queue_id, waiting_since) where state = 'waiting';
create index conversations_owned on conversations (tenant_id, owner_id) where state = 'active';
comment on table conversations is 'record';

-- Short codes ("A3") by number; a number is free again 14 days after its conversation closed.
create table codes (
  tenant_id uuid not null references tenants (id),
  number int not null,
  conversation_id uuid not null,
  free_at timestamptz,
  primary key (tenant_id, number)
);
create index codes_by_conversation on codes (tenant_id, conversation_id);
create index codes_free on codes (tenant_id, number) where free_at is not null;
comment on table codes is 'record';

create sequence message_revisions;

create table messages (
  tenant_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  audience text not null check (audience in ('customer', 'staff')),
  author_kind text not null check (author_kind in ('customer', 'agent', 'robot', 'system')),
  author_id uuid,
  author_name text,
  content jsonb not null,
  quotes uuid,
  -- Order of arrival, and of the latest change: readers resume after the highest revision they saw.
  number bigint not null default nextval('message_revisions'),
  revision bigint not null,
  at timestamptz not null,
  -- What became of it on its way to the customer: null for what came from them.
  delivery text check (delivery in ('pending', 'sent', 'failed', 'unknown')),
  recalled_at timestamptz,
  -- Character bigrams and words, for search in Chinese text.
  search tsvector,
  primary key (tenant_id, id),
  unique (tenant_id, id, audience),
  foreign key (tenant_id, conversation_id) references conversations (tenant_id, id),
  check (audience = 'customer' or author_kind <> 'customer')
);
create index messages_by_conversation on messages (tenant_id, conversation_id, number);
create index messages_by_revision on messages (tenant_id, conversation_id, revision);
create index messages_search on messages using gin (search);
comment on table messages is 'record';

-- What a platform or channel calls one of our messages or cards (or one of theirs): for quotes, recalls and clicks.
-- `source` is a workspace's or an account's id.
create table appearances (
  tenant_id uuid not null,
  source uuid not null,
  external_id text not null,
  conversation_id uuid,
  message_id uuid,
  card_id uuid,
  at timestamptz not null,
  primary key (tenant_id, source, external_id)
);
create index appearances_by_message on appearances (tenant_id, message_id) where message_id is not null;
comment on table appearances is 'record';

create table events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  kind text not null,
  subject text not null,
  actor text,
  data jsonb not null default '{}',
  at timestamptz not null,
  primary key (tenant_id, id)
);
create index events_by_subject on events (tenant_id, subject, id);
comment on table events is 'record';

-- One row for every call of an operation: the audit trail, and the answer for whoever calls again with the same id.
create table invocations (
  tenant_id uuid not null,
  id uuid not null,
  operation text not null,
  actor text not null,
  subject text,
  input jsonb not null,
  ok boolean not null,
  outcome jsonb not null,
  at timestamptz not null,
  primary key (tenant_id, id)
);
create index invocations_by_subject on invocations (tenant_id, subject, at);
comment on table invocations is 'record';

-- Pipeline ---------------------------------------------------------------------------------------------------------------

-- SHA-256 of (account, sender, kind, external id) of everything ever received, so that nothing is handled twice.
create table ledger (
  tenant_id uuid not null,
  digest bytea not null,
  primary key (tenant_id, digest)
);
comment on table ledger is 'permanent';

create table mailboxes (
  tenant_id uuid not null,
  name text not null,
  fence bigint not null default 0,
  holder text,
  lease_until timestamptz,
  primary key (tenant_id, name)
);
comment on table mailboxes is 'cache';

create table inbox (
  tenant_id uuid not null,
  mailbox text not null,
  number bigint not null generated always as identity,
  id uuid not null,
  entry jsonb not null,
  received_at timestamptz not null,
  read_at timestamptz,
  attempts int not null default 0,
  -- Set when the row could not be handled and was put aside so that those behind it could be.
  error text,
  primary key (tenant_id, mailbox, number)
);
create index inbox_unread on inbox (tenant_id, mailbox, number) where read_at is null;
create index inbox_waiting on inbox (received_at) where read_at is null;
comment on table inbox is 'transport';

-- Slow work asked for by a handler; the answer comes back as an inbox row of `mailbox`.
create table tasks (
  tenant_id uuid not null,
  id uuid not null,
  mailbox text not null,
  kind text not null,
  input jsonb not null,
  epoch int not null,
  attempts int not null default 0,
  lease_until timestamptz,
  done_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index tasks_open on tasks (created_at) where done_at is null;
comment on table tasks is 'transport';

create table timers (
  tenant_id uuid not null,
  id uuid not null,
  mailbox text not null,
  entry jsonb not null,
  due_at timestamptz not null,
  primary key (tenant_id, id)
);
create index timers_due on timers (due_at);
comment on table timers is 'transport';

-- Who drains a destination of the outbox; the same kind of lease as a mailbox's.
create table destinations (
  tenant_id uuid not null,
  name text not null,
  fence bigint not null default 0,
  holder text,
  lease_until timestamptz,
  primary key (tenant_id, name)
);
comment on table destinations is 'cache';

create table outbox (
  tenant_id uuid not null,
  destination text not null,
  number bigint not null generated always as identity,
  id uuid not null unique,
  kind text not null check (kind in ('deliver', 'relay', 'tell', 'draw')),
  body jsonb not null,
  message_id uuid,
  audience text check (audience in ('customer', 'staff')),
  card_id uuid,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'refused', 'unknown', 'dropped')),
  attempts int not null default 0,
  first_tried_at timestamptz,
  retry_at timestamptz,
  error text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, destination, number),
  -- A note cannot be delivered: what is delivered is, by foreign key, a message whose audience is the customer.
  check (kind <> 'deliver' or (message_id is not null and audience = 'customer')),
  check ((message_id is null) = (audience is null)),
  check ((kind = 'draw') = (card_id is not null)),
  foreign key (tenant_id, message_id, audience) references messages (tenant_id, id, audience)
);
create index outbox_open on outbox (tenant_id, destination, number) where state in ('pending', 'sending');
create index outbox_waiting on outbox (created_at) where state in ('pending', 'sending');
create unique index outbox_one_drawing on outbox (tenant_id, card_id) where card_id is not null and state = 'pending';
comment on table outbox is 'transport';

-- How much of each limit is used: `full_at` is when the bucket would be empty again (a leaky bucket, GCRA).
create table limits (
  tenant_id uuid not null,
  source uuid not null,
  scope text not null,
  full_at timestamptz not null,
  primary key (tenant_id, source, scope)
);
comment on table limits is 'cache';

-- A card is a view of a subject at a version, for an audience, at a place.
create table cards (
  tenant_id uuid not null,
  id uuid not null,
  subject text not null,
  template text not null,
  -- Whom it is for: 'desk', or 'member:<id>'.
  audience text not null,
  workspace_id uuid not null,
  destination text not null,
  place jsonb not null,
  data jsonb not null default '{}',
  external_id text,
  thread text,
  drawn_version int not null default 0,
  -- A click on it is being answered: whoever draws it meanwhile would be painted over.
  held_until timestamptz,
  posted_at timestamptz,
  -- No longer drawn: replaced, expired or refused.
  retired_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
create index cards_by_subject on cards (tenant_id, subject);
create index cards_by_thread on cards (tenant_id, workspace_id, thread) where thread is not null;
create unique index cards_one_live on cards (tenant_id, subject, template, audience, workspace_id) where retired_at is null;
comment on table cards is 'record';

-- A text whose target was in doubt, held until its author chooses.
create table drafts (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  said jsonb not null,
  why text not null,
  candidates jsonb not null,
  conversation_id uuid,
  settled_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
comment on table drafts is 'transport';

-- Values shared by processes that expire: access tokens.
create table shared_values (
  tenant_id uuid not null,
  key text not null,
  value_sealed text not null,
  expires_at timestamptz not null,
  primary key (tenant_id, key)
);
comment on table shared_values is 'cache';

create table media (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  sha256 bytea not null,
  mime text not null,
  bytes int not null,
  name text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
comment on table media is 'record';

create table articles (
  tenant_id uuid not null references tenants (id),
  id uuid not null,
  question text not null,
  similar_questions text[] not null default '{}',
  answer text not null,
  category text[] not null default '{}',
  audience text not null check (audience in ('customer', 'employee')),
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
comment on table articles is 'record';
