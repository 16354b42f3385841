-- Where a scope may be served is decided by its rows alone; nobody asks for its name any more.
drop function enrichment_is_private(text);
