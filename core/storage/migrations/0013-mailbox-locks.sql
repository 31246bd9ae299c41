-- A mailbox is locked by the transaction that reads it. All that is kept of one is how long it rests after a row in it failed.
delete from mailboxes;
alter table mailboxes drop column fence;
alter table mailboxes drop column holder;
alter table mailboxes rename column lease_until to rests_until;
alter table mailboxes alter column rests_until set not null;
