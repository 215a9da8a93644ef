"""The doctor's checks of locks: a command that runs is told from one that has left its lock behind.

No lock is taken, so that nobody has to wait for the doctor.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path

from coach.buckets import processes
from coach.doctor import dvcconfig
from coach.doctor.machine import run
from coach.doctor.systems import remove
from coach.environment import Trouble


def dvc_lock(root) -> str:
    """DVC's locks are free, or a command that still runs holds them."""
    folder = Path(root) / ".dvc" / "tmp"
    claims, single = claimed(folder / "rwlock"), hard_locks(root, folder)
    holders = {**owner(folder / "lock"), **claims}
    lines = running() if holders or single else {}
    if found := working(root, holders, lines):
        return "`{1}` runs (process {0})".format(*found)
    for pid, command in claims.items():
        if pid in lines:
            now = lines[pid].strip()[:60] or "another program"
            raise left(
                f"a lock of `{plain(command)}`; its process, {pid}, is `{now}` today",
                folder / "rwlock",
            )
    if single and not any(is_dvc(line) and at_work(pid, root) for pid, line in lines.items()):
        raise left("a lock of a DVC that has ended", single[0])
    gone = ", ".join(map(str, claims))
    return f"free (process {gone} has ended; DVC clears that itself)" if gone else "free"


def dvc_at_work(root) -> tuple[int, str] | None:
    """Return (process, command) of a DVC that works in this folder, or None."""
    folder = Path(root) / ".dvc" / "tmp"
    holders = {**owner(folder / "lock"), **claimed(folder / "rwlock")}
    return working(root, holders, running()) if holders else None


def working(root, holders, lines) -> tuple[int, str] | None:
    """Return the first of these holders of a lock, {process: command}, that is a DVC and works in this folder."""
    for pid, command in holders.items():
        if is_dvc(lines.get(pid, ""), command) and at_work(pid, root):
            return pid, plain(command)
    return None


def claimed(file) -> dict[int, str]:
    """Return {process id: command} of the file in which DVC notes who reads and writes what."""
    try:
        noted = read_whole(file)
        claims = [claim for readers in noted.get("read", {}).values() for claim in readers]
        claims += noted.get("write", {}).values()
        return {int(claim["pid"]): str(claim["cmd"]) for claim in claims}
    except OSError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise left("a file that DVC cannot read", file) from None


def read_whole(file):
    """Return the data of a JSON file; one that DVC is just writing is read again."""
    for wait in (0.1, 0.3):
        try:
            return json.loads(file.read_text("utf-8"))
        except ValueError:
            time.sleep(wait)
    return json.loads(file.read_text("utf-8"))


def owner(file) -> dict[int, str]:
    """Return {process id: command} of the last user of DVC's lock of the whole repository."""
    try:
        text = file.read_text("utf-8", "replace").strip()
    except OSError:
        return {}
    return {int(text): "dvc"} if text.isdigit() else {}


def hard_locks(root, folder) -> list[Path]:
    """Return the locks that are files, which they are with `core.hardlink_lock` only."""
    hard = dvcconfig.value(root, "core", "hardlink_lock").lower() in ("true", "1", "yes", "on")
    return [folder / n for n in ("lock", "rwlock.lock") if hard and (folder / n).exists()]


def git_lock(root) -> str:
    """Git's locks are free, or a Git that still runs holds them."""
    folder = Path(root) / run(["git", "rev-parse", "--git-dir"], root)
    if not of_git(folder):
        return "free"
    if found := git_at_work(root):
        return found
    if stale := of_git(folder):  # by now the command may have ended
        raise left("a lock, but no Git that runs", stale[0])
    return "free"


def stale_of_git(root, folder) -> list[Path]:
    """Return Git's locks that a killed command has left; none while a Git works in this folder."""
    return of_git(folder) if of_git(folder) and not git_at_work(root) else []


def of_git(folder) -> list[Path]:
    """Return the locks in a `.git`: those of the index and of HEAD, and those of branches."""
    return sorted([*folder.glob("*.lock"), *folder.glob("refs/**/*.lock")])


def git_at_work(root) -> str | None:
    """Return the words for a Git, or a DVC with its own Git, that works in this folder."""
    for pid, line in running().items():
        if not at_work(pid, root):
            continue
        if re.search(r"(^|[\\/\s\"])git(\.exe)?\"?\s", line + " ") and "daemon" not in line:
            return f"Git runs (process {pid})"
        if is_dvc(line):
            return f"DVC runs (process {pid})"
    return None


def left(found, file) -> Trouble:
    """Return the Trouble of a lock that nobody will take away."""
    next = remove(file)
    return Trouble(found=found, expected="no lock, or a command that runs", where=file, next=next)


def running() -> dict[int, str]:
    """Return {process id: command line}; nothing where the system does not tell."""
    try:
        return processes.command_lines()
    except (OSError, subprocess.SubprocessError):
        return {}


def at_work(pid, root) -> bool:
    """Say whether a process may be at work in the workshop; where that cannot be seen it may."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(Path(root).resolve())
    except OSError:
        return True


def is_dvc(line, command="dvc") -> bool:
    """Say whether a process is a DVC, or the command that took the lock."""
    wanted = {"dvc", Path(plain(command).split(" ")[0]).stem}
    return bool(wanted & set(re.split(r"[\s\\/.\"]+", line)))


def plain(command) -> str:
    """Return a command as a person types it."""
    return re.sub(r"^.*[\\/]dvc(\.exe|[\\/]__main__\.py)?(?=\s|$)", "dvc", command)
