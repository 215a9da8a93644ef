"""The board: the class at a glance, on the instructor's machine."""
