"""What every command that changes the repository asks first: nobody else is at work, and all is there that it needs."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path

from coach.environment import Trouble
from coach.saves import restore


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
        if found := locks.dvc_at_work(root):
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
