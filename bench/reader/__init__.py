"""How fast a memory is read: full contexts of one user among many, beside the simplest statement there is."""
