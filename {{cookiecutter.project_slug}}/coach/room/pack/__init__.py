"""One folder with all that a room without network needs."""
