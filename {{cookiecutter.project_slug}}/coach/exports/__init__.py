"""Verdicts for programs of others: JUnit's readers, Classroom 50, Gradescope, Exercism, spreadsheets, CI pages."""
