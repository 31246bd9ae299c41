-- The code that has rested longest is found at once, however many others still rest. By number all of them were looked through
-- for every conversation that was handed over.
drop index codes_free;
create index codes_rested on codes (tenant_id, free_at, number) where free_at is not null;
