"""The learner's side of the board: what has been joined, what waits to be told, and who tells it."""
