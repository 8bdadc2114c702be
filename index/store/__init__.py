"""What the index keeps on disk: the catalogue (SQLite, the truth) and the vectors that Chroma searches (its projection)."""
