"""Language models that write: what one has to do (protocol.py), one file a kind of server, and which one answers."""
