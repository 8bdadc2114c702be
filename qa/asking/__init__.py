"""What is asked: a question that stands alone, and its parts."""
