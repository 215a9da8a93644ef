"""The port of the local bucket server: which one `.env` names, and whether it is free."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

from coach import environment
from coach.buckets.errors import BucketError

HOST = "STORAGE_EMULATOR_HOST"
USUAL = 4443


def url(port) -> str:
    """Return the address of a server on this machine."""
    return f"http://127.0.0.1:{port}"


def port_of(root) -> int:
    """Return the port that `.env` names; anything but a port of this machine is a BucketError."""
    file, value = Path(root) / ".env", environment.read_env(root).get(HOST)
    try:
        parts = urlsplit(value or "")
        if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost") and parts.port:
            return check_port(parts.port)
    except ValueError:
        pass
    raise BucketError(
        found=f"{HOST}={value}" if value else f"no {HOST}" if file.exists() else "no such file",
        expected=f"{HOST}={url(USUAL)}, or another port",
        where=file,
        next=f"`coach bucket start --port {USUAL}`",
    )


def check_port(port) -> int:
    """Return the port, if a program without special rights may listen on it."""
    if not 1024 <= port <= 65535:
        next = f"`coach bucket start --port {USUAL}`"
        expected = "a port from 1024 to 65535"
        raise BucketError(found=f"port {port}", expected=expected, where="the port", next=next)
    return port


def is_silent(port) -> bool:
    """Say whether nothing accepts connections on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


def free_port(after) -> int:
    """Return a free port, close behind another one."""
    for port in range(after + 1, min(after + 200, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return USUAL
