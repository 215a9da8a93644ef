"""What an instructor does with the work of a whole class: grade it, report on it."""
