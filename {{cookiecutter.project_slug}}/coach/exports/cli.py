"""`coach export`: the verdicts in the format of another program, in a file or on standard output."""

from __future__ import annotations

import sys
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Optional

import typer

from coach.environment import write
from coach.writable import must_be_writable

app = typer.Typer()


class Format(str, Enum):
    """A format's name on the command line, and its module, which has one function: `text(result)`."""

    junit = "junit"
    classroom50 = "classroom50"
    gradescope = "gradescope"
    exercism = "exercism"
    csv = "csv"
    summary = "summary"


@app.command(
    epilog="Formats: junit (XML for GitLab, Jenkins and others), classroom50 (in its autograder.py), gradescope,"
    " exercism (results.json of both), csv, summary (Markdown for the page of a CI run)."
    " Examples: `coach export csv -o verdicts.csv`, `coach export junit result.json -o junit.xml`,"
    " `coach export summary -` for what another program prints. Exit code 0 whatever the verdicts are."
)
def export(
    format: Annotated[Format, typer.Argument(metavar="FORMAT", help="what to write, see below")],
    result: Annotated[
        Optional[str],
        typer.Argument(
            metavar="RESULT.json",
            help="what `coach check --all --json` printed, or - for standard input;"
            " without it all exercises are checked now",
        ),
    ] = None,
    output: Annotated[
        Optional[Path], typer.Option("-o", "--output", metavar="FILE", help="write to a file")
    ] = None,
):
    """Write the verdicts in the format of another program."""
    from coach.exports import result as reading

    if output:
        must_be_writable(output, f"coach export {format.value}")
    put(text(format, reading.get(result)), output)


def text(format, result):
    """Return a Result in a format; no other format's module is loaded."""
    return import_module(f"coach.exports.{format.value}").text(result)


def put(text, file):
    """Write a text to a file, whole or not at all, or to standard output; in UTF-8 on every system."""
    if file is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    write(file, text)
    file.chmod(0o644)  # another program reads it, perhaps as another user
