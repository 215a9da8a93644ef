"""The coach's command line. Exit codes: 0 passed or done, 1 not yet, 2 usage, 3 the coach's own fault."""

from __future__ import annotations

import json
from typing import Annotated, Optional

import typer

from coach.buckets.cli import app as buckets
from coach.environment import find_root, load_env
from coach.errors import FAULT, NOT_YET, PASSED
from coach.moves_cli import app as moves

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(buckets, name="bucket")
app.add_typer(moves)

Key = Annotated[
    Optional[str],
    typer.Argument(metavar="[EXERCISE]", help="a number or a name: 4, 04, preprocess"),
]


@app.callback(
    invoke_without_command=True,
    epilog="Exit codes: 0 passed, 1 not yet, 2 usage, 3 the coach's own fault.",
)
def status(context: typer.Context):
    """Where am I, and what is next? Run it without a command to see."""
    if context.invoked_subcommand is None:
        show_status(find_root())


def show_status(root):
    """Print every exercise's verdict and the next step."""
    from coach import course, progress, show

    known = progress.load(root)
    exercises = course.exercises(root)
    current = progress.current(known, exercises)
    rows = []
    for exercise in exercises:
        verdict = (
            "passed"
            if exercise.id in known.passed
            else known.verdicts.get(exercise.id, "not started")
        )
        rows.append((exercise.id, exercise.title, exercise.minutes, verdict))
    show.overview(rows)
    show.line(f"{len(known.passed)} of {len(exercises)} exercises passed.")
    if current is None:
        show.line("All exercises have passed. `coach check --all` grades them once more.")
    else:
        show.line(f"Next: read exercises/{current.id}/README.md, do its steps, then `coach check`.")


@app.command()
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
    from coach import course, progress
    from coach.checks.grading import as_json as to_json
    from coach.checks.grading import grade

    if exercise and every:
        raise typer.BadParameter("name one exercise or use --all, not both")
    root = find_root()
    load_env(root)
    known = progress.load(root)
    chosen = course.exercises(root) if every else [choose(root, known, exercise)]
    graded = grade(root, [one.folder for one in chosen])
    known.record(graded)
    progress.save(root, known)
    if as_json:
        print(json.dumps(to_json(graded), ensure_ascii=False, indent=1))
    else:
        show_graded(root, chosen, graded, verbose)
    raise typer.Exit(exit_code(graded))


def choose(root, known, key):
    """Return the exercise that the learner named, or the current one (the last, where all have passed)."""
    from coach import course, progress

    exercises = course.exercises(root)
    return course.find(root, key) if key else progress.current(known, exercises) or exercises[-1]


def exit_code(graded):
    """Return what the verdicts mean as an exit code."""
    verdicts = {exercise.verdict for exercise in graded}
    return FAULT if "error" in verdicts else PASSED if verdicts == {"passed"} else NOT_YET


def show_graded(root, chosen, graded, verbose):
    """Print the verdicts and what to do next."""
    from coach import show

    for one, result in zip(chosen, graded):
        if result.verdict == "not started":
            show.line(f"{result.exercise}  {one.title}: not started")
        else:
            show.graded(result, one.title, verbose)
    verdicts = {exercise.verdict for exercise in graded}
    if "error" in verdicts:
        show.line(
            "A check crashed: that is the coach's own fault, not yours. `coach check -v` shows the details."
        )
    elif verdicts == {"passed"}:
        show.line("Next: `coach` shows the next exercise.")
    else:
        show.line("Stuck? `coach hint` helps one step further.")


@app.command()
def hint(exercise: Key = None):
    """Give a hint for the first check that has not passed, one stage more at each call."""
    from coach import progress, show
    from coach.checks.grading import grade

    root = find_root()
    load_env(root)
    known = progress.load(root)
    graded = grade(root, [choose(root, known, exercise).folder])[0]
    known.record([graded])
    failed = graded.first_failure
    if failed is None:
        progress.save(root, known)
        show.line(f"{graded.exercise} has passed; there is nothing to hint at. Next: `coach`")
        return
    key = f"{graded.exercise}/{failed.check}"
    given = known.hints.get(key, 0)
    known.hints[key] = min(given + 1, len(failed.hints))
    progress.save(root, known)
    show_hints(graded.exercise, failed, known.hints[key])


def show_hints(exercise, failed, count):
    """Print the hints that have been given so far, the newest last."""
    from coach import show

    show.line(f"{exercise}: {failed.title}", "bold")
    for number, text in enumerate(failed.hints[:count], start=1):
        show.line(f"Hint {number} of {len(failed.hints)}: {text}")
    if not failed.hints:
        show.line(failed.facts.get("next") or "There is no hint for this check.")
    elif count == len(failed.hints):
        show.line(
            f"That was the last hint. `coach solution {exercise.split('_')[0]}` shows the whole answer."
        )
    else:
        show.line("`coach hint` again shows the next one.")


@app.command()
def solution(exercise: Key = None):
    """Show the solution: why, what changes in which file, and the commands that are left to type."""
    from coach import course, progress, show

    root = find_root()
    chosen = choose(root, progress.load(root), exercise)
    answer = course.solution(root, chosen)
    show.markdown(course.front_matter(answer.text)[1])
    if answer.files:
        show.line(
            f"Your files against the branch {answer.branch} (what to type is marked with +):",
            "bold",
        )
        text = course.git(root, "diff", "-R", answer.branch, "--", *answer.files)
        show.diff(text) if text else show.line("Your files are already as in the solution.")


@app.command(context_settings={"help_option_names": []})
def doctor():
    """Look for what is wrong with this machine, the environment or the buckets (standard library only)."""
    raise AssertionError("answered in coach/__main__.py")
