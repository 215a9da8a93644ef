"""What long work shows: each step as a line, and in a terminal a bar with the time that is left."""

from __future__ import annotations

from contextlib import AbstractContextManager

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from coach import course, show

WIDE = 80  # columns of a terminal in which there is room for a bar


class Plain:
    """Say each step in a line."""

    say = staticmethod(show.line)

    def begin(self, root, exercises):
        """Take note of the exercises that are to be done."""

    def exercise(self, exercise):
        """Say which exercise is being done."""
        self.say(f"{exercise.id}: {exercise.title}")

    def step(self, text):
        """Say a step before it is taken."""
        self.say(f"  {text}")


class Bar(Plain, AbstractContextManager):
    """Say each step in a line, above a bar; without a terminal there is no bar."""

    def __init__(self):
        columns = [TextColumn("{task.completed} of {task.total} steps,"), TimeRemainingColumn()]
        columns += [TextColumn("left")]
        if show.console.width >= WIDE:
            columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), *columns]
            columns += [TimeElapsedColumn()]
        is_shown = show.console.is_terminal
        self.progress = Progress(*columns, console=show.console, disable=not is_shown)
        self.task = None

    def __enter__(self):
        self.progress.start()
        return self

    def __exit__(self, error, *details):
        if error is None and self.task is not None:
            self.progress.update(self.task, completed=self.total)
        self.progress.stop()

    def begin(self, root, exercises):
        """Count the steps of all exercises that are to be done."""
        answers = [course.solution(root, exercise) for exercise in exercises]
        self.total = sum(len(answer.commands) + bool(answer.files) for answer in answers)
        if self.task is not None:
            self.progress.remove_task(self.task)
        self.task = self.progress.add_task("", total=self.total)
        self.done = -1

    def exercise(self, exercise):
        super().exercise(exercise)
        self.progress.update(self.task, description=exercise.id)

    def step(self, text):
        super().step(text)
        self.done += 1
        self.progress.update(self.task, completed=self.done)
