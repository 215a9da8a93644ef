"""Whether the file that a command is to write can be written; asked first, so that nothing is made in vain."""

from __future__ import annotations

import os
import tempfile

from coach.environment import Trouble

WINDOWS = os.name == "nt"
EXPECTED = "a file, or a name for one, in a folder in which you may write"


def must_be_writable(file, command):
    """Stop, before a command makes what it is to write, where the file could not be written in the end."""
    folder = file.resolve().parent
    again, other = f"`{command}` again", f"`{command}` with another name"
    if above := [one for one in (folder, *folder.parents) if one.is_file()]:
        found = "a file where a folder has to be"
        raise Trouble(found=found, expected=EXPECTED, where=above[0], next=other)
    if not folder.is_dir():
        option = "" if folder.parent.is_dir() or WINDOWS else "-p "
        next = f"`mkdir {option}{file.parent}`, then {again}"
        raise Trouble(found="no such folder", expected=EXPECTED, where=folder, next=next)
    if file.exists() and not file.is_file():
        found = "a folder" if file.is_dir() else "no ordinary file"
        raise Trouble(found=found, expected=EXPECTED, where=file, next=other)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        if WINDOWS and file.exists():  # there nobody replaces what another program has open
            open(file, "r+b").close()
    except OSError as error:
        next = f"close it where it is open, or give another name, then {again}"
        raise Trouble(found=error.strerror, expected=EXPECTED, where=file, next=next) from None
