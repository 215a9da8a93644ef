"""The commands that change the repository: each saves all that the learner has before it overwrites anything."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from coach.environment import find_root, load_env

app = typer.Typer()

Where = Annotated[
    str, typer.Argument(metavar="EXERCISE", help="a number or a name: 4, 04, preprocess")
]


@app.command("catch-up", epilog="Example: `coach catch-up 05` does what is missing of 01 to 04.")
def catch_up(exercise: Where):
    """Came late? Do what is missing before an exercise, by the solutions; your commits stay."""
    from coach import course
    from coach.moves import catchup, commands

    root = find_root()
    load_env(root)
    target = course.find(root, exercise)
    if not catchup.not_passed(root, catchup.before(root, target.id)):
        commands.say_next(f"Everything before {target.id} has passed already.", target)
        return
    commands.make(root, f"coach catch-up {target.number}", target, catchup.catch_up)


@app.command(
    epilog="Example: `coach start 05` makes everything as the solutions of 01 to 04 leave it."
)
def start(exercise: Where):
    """Begin an exercise afresh: files, commits, data and remote as the solutions before it leave them."""
    from coach import course
    from coach.moves import catchup, commands

    root = find_root()
    load_env(root)
    target = course.find(root, exercise)
    commands.make(root, f"coach start {target.number}", target, catchup.start)


@app.command(epilog="Example: `coach skip`, then `coach` shows the next exercise.")
def skip():
    """Let the coach do the current exercise by its solution, and go on to the next."""
    from coach import course, progress
    from coach.moves import catchup, commands

    root = find_root()
    load_env(root)
    exercises = course.exercises(root)
    current = progress.current(progress.load(root), exercises)
    if current is None:
        commands.say_next("All exercises have passed: there is nothing to skip.", None)
        return
    target = next((one for one in exercises if one.id > current.id), None)
    commands.make(root, "coach skip", target, catchup.catch_up)


@app.command(epilog="Example: `coach reset 04`; afterwards `coach undo` brings back what you had.")
def reset(exercise: Where):
    """Put an exercise back to its start; exercises after it, which build on it, go back too."""
    from coach import course
    from coach.moves import commands

    root = find_root()
    load_env(root)
    commands.reset(root, course.find(root, exercise))


@app.command(epilog="Examples: `coach undo`, or `coach undo 3` to go to save 3 of `coach saved`.")
def undo(
    save: Annotated[Optional[int], typer.Argument(help="a number that `coach saved` lists")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
):
    """Bring back all that you had before the coach last changed it; it says what it will do, then asks."""
    from coach.moves import undoing

    root = find_root()
    load_env(root)
    chosen = undoing.to_undo(root, save)
    undoing.announce(root, chosen)
    if not yes:
        typer.confirm("Go on?", abort=True)
    undoing.undo(root, chosen)


@app.command(epilog="Example: `coach saved`, then `coach undo 3` goes to save 3.")
def saved():
    """List the saves: what you had, each time before the coach changed it."""
    from coach.moves import undoing

    undoing.list_saves(find_root())
