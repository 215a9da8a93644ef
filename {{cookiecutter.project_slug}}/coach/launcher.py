"""Put the command `coach` into the environment, so that it works in `pipenv shell` from any folder of a workshop."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

SCRIPT = '''"""Runs the coach of the workshop that the current folder lies in."""
import runpy
import sys
from pathlib import Path

for folder in (Path.cwd(), *Path.cwd().parents):
    if (folder / "coach" / "__main__.py").is_file():
        sys.path.insert(0, str(folder))  # `coach` takes it to the end again
        sys.argv[0] = "coach"
        runpy.run_module("coach", run_name="__main__")
sys.exit("This folder lies in no workshop. Change to the workshop's folder (`cd`), then try again.")
'''


def install():
    """Write the command where this Python's programs lie; in a system's Python nothing is written."""
    if sys.prefix == sys.base_prefix:
        return
    folder = Path(sys.executable).parent
    with contextlib.suppress(OSError):  # without it `pipenv run coach` works all the same
        for name, text in files(folder).items():
            if not (folder / name).exists():
                write(folder / name, text)


def files(folder):
    """Return {name: text} of the command's files on this system."""
    script = folder / "coach-script.py"
    if os.name == "nt":
        return {script.name: SCRIPT, "coach.cmd": f'@"{sys.executable}" "{script}" %*\n'}
    return {script.name: SCRIPT, "coach": f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n'}


def write(path, text):
    """Write a file that can be run, whole or not at all."""
    new = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.chmod(0o755)
    os.replace(new, path)
