"""Data sets from outside, and our own: one file a format, each a function from a file to frozen rows."""
