"""`coach bucket`: the commands for the buckets on this machine."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from coach.environment import find_root

app = typer.Typer(help="Start, stop, look at or empty the buckets.", no_args_is_help=True)


@app.command()
def start(
    port: Annotated[Optional[int], typer.Option(help="another port than the one in .env")] = None,
):
    """Start the bucket server and fill the raw bucket; in the cloud, see that both buckets can be reached."""
    from coach import plots_page
    from coach.buckets import commands

    root = find_root()
    print(commands.start(root, port=port))
    plots_page.make(root)


@app.command()
def stop():
    """Stop the bucket server; what is in the buckets stays."""
    from coach.buckets import commands

    print(commands.stop(find_root()))


@app.command("status")
def bucket_status():
    """Say whether the bucket server runs and what the buckets hold; exit code 1 where something is wrong."""
    from coach.buckets import commands

    found = commands.status(find_root())
    print(found)
    raise typer.Exit(1 if found.problem else 0)


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False):
    """Empty the cache bucket and fill the raw bucket anew."""
    from coach.buckets import commands

    if not yes:
        typer.confirm(
            "This removes everything that was pushed to the cache bucket on this machine. Go on?",
            abort=True,
        )
    print(commands.reset(find_root()))


group = typer.Typer(
    add_completion=False, no_args_is_help=True
)  # the whole command line of a project, which has no exercises
group.add_typer(app, name="bucket")
