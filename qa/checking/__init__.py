"""Is it so? Verdicts on sentences, citations, disagreements, refusal, planted instructions."""
