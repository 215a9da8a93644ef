"""Which processes run on this machine, and by what command lines, on every system without a library."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

WINDOWS = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }'
LISTINGS = {
    "win32": ["powershell", "-NoProfile", "-NonInteractive", "-Command", WINDOWS],
    "other": ["ps", "-axww", "-o", "pid=,command="],
}


def command_lines() -> dict[int, str]:
    """Return {process id: command line} of what may be seen; a process that has ended has no command line."""
    if sys.platform == "linux":
        return dict(from_proc())
    listing = subprocess.run(
        LISTINGS.get(sys.platform, LISTINGS["other"]), capture_output=True, timeout=20, check=True
    )
    return parse(listing.stdout.decode("utf-8", "replace"))


def from_proc():
    """Yield (process id, command line) from Linux's /proc."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:  # it has just ended
                continue
            yield int(folder.name), line.replace(b"\0", b" ").decode("utf-8", "replace")


def parse(listing) -> dict[int, str]:
    """Return {process id: command line} of lines with both."""
    pairs = (line.strip().partition(" ") for line in listing.splitlines())
    return {int(pid): command for pid, _, command in pairs if pid.isdigit()}


def end(pid, force=False):
    """Ask a process to end, or force it to; on Windows both are the same."""
    number = signal.SIGKILL if force and os.name == "posix" else signal.SIGTERM
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def forget(pid):
    """Let a child of this process that has ended leave the table of processes."""
    if os.name == "posix":
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # it is another process's
            pass
