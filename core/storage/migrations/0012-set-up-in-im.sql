-- Set-up inside IM: the code that makes the first administrator, what members can, when something was last heard, and what
-- customers say of a service episode.

-- The one-time codes. `digest` is keyed, so that the table tells no code; who used one, and when, stays as a record.
create table setup_codes (
  tenant_id uuid not null references tenants (id),
  digest bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by uuid,
  primary key (tenant_id, digest),
  foreign key (tenant_id, used_by) references members (tenant_id, id)
);
comment on table setup_codes is 'record';

-- When the tenant, one of its workspaces or one of its accounts was last changed: processes that keep them read them anew.
alter table tenants add column changed_at timestamptz;

-- What they can; a queue that asks for skills gives its conversations to who has them all.
alter table members add column skills text[] not null default '{}';

-- When a genuine delivery last came: the callback address, or the connection, is right.
alter table workspaces add column heard_at timestamptz;
alter table accounts add column heard_at timestamptz;

-- A service episode is rated once. `rating_asked_at` is when the customer was asked, whatever came of it.
alter table conversations add column rating_asked_at timestamptz;
alter table conversations add column rating_reason text;
alter table conversations add column rating_remark text;
-- The channel's first words to who comes without a word are said once.
alter table identities add column welcomed_at timestamptz;
