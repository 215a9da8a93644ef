"""The learner's loop: check what has been done, once or after each change."""

from __future__ import annotations

import json
from typing import Annotated, Optional

import typer

from coach.environment import find_root, load_env
from coach.errors import FAULT, NOT_YET, PASSED

app = typer.Typer()

Key = Annotated[
    Optional[str],
    typer.Argument(metavar="EXERCISE", help="a number or a name: 4, 04, preprocess"),
]


@app.command(
    epilog="Examples: `coach check` for the current exercise, `coach check 04`, `coach check preprocess`,"
    " `coach check --all`, `coach check 04 --json` for a script."
)
def check(
    exercise: Key = None,
    every: Annotated[bool, typer.Option("--all", help="check every exercise")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="print one JSON object (coach/result/v1)")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="with the traceback of a check that crashed")
    ] = False,
):
    """Check the current exercise, or the one that you name."""
    from coach import overview, progress, show
    from coach.checks.grading import as_json as to_json
    from coach.checks.grading import grade
    from coach.joined import reporting
    from coach.saves import starts

    if exercise and every:
        raise typer.BadParameter("name one exercise or use --all, not both")
    root = find_root()
    load_env(root)
    exercises = overview.exercises(root)
    chosen = exercises if every else [overview.choose(root, exercise)]
    graded = grade(root, [one.folder for one in chosen])
    known = progress.load(root)  # only now: another command may have written while this one graded
    begins, remind, cannot_write = starts.record(root, known, graded), False, None
    try:
        remind = not every and not as_json and counts(root, known, graded[0])
        progress.save(root, known)
    except OSError as error:  # the verdict is told all the same
        cannot_write = error
    if as_json:
        print(json.dumps(to_json(graded), indent=1))
    else:
        show_graded(known, exercises, chosen, graded, verbose)
        say_next(known, exercises, graded, remind)
    said = reporting.report(root, graded)
    if said and not as_json:
        show.line(said)
    if cannot_write:
        raise cannot_write
    starts.keep(root, begins)
    raise typer.Exit(exit_code(graded))


def counts(root, known, graded):
    """Count the attempt; return whether to remind of hints."""
    from coach.loop import attempts

    return attempts.count(root, known, graded)


def exit_code(graded):
    """Return what the verdicts mean as an exit code."""
    verdicts = {exercise.verdict for exercise in graded}
    return FAULT if "error" in verdicts else PASSED if verdicts == {"passed"} else NOT_YET


def show_graded(known, exercises, chosen, graded, verbose):
    """Print the verdicts of each exercise, and of several how many have passed."""
    from coach import show

    for one, result in zip(chosen, graded):
        if result.verdict == "not started":
            show.put(show.heading(one.id, f"{one.title}: not started"))
        else:
            show.graded(result, one.title, verbose)
    if len(chosen) > 1:
        show.line()
        show.put(show.bar(sum(r.verdict == "passed" for r in graded), len(exercises)))


def say_next(known, exercises, graded, remind):
    """Print the one next command."""
    from coach import progress, show

    crashed = [one for one in graded if one.verdict == "error"]
    late = next((one for one in crashed or graded if one.verdict != "passed"), None)
    show.line()
    if late is None:
        current = progress.current(known, exercises)
        text = "Next: `coach list`; all exercises have passed."
        if current:
            text = f"Next: read exercises/{current.id}/README.md, do its steps, then `coach check`."
        show.line(text)
    elif late.verdict == "error":
        number = late.exercise.split("_")[0]
        show.line("A check crashed: that is the coach's own fault, not yours.")
        show.line(f"Next: `coach check {number} -v` shows the details.")
    elif remind:
        show.line("Three attempts, and not there yet? Next: `coach hint` helps one step further.")
    else:
        number = late.exercise.split("_")[0]
        show.line(f"Next: do what stands behind Next above, then `coach check {number}`.")


@app.command(
    epilog="Examples: `coach watch`, `coach watch 04`, `coach watch --once` for a script."
    " Where saving a file is not noticed (a network folder), set WATCHFILES_FORCE_POLLING=true."
)
def watch(
    exercise: Key = None,
    once: Annotated[bool, typer.Option("--once", help="check once, print, and end")] = False,
):
    """Check the current exercise whenever you save, commit or push; keys give hints and go on."""
    from coach import overview
    from coach.loop import watch as watching

    root = find_root()
    session = watching.Session(root, overview.choose(root, exercise).id)
    raise typer.Exit(session.once() if once else session.run())
