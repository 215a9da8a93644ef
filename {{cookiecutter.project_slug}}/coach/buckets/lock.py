"""One `coach bucket` command at a time in a workshop."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from coach.buckets.errors import BucketError


@contextmanager
def only_one(root, seconds=60):
    """Let one start, stop or reset at a time do its work; the lock ends with the process that holds it."""
    try:
        from filelock import FileLock, Timeout
    except ImportError as error:
        expected, where = "the workshop's environment", "this Python environment"
        next = "`pipenv install --dev`"
        raise BucketError(found=error, expected=expected, where=where, next=next) from None
    file = Path(root) / ".coach" / "bucket.lock"
    file.parent.mkdir(exist_ok=True)
    lock = FileLock(file, timeout=seconds)
    try:
        lock.acquire()
    except Timeout:
        expected, next = (
            "one of them at a time",
            "wait for it to end; `coach bucket status` then answers",
        )
        found = "another `coach bucket` command at work"
        raise BucketError(found=found, expected=expected, where=file, next=next) from None
    try:
        yield
    finally:
        lock.release()
