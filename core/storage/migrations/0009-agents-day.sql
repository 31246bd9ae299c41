-- An agent's day: conversations that are offered to a colleague or put aside for a while, and breaks that end by themselves.

-- An offer to take a conversation over: it stays with its owner until `offered_to` accepts.
alter table conversations add column offered_to uuid;
alter table conversations add column offered_by uuid;
alter table conversations add column offered_at timestamptz;
alter table conversations add foreign key (tenant_id, offered_to) references members (tenant_id, id);
alter table conversations add foreign key (tenant_id, offered_by) references members (tenant_id, id);
alter table conversations add check ((offered_to is null) = (offered_at is null));
create index conversations_offered on conversations (tenant_id, offered_to) where offered_to is not null;
-- Put aside until then by its owner; a word of either side ends it.
alter table conversations add column held_until timestamptz;
-- Who closed something a moment ago is still writing it up.
create index conversations_closed on conversations (tenant_id, owner_id, closed_at) where state = 'closed';

-- When a break ends by itself.
alter table members add column status_until timestamptz;
