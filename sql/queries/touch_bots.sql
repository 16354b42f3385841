-- Note that the other bots' rows are what the pairs' shares add up to now, too.
-- $1 time timestamptz
update strategic_character_performance set computed_at = $1 where computed_at < $1 and expires_at > $1
