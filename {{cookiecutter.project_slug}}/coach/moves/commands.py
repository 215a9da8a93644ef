"""What catch-up, start, skip and reset share: save first, change, say what was done and what is next."""

from __future__ import annotations

from coach import progress, show
from coach.moves import catchup
from coach.moves.guards import alone, require_identity, stopped
from coach.moves.solve import git, reach_buckets
from coach.moves.steps import Bar
from coach.saves import restore, starts, store


def make(root, command, target, work):
    """Save everything, then let `work` bring the workshop to the start of `target` (None: to the end)."""
    with alone(root, command):
        require_identity(root)
        reach_buckets(root, show.line)
        save = store.take(root, f"before `{command}`", to_undo=True)
        show.line(f"All that you have is in save {save.number}; `coach undo` brings it back.")
        try:
            with Bar() as steps:
                done = work(root, target and target.id, steps)
        except KeyboardInterrupt:
            raise stopped(command) from None
        if target:
            starts.keep(root, target)
    say_next(f"Done by the coach: {', '.join(one.number for one in done) or 'nothing'}.", target)


def reset(root, exercise):
    """Go back to the save from the start of an exercise; without one, make the start by the solutions before it."""
    command = f"coach reset {exercise.number}"
    found = [save for save in store.saves(root) if save.begins == exercise.id]
    if found:
        with alone(root, command):
            before = template_of(root)
            restore.restore(root, found[-1], f"before `{command}`", to_undo=True)
            forget(root, exercise)
        if catchup.not_passed(root, [exercise]):
            show.line(f"Back to save {found[-1].number}, {found[-1].why}.")
            if template_of(root) != before:
                show.line("It is from before `coach update`, which brings the same changes again.")
            say_next("All that you had is saved; `coach undo` brings it back.", exercise)
            return
    make(root, command, exercise, catchup.start)


def template_of(root):
    """Return the version of the template that the workshop has got by `coach update`, or None."""
    return git(root, "rev-parse", "--verify", "--quiet", "refs/heads/template", check=False)


def forget(root, exercise):
    """Forget the verdicts of an exercise and of those after it."""
    with progress.changing(root) as known:
        known.forget_from(exercise.id)


def say_next(text, target):
    """Say what was done and what comes next."""
    show.line(text)
    show.line(f"Next: read exercises/{target.id}/README.md" if target else "Next: `coach`")
