-- Which messages were too long for a prompt: the model was shown their beginning and their end.
alter table ledger add column truncated boolean not null default false;
