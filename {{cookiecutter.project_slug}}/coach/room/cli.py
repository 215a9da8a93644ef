"""`coach class agenda`, `notes` and `slides`: for whoever stands in front of the class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from coach.environment import find_root

app = typer.Typer()

Start = Annotated[str, typer.Option(metavar="TIME", help="when you begin")]
Pause = Annotated[
    int, typer.Option("--break", min=0, max=120, metavar="MINUTES", help="length of a break")
]
File = Annotated[
    Optional[Path], typer.Argument(help="where to write it; without it, below .coach/")
]


def planned(root, start, pause):
    """Return the agenda's rows."""
    from coach import overview
    from coach.room import agenda

    begins = agenda.minutes_of(start)
    if begins is None:
        raise typer.BadParameter(
            f"{start!r} is no time of day; a good one: 09:00", param_hint="--start"
        )
    return agenda.rows(overview.exercises(root), begins, pause)


@app.command(
    epilog="Examples: `coach class agenda`, `coach class agenda --start 13:30 --break 20`,"
    " `coach class agenda --md` to paste into an invitation."
)
def agenda(
    start: Start = "09:00",
    pause: Pause = 15,
    as_markdown: Annotated[bool, typer.Option("--md", help="print Markdown tables")] = False,
):
    """Print the agenda: the exercises by the clock, with breaks, and lunch where it runs over noon."""
    from coach.room import agenda as module

    rows = planned(find_root(), start, pause)
    print(module.markdown(rows)) if as_markdown else module.show_all(rows)


@app.command(
    epilog="Examples: `coach class slides`, `coach class slides ~/slides.html --start 13:30`."
)
def slides(file: File = None, start: Start = "09:00", pause: Pause = 15):
    """Write the slides: one HTML page from the exercises' texts, for any browser, without network."""
    from coach.room import page, slides

    root = find_root()
    file = page.place(root, file, "slides")
    text, count = slides.make(root, planned(root, start, pause))
    page.write(file, text)
    typer.echo(f"{count} slides. Keys: arrows, Home, End; f for the full screen, n for the notes.")


@app.command(
    epilog="Examples: `coach class notes`, `coach class notes ~/notes.html --start 13:30`."
)
def notes(file: File = None, start: Start = "09:00", pause: Pause = 15):
    """Write the speaker's notes: what to say and to type, by the clock, where learners get stuck, the solutions."""
    from coach.room import notes, page

    root = find_root()
    file = page.place(root, file, "notes")
    page.write(file, notes.make(root, planned(root, start, pause)))
