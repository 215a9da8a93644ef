"""Where an export goes: a file, whole or not at all, or standard output, in UTF-8 on every system."""

from __future__ import annotations

import sys
from pathlib import Path

from coach.environment import Trouble, write


def put(text, file=None):
    """Write a text to a file, or to standard output."""
    if file is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    file = Path(file)
    if file.is_dir() or not file.parent.is_dir():
        raise Trouble(
            found="a folder" if file.is_dir() else f"no folder {file.parent}",
            expected="the name of a file, in a folder that is there",
            where=file,
            next="`coach export FORMAT -o FILE` with another file",
        )
    write(file, text)
