"""What changes the repository for the learner: catch-up, start, skip, reset, undo."""
