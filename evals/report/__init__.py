"""Results -> figures, a table to read, and rows to keep."""
