"""Time the coach's grading, whole processes, against the `dvc` command line and against one exercise at a time."""

import sys

from measure import at_most, faster, in_turns, row, seconds, start_of, within
from states import States, exercise_ids

# What `coach check 03` finds out, asked of DVC.
ASKED = (["stage", "list"], ["status", "download"], ["remote", "list"], ["status", "--cloud"], ["config", "-l"])


def rows(folder, options):
    """Yield the rows of one exercise, of all, and of the coach without arguments."""
    with States().copy(len(exercise_ids()), folder / "state").buckets() as workshop:
        surroundings = {"cwd": workshop.root, "env": workshop.env}

        def coach(*words):
            return seconds([sys.executable, "-m", "coach", *words], **surroundings)

        def dvc():
            return sum(seconds(["dvc", *words], **surroundings) for words in ASKED)

        one = in_turns(lambda: coach("check", "03"), dvc, rounds=options.rounds)
        start = start_of("import pytest, rich.console, typer, ruamel.yaml")
        limit = "start of Python and of pytest, rich, typer and ruamel.yaml"
        yield row("one exercise, against dvc", *one, faster(5, 1), limit, floor=start)
        numbers = [name.split("_")[0] for name in exercise_ids()]
        every = in_turns(
            lambda: coach("check", "--all"),
            lambda: sum(coach("check", n) for n in numbers),
            rounds=options.rounds // 2 + 1,
        )
        limit = "start of Python and torch in the children that run the learner's code"
        floor = start_of("import torch")
        yield row("all exercises, against one by one", *every, within(0.4), limit, floor=floor)
        start = [sys.executable, "-c", "import rich.console"]
        place = in_turns(coach, lambda: seconds(start, **surroundings), rounds=options.rounds)
        limit, floor = "start of Python and of rich", min(place[1])
        yield row("`coach`, against the start of rich", *place, at_most(0.3, "s"), limit, floor=floor)
