"""The instructor's commands: the work of a whole class."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from coach import environment
from coach.environment import find_root, load_env
from coach.room.cli import app as room
from coach.writable import must_be_writable

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


@app.command(
    epilog="Examples: `coach class report --repos handed-in`, `coach class report --roster roster.csv --repos"
    " handed-in --html report.html`. The roster has columns id and name; a folder, or the file ID.json that"
    " `coach check --all --json` printed, is called by one of them, or ends in -ID. Your own verdicts go into"
    " .coach/class/overrides.csv: id, exercise, points or verdict, reason."
)
def report(
    repos: Annotated[Path, typer.Option(metavar="DIR", help="where the learners' clones lie")],
    roster: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="a table (CSV) of who is in the class")
    ] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="run the learners' functions too, shut off")
    ] = False,
    html: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="write a page for a browser")
    ] = None,
    csv: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="write a table for a spreadsheet")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="print one JSON object (coach/class/v1)")
    ] = False,
):
    """Report on the work of a class, from the learners' clones or results; nothing of theirs is changed or run."""
    from coach.classroom import csvfile, page
    from coach.classroom import report as reports
    from coach.classroom import screen

    files = [(file, text) for file, text in ((html, page.text), (csv, csvfile.text)) if file]
    for file, _ in files:
        must_be_writable(file, "coach class report")
    made = reports.make(find_root(), repos, roster, regrade, tell)
    if as_json:
        print(json.dumps(made, indent=1))
    else:
        screen.put(made)
    for file, text in files:
        environment.write(file, text(made))


def tell(done, of):
    """Say on a terminal how many repositories are done."""
    if sys.stderr.isatty():
        print(f"\r{done} of {of} repositories", end="\n" if done == of else "", file=sys.stderr)
