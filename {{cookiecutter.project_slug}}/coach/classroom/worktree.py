"""Write a commit's files into a folder, without Git: no filter, no link, no submodule, nothing huge."""

from __future__ import annotations

import re
from pathlib import Path
from subprocess import DEVNULL, PIPE
from threading import Thread

from coach.classroom.intake import run, start
from coach.classroom.theirs import Refused

# A name that, on Windows at least, means something else: a device, a stream, the same without its end.
NO_NAME = re.compile(
    r"|.*[\\:].*|.*[. ]|(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\..*)?",
    re.IGNORECASE | re.DOTALL,
)
MOST_FILES, LARGEST_FILE, LARGEST = 20_000, 10_000_000, 100_000_000


def write(folder, commit, ours):
    """Write the files of a commit but those that are the same as ours; return (these as {path: id}, what was left out).

    `ours` is {path: blob id} of the checks and the coach. They are most of the files, and to make a file takes longest.
    """
    files, left_out = chosen(run(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit))
    same = {path: name for (_, name), path in files.items() if ours.get(path) == name}
    files = {entry: path for entry, path in files.items() if path not in same}
    for path, data in zip(files.values(), blobs(folder, list(files))):
        problem = write_file(folder, path, data)
        left_out += [problem] if problem else []
    return same, left_out


def chosen(listing):
    """Return ({number and id: path} of the plain files, sentences on what is none)."""
    files, left_out, size = {}, [], 0
    entries = [entry for entry in listing.decode("utf-8", "surrogateescape").split("\0") if entry]
    if len(entries) > MOST_FILES:
        raise Refused(f"its last commit has more than {MOST_FILES} files")
    for number, entry in enumerate(entries):
        facts, _, path = entry.partition("\t")
        mode, _, identity, length = facts.split()
        if mode not in ("100644", "100755", "100664"):
            left_out.append(f"{path} is a {'submodule' if mode == '160000' else 'link'}")
        elif int(length) > LARGEST_FILE:
            left_out.append(f"{path} is too large ({int(length) // 10**6} MB)")
        else:
            files[number, identity], size = path, size + int(length)
    if size > LARGEST:
        raise Refused(f"the files of its last commit are too large ({size // 10**6} MB)")
    return files, left_out


def blobs(folder, wanted):
    """Yield the bytes of these blobs, in their order."""
    names = "".join(f"{identity}\n" for _, identity in wanted).encode()
    process = start(
        folder, "cat-file", "--batch", "--buffer", stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    with process:
        feeder = Thread(target=lambda: (process.stdin.write(names), process.stdin.close()))
        feeder.start()
        for _ in wanted:
            head = process.stdout.readline().split()
            if len(head) != 3:
                raise Refused("a file of its last commit is missing")
            yield process.stdout.read(int(head[2]) + 1)[:-1]
        feeder.join()


def write_file(folder, path, data):
    """Write one file; return a sentence where its path is none of this system, or of Windows."""
    parts = path.split("/")
    if parts[0].lower() in (".git", "git~1") or any(map(NO_NAME.fullmatch, parts)):
        return f"{path} is no path for a file"
    try:
        file = Path(folder, *parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except (OSError, ValueError) as error:
        return f"{path} could not be written ({error.__class__.__name__})"
    return None
