-- Where a digest says that the subject has changed for good, what is said next is another session, however soon.

alter table sessions add column ended boolean not null default false;
