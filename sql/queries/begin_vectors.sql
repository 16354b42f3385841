-- Note that the collection is made anew: the whole memory is to be walked over.
-- $1 collection text, $2 model text, $3 dimensions integer
insert into vector_index (collection, model, dimensions)
values ($1, $2, $3)
on conflict (one) do update
   set collection = excluded.collection, model = excluded.model, dimensions = excluded.dimensions, after = ''
