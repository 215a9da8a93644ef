"""What waits to be told to the board: a file for each event in `.coach/spool`, written whole or not at all.

Whoever checks only puts a file there, named by the time. The one sender gives it its number, by which it is named then.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

MOST = 1000  # events; of more the oldest go
NEW = "new-"


def folder(root) -> Path:
    """Return where the events wait."""
    return Path(root) / ".coach" / "spool"


def waiting(root) -> list[Path]:
    """Return the events that wait, the oldest first."""
    try:
        names = os.listdir(folder(root))
    except FileNotFoundError:
        return []
    return [folder(root) / name for name in sorted(names) if name.endswith(".json")]


def put(root, events) -> int:
    """Let events wait, in this order; return how many old ones had to go for them."""
    folder(root).mkdir(parents=True, exist_ok=True)
    there = waiting(root)
    for place, event in enumerate(events):
        name = f"{NEW}{after(there):020}-{os.getpid()}-{place:03}.json"
        write(folder(root) / name, json.dumps(event))
    too_many = there[: max(0, len(there) + len(events) - MOST)]
    for file in too_many:
        file.unlink(missing_ok=True)
    return len(too_many)


def after(there):
    """Return the time in ns, but never before that of an event that waits already: a clock may be set back."""
    last = there[-1].name if there else ""
    known = int(last.removeprefix(NEW).split("-")[0]) if last.startswith(NEW) else 0
    return max(time.time_ns(), known + 1)


def write(file, text):
    """Write a file whole or not at all; what a full disk has cut off does not stay."""
    part = file.with_name(f".{file.name}")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def forget_hands(root):
    """Let no hand wait any more, raised or lowered; reports stay."""
    for file in waiting(root):
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            if json.loads(file.read_text(encoding="utf-8")).get("kind") == "hand":
                file.unlink()


def clear(root):
    """Let nothing wait any more."""
    for file in waiting(root):
        file.unlink(missing_ok=True)


# What only the sender does


def line_up(root) -> list[Path]:
    """Number the new events behind those that were numbered before; return all that wait."""
    number = highest(root)
    for file in waiting(root):
        if file.name.startswith(NEW):
            number += 1
            rename(file, number)
    return waiting(root)


def highest(root) -> int:
    """Return the highest number that was ever given."""
    numbered = [number_of(file) for file in waiting(root) if not file.name.startswith(NEW)]
    return max([last(root), *numbered])


def number_of(file) -> int:
    """Return the number of an event."""
    return int(file.stem) if file.stem.isdecimal() else 0


def last(root) -> int:
    """Return the highest number that has been told; where that is lost, the time, which is higher than any of them."""
    try:
        return int((folder(root) / "last").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return int(time.time())


def begin(root, delivered):
    """Let new numbers follow the highest one that the board has."""
    folder(root).mkdir(parents=True, exist_ok=True)
    write(folder(root) / "last", str(delivered))


def number_anew(root, delivered):
    """Give numbers that the board does not have; it takes one that it has for an event that comes twice."""
    files = [file for file in waiting(root) if not file.name.startswith(NEW)]
    for number, file in reversed(list(enumerate(files, start=delivered + 1))):
        rename(file, number)


def rename(file, number):
    """Let a file have the name of its number."""
    with contextlib.suppress(FileNotFoundError):  # it has just had to go for a new one
        os.replace(file, file.with_name(f"{number:012}.json"))


def told(root, files):
    """Take away events that have arrived; their numbers are never given again."""
    begin(root, max([last(root), *map(number_of, files)]))
    for file in files:
        file.unlink(missing_ok=True)
