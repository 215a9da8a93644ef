"""`coach pack`: one folder, on a USB stick, from which a class installs without network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.environment import find_root, load_env

app = typer.Typer()


@app.command(
    epilog="Example: `coach pack FOLDER`, with a folder on a USB stick. The same command again goes on after an"
    " interruption and checks what is there; on another system, or with another Python, it adds the packages for that."
)
def pack(folder: Annotated[Path, typer.Argument(help="the folder to make or to complete")]):
    """For instructors: make one folder (a USB stick) from which learners install everything without network."""
    from coach.room.pack import make

    root = find_root()
    load_env(root)
    make.pack(root, folder)
