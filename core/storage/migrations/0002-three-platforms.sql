-- Staff on several platforms at once: more kinds of workspaces, cards that can be changed only once for each code, where
-- a member was last at work, and what a month's quota was used for.

alter table workspaces drop constraint workspaces_platform_check;
alter table workspaces add constraint workspaces_platform_check
  check (platform in ('feishu', 'dingtalk', 'wecom', 'wecom-aibot', 'wecom-webhook'));
-- Since when somebody else holds the one connection there may be. While it is set, none is opened.
alter table workspaces add column taken_at timestamptz;

-- Where they last said or clicked something: what concerns them goes there.
alter table members add column workspace_id uuid;
alter table members add foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id);

-- Whether the queue gives who waits to whoever has room, or waits to be claimed.
alter table queues add column assigns boolean not null default false;

-- What the platform's directory says. Who left there can no longer act there.
alter table member_identities add column departments text[] not null default '{}';
alter table member_identities add column left_at timestamptz;
alter table member_identities add column looked_up_at timestamptz;
create index member_identities_by_print on member_identities (tenant_id, person_print);

-- What a card was last drawn as: what it decides on, and the code that allows one more edit of it.
alter table cards alter column drawn_version type bigint;
alter table cards add column drawn_phase text;
alter table cards add column edit text;

-- Calls we made and pushes we got, by month ('2026-11' in the tenant's time zone).
create table usage (
  tenant_id uuid not null,
  workspace_id uuid not null,
  month text not null,
  calls bigint not null default 0,
  pushes bigint not null default 0,
  primary key (tenant_id, workspace_id, month),
  foreign key (tenant_id, workspace_id) references workspaces (tenant_id, id)
);
comment on table usage is 'record';
