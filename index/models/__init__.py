"""Embedding, and what the processor is good at."""
