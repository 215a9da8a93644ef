"""The coach's command line. Exit codes: 0 passed or done, 1 not yet, 2 usage, 3 the coach's own fault."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from coach import encoding
from coach.board.cli import app as board
from coach.buckets.cli import app as buckets
from coach.classroom.cli import app as classroom
from coach.environment import find_root
from coach.exports.cli import app as exports
from coach.helping.cli import app as helping
from coach.joined.cli import app as joined
from coach.loop.cli import app as loop
from coach.moves.cli import app as moves
from coach.room.pack.cli import app as packing
from coach.updating.cli import app as updating

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
encoding.install()


@app.callback(
    invoke_without_command=True,
    epilog="Examples: `coach`, `coach check`, `coach watch`. Each command has more: `coach check --help`."
    " Exit codes: 0 passed or done, 1 not yet, 2 usage, 3 the coach's own fault.",
)
def status(context: typer.Context):
    """Where am I, and what is next? Run it without a command to see."""
    if context.invoked_subcommand is None:
        from coach import overview

        overview.here()


@app.command("list", epilog="Examples: `coach list`, `coach list --json` for a script.")
def list_all(
    as_json: Annotated[
        bool, typer.Option("--json", help="print one JSON object (coach/list/v1)")
    ] = False,
):
    """List all exercises by part: verdict, points, minutes, and who did them."""
    from coach import overview, progress

    root = find_root()
    overview.exercises(root)
    known = progress.load(root)
    found = overview.rows(root, known)
    if as_json:
        print(json.dumps(overview.as_json(found), indent=1))
    else:
        overview.show_list(known, found)


app.add_typer(loop)
app.add_typer(helping)
app.add_typer(moves)
app.add_typer(updating)
app.add_typer(joined)
app.add_typer(buckets, name="bucket")
app.add_typer(exports)
app.add_typer(board)
app.add_typer(classroom, name="class")
app.add_typer(packing)


@app.command(
    context_settings={"help_option_names": []},
    epilog="Examples: `coach doctor`, `coach doctor --json` for a script.",
)
def doctor():
    """Look for what is wrong with this machine, the environment or the buckets: what, why, and what mends it."""
    raise AssertionError("answered in coach/__main__.py")
