"""What catch-up, start, skip, reset and undo share: one at a time, save first, say what happens and what is next."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path

from rich.table import Table
from rich.text import Text

from coach import course, progress, show
from coach.environment import Trouble
from coach.moves import catchup
from coach.moves.steps import Bar
from coach.saves import restore, starts, store

OWN = (".git/", ".dvc/cache/", ".dvc/tmp/", ".coach/")  # Git's, DVC's and the coach's files


def make(root, command, target, work):
    """Save everything, then let `work` bring the workshop to the start of `target` (None: to the end)."""
    with alone(root, command):
        require_identity(root)
        catchup.reach_buckets(root, show.line)
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
            restore.restore(root, found[-1], f"before `{command}`", to_undo=True)
            forget(root, exercise)
        if catchup.not_passed(root, [exercise]):
            say_next("All that you had is saved; `coach undo` brings it back.", exercise)
            return
    make(root, command, exercise, catchup.start)


def forget(root, exercise):
    """Forget the verdicts of an exercise and of those after it."""
    known = progress.load(root)
    known.forget_from(exercise.id)
    progress.save(root, known)


def to_undo(root, number=None):
    """Return the save that `coach undo` goes back to: the one of this number, or the newest before a change."""
    known = {save.number: save for save in store.saves(root)}
    number = restore.unfinished(root) if number is None else number
    chosen = (
        [save for save in known.values() if save.to_undo] if number is None else [known.get(number)]
    )
    if not chosen or chosen[-1] is None:
        raise Trouble(
            found="nothing that the coach has changed" if number is None else f"no save {number}",
            expected="a save to go back to",
            where=store.folder(root),
            next="`coach saved` lists the saves",
        )
    return chosen[-1]


def announce(root, save):
    """Say what going back to a save will do."""
    changes = restore.changes(root, save)
    show.line(f"Back to save {save.number}, made {save.when} {save.why}:", "bold")
    for what, paths in (
        ("come back", changes.back),
        ("change back", changes.changed),
        ("go away", changes.gone),
    ):
        own = [path for path in paths if path.startswith(OWN)]
        named = [path for path in paths if not path.startswith(OWN)]
        if named:
            show.line(
                f"  {len(named)} files {what}: {', '.join(named[:8])}{' …' if len(named) > 8 else ''}"
            )
        if own:
            show.line(f"  {len(own)} files of Git, DVC and the coach {what}")
    if not changes:
        show.line("  the files are as they were then")
    if save.bucket is not None:
        show.line(f"  the cache bucket holds {len(save.bucket)} objects again")
    show.line("What you have now is saved first.")


def undo(root, save):
    """Go back to a save."""
    with alone(root, "coach undo", resuming=True):
        reached = restore.restore(root, save, "before `coach undo`")
        save.to_undo = False
        store.keep(root, save)
        after = store.saves(root)[-1]
    if not reached:
        show.line("The bucket server was not reached, so the cache bucket stays as it is.")
    show.line(
        f"Everything is as in save {save.number}. `coach undo {after.number}` takes the undo back."
    )
    show.line("Next: `coach` shows where you are.")


def list_saves(root):
    """Print the saves, the oldest first."""
    table = Table(box=None, padding=(0, 1))
    for heading in ("Save", "When", "Made", "Holds"):
        table.add_column(heading, overflow="fold")
    known = store.saves(root)
    for save in known:
        table.add_row(str(save.number), save.when, Text(save.why), f"{len(save.entries)} files")
    show.console.print(table if known else "There are no saves yet.")
    if known:
        show.line("`coach undo NUMBER` brings one back.")


def say_next(text, target):
    """Say what was done and what comes next."""
    show.line(text)
    show.line(f"Next: read exercises/{target.id}/README.md" if target else "Next: `coach`")


@contextmanager
def alone(root, command, resuming=False):
    """Let one such command at a time work, and none while DVC works or a restore is half done."""
    from filelock import FileLock, Timeout

    file = Path(root) / ".coach" / "moves.lock"
    file.parent.mkdir(exist_ok=True)
    lock = FileLock(file, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise busy("another command of the coach", file, command) from None
    try:
        require_git(root)
        if not resuming and (number := restore.unfinished(root)):
            raise half_done(root, number)
        if found := dvc_at_work(root):
            raise busy(found, ".dvc/tmp", command)
        yield
    finally:
        lock.release()


def dvc_at_work(root) -> str | None:
    """Return the words for a DVC that works in this folder, or None; what a killed one has left does not count."""
    from coach.doctor import locks

    with suppress(Trouble):  # a record that DVC cannot read either
        if found := locks.working(root, locks.claimed(Path(root) / ".dvc" / "tmp" / "rwlock")):
            return "`{1}` at work (process {0})".format(*found)
    with suppress(ImportError):  # before the first exercise DVC is not there
        import zc.lockfile

        try:
            (Path(root) / ".dvc" / "tmp").mkdir(exist_ok=True)
            zc.lockfile.LockFile(str(Path(root) / ".dvc" / "tmp" / "lock")).close()
        except zc.lockfile.LockError:
            return "a program that holds DVC's lock"
    return None


def require_git(root):
    """Raise Trouble unless the workshop is a Git repository of its own: only then does a save hold its commits."""
    if not (Path(root) / ".git").is_dir():
        raise Trouble(
            found="no folder .git; nothing was changed",
            expected="the Git repository that the workshop came with",
            where=root,
            next="clone or generate the workshop anew, then `coach catch-up` with the exercise's number",
        )


def require_identity(root):
    """Raise Trouble where Git or DVC does not know who commits: the solutions commit, and so do DVC's experiments."""
    from coach.doctor import identity

    identity.git_identity(root)
    identity.dvc_identity(root)


def busy(found, where, command):
    """Return the Trouble of something else that is at work."""
    return Trouble(
        found=f"{found}; nothing was changed",
        expected="nobody else to be at work in this folder",
        where=where,
        next=f"wait for it to end, or end it with Ctrl-C there, then `{command}`",
    )


def half_done(root, number):
    """Return the Trouble of a restore that was cut off."""
    return Trouble(
        found=f"an undo to save {number} that was cut off; nothing was changed",
        expected="files that belong together",
        where=restore.marker(root),
        next="`coach undo` goes on where it stopped",
    )


def stopped(command):
    """Return the Trouble of a command that the learner has stopped."""
    return Trouble(
        found="it was stopped half-way",
        expected="a command that runs to its end",
        where="this terminal",
        next=f"`coach undo` brings back what you had; `{command}` goes on",
    )
