"""Material for the room: the agenda, notes and slides from the exercises' texts, and a folder for a room without network."""
