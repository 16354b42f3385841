-- What the collection of vectors holds; no row where nobody has wanted vectors yet.
select collection, model, dimensions, after from vector_index
