"""What the checks look at: which folders, what state they are in, and when something in them changes.

A change that is told (an event) is only a reason to look; whether something has changed, `state` decides.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
from pathlib import Path

from coach.environment import Trouble

# Never looked into, wherever they lie. `.git` and `.coach` are: but only at a few names.
NOISE = {".git", ".venv", "__pycache__", ".pytest_cache", ".ipynb_checkpoints", "node_modules"}
OF_DVC = {"cache", "tmp"}
QUIET = ("/.git/objects/", "/.git/index", "/.dvc/cache/", "/.dvc/tmp/", "/.venv/", "/__pycache__/")
QUIET += ("/.coach/progress", "/.coach/server.log", "/.coach/spool/", "/.coach/board")
OF_GIT = ("HEAD", "packed-refs", "logs/HEAD", "refs", "reftable")
WITHOUT_EVENTS = ("9p", "drvfs", "nfs", "cifs", "smb", "fuse", "vboxsf", "vmhgfs", "prl_fs")


def require_repository(root):
    """Trouble where the folder is no Git repository: there is nothing that the checks could look at."""
    if not git_folders(root):
        raise Trouble(
            expected="a Git repository",
            found="no .git/HEAD",
            where=root,
            next="bring the folder .git back; `git status` says whether Git knows it again",
        )


def git_folders(root):
    """Return where Git keeps HEAD and the branches (two places in a second working tree); [] without Git."""
    place = Path(root) / ".git"
    if place.is_file():
        place = Path(root, place.read_text("utf-8", "replace").removeprefix("gitdir:").strip())
    if not (place / "HEAD").is_file():
        return []
    common = place / "commondir"
    shared = place / common.read_text("utf-8").strip() if common.is_file() else place
    return list(dict.fromkeys((place, Path(os.path.normpath(shared)))))


def walk(root):
    """Yield (folder, its files as os.DirEntry) of all that the checks look at; the coach's notes are not among it."""
    top = os.fspath(root)
    todo = [top, os.path.join(top, ".coach", "buckets")]
    yield from records(Path(root) / ".coach" / "server.json")  # the bucket server's start
    while todo:
        folder = todo.pop()
        files, folders = entries(folder)
        yield folder, files
        skipped = NOISE | OF_DVC if os.path.basename(folder) == ".dvc" else NOISE
        todo += [
            e.path for e in folders if e.name not in skipped and not is_apart(e, folder == top)
        ]
        if any(entry.name == ".git" for entry in (*files, *folders)):
            for place in git_folders(folder):
                for name in OF_GIT:
                    yield from records(place / name)


def is_apart(entry, at_top):
    """Say whether a folder is Git's or the coach's, an environment, or some tool's hidden folder."""
    hidden = entry.name.startswith(".") and entry.name != ".dvc"
    return (hidden and at_top) or os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))


def records(path):
    """Yield (folder, files) of a file or a folder of Git."""
    if path.is_dir():
        for folder, _, _ in os.walk(path):
            yield folder, entries(folder)[0]
    elif path.exists():
        found = entries(path.parent)[0]
        yield str(path.parent), [entry for entry in found if entry.name == path.name]


def entries(folder):
    """Return a folder's files and folders; what has just been taken away has none."""
    files, folders = [], []
    try:
        with os.scandir(folder) as found:
            for entry in found:
                (folders if entry.is_dir(follow_symlinks=False) else files).append(entry)
    except OSError:
        pass
    return files, folders


def state(root):
    """Return a hash of the name, size and time of all that the checks look at; equal means nothing to check anew."""
    lines = []
    for _, files in walk(root):
        for entry in files:
            with contextlib.suppress(OSError):  # a stage that is running has just taken it away
                about = entry.stat(follow_symlinks=False)
                lines.append(f"{entry.path}\0{about.st_size}\0{about.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogatepass")).hexdigest()


def gives_events(root):
    """Say whether the system tells of changes in this folder: not where another system holds the files."""
    asked = os.environ.get("WATCHFILES_FORCE_POLLING", "").lower()
    if asked:
        return asked in ("false", "disable", "disabled")
    return not kind_of_disk(root).startswith(WITHOUT_EVENTS)


def kind_of_disk(root, table="/proc/self/mounts"):
    """Return the type of the file system that a folder lies in; "" where the system does not say (not Linux)."""
    try:
        text = Path(table).read_text("utf-8", "replace")
    except OSError:
        return ""
    kind, longest, root = "", -1, Path(root).resolve()
    for line in text.splitlines():
        _, place, found, *_ = line.split(" ")
        place = Path(place.replace("\\040", " "))
        if len(place.parts) >= longest and root.is_relative_to(place):
            kind, longest = found, len(place.parts)
    return kind


def follow(root, tell, note, stop):
    """Call `tell()` after each change below the root, until the event `stop` is set; `note(text)` where it has to poll."""
    import watchfiles

    polling = not gives_events(root)
    if polling:
        note("This folder tells of no changes, so the coach looks for them.")
    while not stop.is_set() and os.path.isdir(root):
        folders = watched(root)
        flat = polling or sys.platform == "linux"
        try:
            for changes in watchfiles.watch(
                *(folders if flat else [root]),
                watch_filter=matters,
                recursive=not flat,
                stop_event=stop,
                force_polling=polling,
                poll_delay_ms=delay(root) if polling else 300,
                ignore_permission_denied=False,  # true would pass over the limit of inotify too
                raise_interrupt=False,
            ):
                tell()
                if flat and any(path in folders or os.path.isdir(path) for _, path in changes):
                    break  # folders came or went: watch those that are there now
        except FileNotFoundError:
            time.sleep(0.2)  # a folder went between two looks
        except Exception as error:
            if polling:
                raise
            polling = (
                True  # this needs nothing of the system, such as room below a limit of inotify
            )
            reason = str(error).partition(" about [")[0].rstrip(".")
            note(f"The system does not tell of changes ({reason}), so the coach looks for them.")
        tell()


def watched(root):
    """Return the folders to be told of: those that the checks look at, and where new ones can appear."""
    folders = {folder for folder, _ in walk(root)} | {os.path.join(root, ".coach")}
    return sorted(each for each in folders if os.path.isdir(each) and os.access(each, os.R_OK))


def matters(_, path):
    """Say whether a change can be one of what the checks look at; this only saves looks."""
    path = Path(path).as_posix()
    return not any(noise in path for noise in QUIET)


def delay(root):
    """Return how long to wait between two looks, in ms: at most a twentieth of the time goes into looking."""
    before = time.perf_counter()
    state(root)
    return max(500, int(20_000 * (time.perf_counter() - before)))
