"""How the two buckets are, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from coach import environment
from coach.buckets import filling, gcs, server
from coach.buckets.errors import BucketError, NoBucket, down
from coach.buckets.ports import port_of, url


@dataclass(frozen=True)
class Status:
    """How the buckets are; `problem` is a BucketError, or None where all is well. Its text is for people."""

    url: str
    raw: str
    cache: str
    raw_objects: int | None = None
    cache_objects: int | None = None
    pid: int | None = None
    problem: BucketError | None = None
    notes: tuple[str, ...] = ()

    def __str__(self):
        lines = [*self.notes, f"server  {self.url}" + (f", process {self.pid}" if self.pid else "")]
        for name, uri in (("raw", self.raw), ("cache", self.cache)):
            count = getattr(self, f"{name}_objects")
            lines.append(
                f"{name:<7} {uri}, " + ("not reached" if count is None else f"{count} objects")
            )
        if self.problem:
            lines += [
                f"{fact.capitalize():>8}: {getattr(self.problem, fact)}"
                for fact in ("expected", "found", "where", "next")
            ]
        return "\n".join(lines)


def status(root, notes=()) -> Status:
    """Return how the buckets are, within seconds; what is wrong is in it, not raised."""
    root, answers = Path(root), environment.answers(root)
    found = {"url": gcs.CLOUD, "raw": answers.raw, "cache": answers.cache, "notes": tuple(notes)}
    try:
        if answers.local:
            found["url"] = url(port_of(root))
            found["pid"] = check_server(root, port_of(root))
        store = storage(root, answers)
        found["cache_objects"] = len(store.list(*gcs.split(answers.cache)))
        found["raw_objects"] = len(store.list(*gcs.split(answers.raw)))
        if files := filling.lacking(store, answers):
            raise filling.incomplete(answers, files)
    except BucketError as error:
        found["problem"] = own_bucket(error) if answers.local else error
    return Status(**found)


def check_server(root, port) -> int | None:
    """Return the process id of this workshop's server; a BucketError says who is on the port instead."""
    who = server.owner(root, port)
    if who is None:
        raise down(url(port), True, "nothing listens there")
    if who != server.OURS:
        raise server.taken(port, who)
    try:
        return json.loads(environment.read_text(record(root)))["pid"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def own_bucket(error) -> BucketError:
    """Return the error; a bucket of the workshop's own that is gone is made by a new start."""
    if isinstance(error, NoBucket):
        error.next = "`coach bucket start`"
    return error


def storage(root, answers) -> gcs.Storage:
    """Return the client of the workshop's buckets; the local port is the one in `.env`."""
    return gcs.Storage(url(port_of(root))) if answers.local else gcs.Storage.cloud()


def record(root) -> Path:
    """Return the file that keeps the server's process id and port, for people; nothing is ended by it."""
    return Path(root) / ".coach" / "server.json"
