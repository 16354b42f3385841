-- The tables that hold rows of users.
select name
  from schema_tables
 where guard in ('user', 'ledger', 'listed') and to_regclass(quote_ident(name)) is not null
 order by name
