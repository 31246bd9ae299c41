-- Whoever is asked to drain a destination that somebody else is draining leaves word of it here. So the one who drains it
-- can give it up in the same statement that settles their last send, and nothing that came meanwhile is overlooked.
alter table destinations add column calls int not null default 0;
-- These rows are written again and again where they stand; with room beside them no index has to be told.
alter table destinations set (fillfactor = 50);
alter table limits set (fillfactor = 50);
