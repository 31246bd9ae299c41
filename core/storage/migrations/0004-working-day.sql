-- The working day: what each queue and tenant has settled about times and texts, and whether a member is at work.

alter table tenants add column settings jsonb not null default '{}';
alter table queues add column settings jsonb not null default '{}';

-- What they say of themselves: `on` takes work, `busy` keeps what they have and gets no more, `break` the same for a while,
-- `off` has handed over what was open.
alter table members add column status text not null default 'on' check (status in ('on', 'busy', 'break', 'off'));
alter table members add column status_since timestamptz;
