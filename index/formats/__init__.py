"""A file -> documents: one format a file, all of them listed in the registry, each read under guard."""
