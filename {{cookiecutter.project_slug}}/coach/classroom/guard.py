"""Let this process read, and nothing else: no program but Git, no network, no code of a learner's, no file outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from coach.classroom.intake import GIT

PROGRAMS = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.fork"}
NETWORK = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
CHANGES |= {"os.chmod", "os.chown", "shutil.move", "shutil.rmtree", "shutil.copyfile"}


def install(folder, tree):
    """From now on, until this process ends, whatever would go beyond reading raises Unseen."""
    from coach.classroom.seen import Unseen

    folder, tree = (os.path.join(os.path.realpath(path), "") for path in (folder, tree))

    def follow(event, arguments):
        if what := problem(event, arguments, folder, tree):
            raise Unseen(what)

    sys.addaudithook(follow)


def problem(event, arguments, folder, tree):
    """Return what an event does that is more than reading, or None."""
    if event == "subprocess.Popen":
        return None if is_git(*arguments[:2]) else "it runs a program"
    if event in PROGRAMS:
        return "it runs a program"
    if event in NETWORK:
        return "it needs a network"
    if event in ("exec", "import"):
        return "it runs the learner's code" if is_theirs(event, arguments, tree) else None
    if event == "open" and is_written(*arguments[1:]) or event in CHANGES:
        return None if may_change(arguments[0], folder) else "it would change a file"
    return None


def is_git(executable, words):
    """Say whether a program is the Git that `intake` runs; Windows is given a text, in which it comes first."""
    if executable is None:
        return isinstance(words, str) and words.startswith(subprocess.list2cmdline([GIT, "-c"]))
    return executable == GIT


def is_theirs(event, arguments, tree):
    """Say whether code that is about to run comes from the learner's files."""
    file = getattr(arguments[0], "co_filename", "") if event == "exec" else arguments[1]
    return isinstance(file, str) and os.path.abspath(file).startswith(tree)


def is_written(mode, flags):
    """Say whether a file is opened to be changed."""
    writes = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
    return bool(set(mode or "") & set("wax+")) or bool((flags or 0) & writes)


def may_change(path, folder):
    """Say whether a file may be changed: in our own folder, or what Python keeps of compiled modules."""
    if isinstance(path, int) or path == os.devnull:
        return True
    path = os.path.abspath(os.fsdecode(path))
    return (path + os.sep).startswith(folder) or "__pycache__" in Path(path).parts
