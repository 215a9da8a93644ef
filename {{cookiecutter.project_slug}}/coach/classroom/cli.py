"""The instructor's commands: the work of a whole class."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from coach.environment import find_root, load_env
from coach.room.cli import app as room

app = typer.Typer(
    help="For instructors: agenda, notes and slides, and the work of a class.",
    no_args_is_help=True,
)
app.add_typer(room)


@app.command(
    epilog="Examples: `coach class grade ../learner --json` in a CI job, `coach class grade FOLDER --in-place`"
    " elsewhere. Exit codes as those of `coach check`."
)
def grade(
    folder: Annotated[Path, typer.Argument(help="a learner's repository, checked out")],
    in_place: Annotated[
        bool, typer.Option("--in-place", help="outside of CI: yes, change that folder")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="print one JSON object (coach/result/v1)")
    ] = False,
):
    """Grade a learner's folder with the checks of this workshop, and name the checks that they edited."""
    from coach.checks.grading import as_json as to_json
    from coach.classroom import inplace
    from coach.loop.cli import exit_code

    here = find_root()
    load_env(here)
    inplace.allowed(in_place)
    graded, edited = inplace.grade(folder, here)
    print(f"Graded with the exercises/ and coach/ of {here}, which now lie there.", file=sys.stderr)
    if as_json:
        print(json.dumps({**to_json(graded), "edited": edited}, indent=1))
    else:
        show_graded(folder, graded, edited)
    raise typer.Exit(exit_code(graded))


def show_graded(folder, graded, edited):
    """Print the verdicts, and which files had been edited."""
    from coach import overview, progress, show
    from coach.loop import cli

    exercises = overview.exercises(folder)
    cli.show_graded(progress.Progress(), exercises, exercises, graded, False)
    for path in edited:
        show.line(f"Edited by the learner, graded with the original: {path}")
