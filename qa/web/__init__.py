"""What the page shows, as HTML and text; only app.py imports it, and it knows nothing of gradio."""
