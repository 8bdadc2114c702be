"""Writing the answer: by quoting, or with a language model."""
