-- Note how far the walk has come; a walk that was begun anew meanwhile begins anew.
-- $1 where it stood text, $2 where it stands text (NULL: at its end)
update vector_index set after = $2::text where after = $1
