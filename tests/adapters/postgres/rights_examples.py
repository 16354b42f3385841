"""A user with rows in every table that can hold any, whatever tables there are."""

from tests.adapters.postgres.examples import Stage

PERSONAL = """
select c.table_name as name
  from information_schema.columns c
  join information_schema.tables t using (table_schema, table_name)
 where c.table_schema = current_schema() and c.column_name = 'user_id' and t.table_type = 'BASE TABLE'
 order by 1
"""
# A row is made from the column's types alone, so that a table which nobody has thought of is filled too.
FILL = """
do $do$
declare
    one record;
    who text := %s;
begin
    set local session_replication_role = replica; -- no foreign keys while rows are made up
    for one in
        select c.table_name, string_agg(quote_ident(c.column_name), ', ') as names,
               string_agg(case
                   when c.column_name = 'user_id' then quote_literal(who)
                   when k.clause is not null then k.clause
                   when c.data_type = 'uuid' then quote_literal(md5(who)) || '::uuid'
                   when c.data_type = 'bytea' then $$'\\x01'::bytea$$
                   when c.data_type = 'boolean' then 'false'
                   when c.data_type = 'ARRAY' then quote_literal('{}')
                   when c.data_type = 'jsonb' then $$'{}'::jsonb$$
                   when c.data_type = 'date' then 'current_date'
                   when c.data_type like 'timestamp%%' then $$'2020-01-01'::timestamptz$$
                   when c.data_type = 'text' then quote_literal(who)
                   else '1'
               end, ', ') as made
          from information_schema.columns c
          join information_schema.tables t using (table_schema, table_name)
          left join lateral (
            select substring(pg_get_constraintdef(o.oid) from $$ARRAY\\[('[^']*'::text)$$) as clause
              from pg_constraint o
             where o.conrelid = format('%%I', c.table_name)::regclass and o.contype = 'c'
               and o.conkey = array[c.ordinal_position]::smallint[]
               and pg_get_constraintdef(o.oid) like '%%ARRAY[%%'
             limit 1
          ) k on true
         where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
           and not (c.table_name = 'forbidden' and c.column_name = 'claim_hash')
           and c.table_name in (select table_name from information_schema.columns
                                 where table_schema = current_schema() and column_name = 'user_id')
         group by c.table_name
    loop
        execute format('insert into %%I (%%s) values (%%s)', one.table_name, one.names, one.made);
    end loop;
end $do$
"""


async def fill_every_table(stage: Stage, user_id: str) -> None:
    """Write one row of this user into each table with a user column."""
    await stage.execute(FILL % f"'{user_id}'")
