-- Whether row-level security binds the role that asks; it does not bind superusers and the tables' owner.
select row_security_active('facts')
