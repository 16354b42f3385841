-- Delete what passes before this one left, those of planners that died included.
-- $1 collection text, $2 pass bigint
delete from backlog
 where collection = $1 and pass < $2
