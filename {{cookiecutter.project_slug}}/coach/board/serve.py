"""Listen, serve, and end in order."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
from pathlib import Path

from coach.buckets.ports import free_port
from coach.environment import Trouble

ANYWHERE = {"0.0.0.0", "::", ""}


def listen(host, port) -> socket.socket:
    """Return a socket that listens, by `::` for IPv4 too; a Trouble where the port or the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, backlog=1024, dualstack_ipv6=both)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            raise taken(host, port) from None
        if number == errno.EACCES:
            raise forbidden(port) from None
        raise nowhere(host, error) from None


def taken(host, port) -> Trouble:
    """Return the Trouble of a port that another program has."""
    return Trouble(
        found="another program that listens there; is it a board that runs already?",
        expected="a port that nobody uses",
        where=f"{host}, port {port}",
        next=f"end the other one, or `coach board --port {free_port(port)}`",
    )


def forbidden(port) -> Trouble:
    """Return the Trouble of a port that this user may not have."""
    return Trouble(
        found="the system does not let you listen there",
        expected="a port that it gives you; it mostly keeps those below 1024, and Windows keeps others, too",
        where=f"port {port}",
        next="`coach board --port 0` takes one that is free; name that one when you start it again",
    )


def nowhere(host, error) -> Trouble:
    """Return the Trouble of an address that this machine does not have."""
    return Trouble(
        found=f"no such address here: {error}",
        expected="127.0.0.1 (this machine only), 0.0.0.0 (all networks), or an address of this machine",
        where=f"--host {host}",
        next="`coach board --host 0.0.0.0`",
    )


@contextlib.contextmanager
def alone(file: Path):
    """Let one board at a time have the class; a Trouble for a second one."""
    from filelock import FileLock, Timeout

    lock = FileLock(file.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Trouble(
            found="a board of this workshop that runs already",
            expected="one board at a time",
            where=file,
            next="go to its terminal; Ctrl-C there ends it, then `coach board`",
        ) from None
    try:
        yield
    finally:
        lock.release()


def address(listener) -> str:
    """Return how others reach a socket: where it listens everywhere, by this machine's address in the network."""
    host, port = listener.getsockname()[:2]
    if host in ANYWHERE:
        host = of_this_machine()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def of_this_machine() -> str:
    """Return this machine's address in the network, as the system would send from it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that is nobody's (RFC 5737)
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()


def serve(app, listener):
    """Serve until Ctrl-C; open pages do not delay the end."""
    import uvicorn

    from coach.board import limits
    from coach.board.shield import Shield

    allow_many_connections()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        Shield(app),
        http=limits.Protocol,
        ws="none",
        log_config=None,
        log_level="critical",  # no addresses of learners in the terminal
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=limits.MOST_CONNECTIONS,
        timeout_graceful_shutdown=3,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run([listener])


def allow_many_connections():
    """Raise the number of files that this process may have open, where the system counts connections among them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
