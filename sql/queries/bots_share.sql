-- Whether bots may draw on what was said to each other.
select coalesce((select bots_share from memory_rules), false)
