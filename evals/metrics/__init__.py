"""What is measured: one metric a file, all of one signature, named in `registry.py`."""
