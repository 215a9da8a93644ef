"""Help with an exercise: hints, then the solution."""
