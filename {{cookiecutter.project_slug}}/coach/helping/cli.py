"""The commands that help with an exercise: hints first, the solution after them."""

from __future__ import annotations

from typing import Annotated

import typer

from coach.environment import find_root, load_env
from coach.loop.cli import Key

app = typer.Typer()


@app.command(epilog="Examples: `coach hint`, and once more for the next hint; `coach hint 04`.")
def hint(exercise: Key = None):
    """Give a hint for the first check that has not passed, one stage more at each call."""
    from coach import progress, show
    from coach.helping import hints

    root = find_root()
    chosen, graded = grade_one(root, exercise)
    with progress.changing(root) as known:
        known.record([graded])
        failed = hints.give(known, graded)
    if failed is None:
        show.line(f"{graded.exercise} has passed; there is nothing to hint at. Next: `coach`")
        return
    show.put(show.heading(graded.exercise, failed.title))
    ways = ("`coach hint` again", f"`coach solution {chosen.number}`")
    show.put(*hints.hint_lines(failed, hints.given(known, graded), *ways))


def grade_one(root, key):
    """Return the chosen exercise and its Graded."""
    from coach import overview
    from coach.checks.grading import grade

    load_env(root)
    chosen = overview.choose(root, key)
    return chosen, grade(root, [chosen.folder])[0]


@app.command(
    epilog="Examples: `coach solution` for the current exercise, `coach solution 04`,"
    " `coach solution 04 --give-up`."
)
def solution(
    exercise: Key = None,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="see it before a pass and without the hints")
    ] = False,
):
    """Show the solution after a pass or all hints: why, your files against it, and the commands."""
    from coach import overview, progress
    from coach.helping import answer

    root = find_root()
    chosen = overview.choose(root, exercise)
    if give_up:
        with progress.changing(root) as known:
            known.given_up = sorted({*known.given_up, chosen.id})
    else:
        require_open(root, chosen)
    answer.show_all(root, chosen)


def require_open(root, chosen):
    """Trouble, with the ways on, where the solution is not open yet."""
    from coach import progress
    from coach.helping import hints

    known = progress.load(root)
    if chosen.id in {*known.passed, *known.given_up, *known.opened}:
        return
    _, graded = grade_one(root, chosen.id)
    with progress.changing(root) as known:
        known.record([graded])
        if hints.is_open(known, graded):
            known.opened.append(chosen.id)
    if not hints.is_open(known, graded):
        raise hints.closed(known, graded)
