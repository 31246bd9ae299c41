-- What members decided on signed pages: each can be decided once for a card in a phase, from however many tabs.
create table decisions (
  tenant_id uuid not null,
  -- SHA-256 of card, phase, member, operation and arguments.
  digest bytea not null,
  card_id uuid not null,
  member_id uuid not null,
  -- A print of the phase the card was in.
  phase text not null,
  operation text not null,
  -- Rises when what was asked for was refused and is asked for again.
  attempt int not null default 1,
  -- The press of a button that made this attempt.
  press text not null,
  decided_at timestamptz not null,
  primary key (tenant_id, digest),
  foreign key (tenant_id, card_id) references cards (tenant_id, id),
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index decisions_by_card on decisions (tenant_id, card_id, member_id);
comment on table decisions is 'transport';
