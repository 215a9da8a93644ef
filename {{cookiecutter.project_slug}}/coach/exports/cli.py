"""`coach export`: the verdicts in the format of another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from coach.exports.formats import Format

app = typer.Typer()


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
    from coach.exports import formats
    from coach.exports import result as reading
    from coach.exports import writing

    writing.put(formats.text(format, reading.get(result)), output)
