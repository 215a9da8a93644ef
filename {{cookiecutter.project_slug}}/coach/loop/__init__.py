"""The learner's loop: check, once or after each change."""
