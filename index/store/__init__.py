"""What the index keeps on disk."""
