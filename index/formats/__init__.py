"""A file -> documents: one format a file, all of them in the registry."""
