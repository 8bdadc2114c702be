"""Question x texts -> scores: which texts, sentences and words answer."""
