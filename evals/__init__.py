"""Measures the product on questions with known answers."""
