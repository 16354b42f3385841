-- What is noted of readings: deaths, texts that were too long, and sessions that have ended for good.

-- Which processes have died, and with what in hand: a message is to blame only for deaths that nothing else explains.
create table deaths (
    owner         uuid primary key,                -- of the process, as in its leases
    in_hand       integer not null,                -- how many batches it had open
    found_at      timestamptz not null default clock_timestamp()
);
create index deaths_found on deaths (found_at);
insert into schema_tables (name, guard) values ('deaths', 'shared');

alter table open_batches
    add column owner uuid,                         -- who has it in hand; NULL: from before there was this column
    add column taken_at timestamptz not null default clock_timestamp();
create index open_batches_owner on open_batches (owner);

alter table attempts
    add column crashes_alone integer not null default 0,  -- of its crashes, those with no other message in hand
    add column crashed_since timestamptz;                 -- when the first of them was found

-- Which messages were too long for a prompt: the model was shown their beginning and their end.
alter table ledger add column truncated boolean not null default false;

-- Where a digest says that the subject has changed for good, what is said next is another session, however soon.
alter table sessions add column ended boolean not null default false;
