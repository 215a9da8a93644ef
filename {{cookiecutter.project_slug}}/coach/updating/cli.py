"""The command that brings what has changed in the template."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from coach.environment import find_root
from coach.errors import NOT_YET

app = typer.Typer()


@app.command(
    epilog="Examples: `coach update`, `coach update gh:OWNER/NAME`, `coach update ../template --checkout v2`."
    " In a clone of a class's repository `coach update` takes what that repository hands on."
)
def update(
    template: Annotated[
        Optional[str],
        typer.Argument(
            metavar="TEMPLATE", help="the template's folder or address; it is remembered"
        ),
    ] = None,
    checkout: Annotated[
        str, typer.Option(metavar="REV", help="a branch, tag or commit of the template")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
):
    """Bring what has changed in the workshop's template since it was made; your own work stays."""
    from coach.updating import update as updating

    def agree():
        if not yes:
            typer.confirm("Go on?", abort=True)

    if not updating.update(find_root(), template, checkout, agree):
        raise typer.Exit(NOT_YET)
