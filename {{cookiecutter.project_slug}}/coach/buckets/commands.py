"""The raw and the cache bucket, made ready for use: on this machine or in the cloud."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from coach import environment
from coach.buckets import filling, gcs, server
from coach.buckets.errors import BucketError
from coach.buckets.lock import only_one
from coach.buckets.ports import HOST, check_port, port_of, url
from coach.buckets.status import Status, record, status, storage


def start(root, port=None) -> Status:
    """Make sure that both buckets can be used and that the raw data is in them; safe to call again at any time."""
    root, answers = Path(root), environment.answers(root)
    environment.make_env(root)
    if not answers.local:
        if port is not None:
            only_local(root, "start --port")
        filling.check_access(gcs.Storage.cloud(), answers)
        return status(root, filling.fill(root, gcs.Storage.cloud(), answers))
    with only_one(root):
        notes = start_server(root, answers, port)
        notes += filling.fill(root, storage(root, answers), answers)
    return status(root, notes)


def start_server(root, answers, port) -> list[str]:
    """Let this workshop's server listen on the port, and `.env` name it; return what was done."""
    port = check_port(port) if port is not None else port_of(root)
    make_folders(root, answers)
    who, notes = server.owner(root, port), []
    if who not in (None, server.OURS, server.BROKEN):
        raise server.taken(port, who)
    if who != server.OURS:
        server.end(root)  # one that is broken, or on another port
        keep_record(root, server.launch(root, port), port)
        notes.append(f"The bucket server runs on port {port}.")
    elif not record(root).exists():
        keep_record(root, next(iter(server.find(root)), None), port)
    if environment.read_env(root).get(HOST) != url(port):
        environment.set_env(root, HOST, url(port))
        notes.append(
            f"`.env` now names port {port}: leave an open `pipenv shell` (`exit`) and enter it again."
        )
    elif os.environ.get(HOST, url(port)) != url(port):
        notes.append(
            f"This shell still has {HOST}={os.environ[HOST]}: leave it (`exit`), then `pipenv shell`."
        )
    return notes


def stop(root) -> str:
    """Stop the local server and say so; what is in the buckets stays."""
    only_local(root, "stop")
    with only_one(root):
        running = server.find(root)
        server.end(root)
        record(root).unlink(missing_ok=True)
    return (
        "The bucket server has stopped; its data stays."
        if running
        else "The bucket server was not running."
    )


def reset(root) -> Status:
    """Empty the cache bucket and fill the raw bucket anew."""
    only_local(root, "reset")
    with only_one(root):
        server.end(root)
        if server.folder(root).exists():
            shutil.rmtree(server.folder(root))
    return start(root)


def make_folders(root, answers):
    """Make the folders that the local server shows as buckets."""
    for uri in (answers.raw, answers.cache):
        (server.folder(root) / gcs.split(uri)[0]).mkdir(parents=True, exist_ok=True)


def keep_record(root, pid, port):
    """Write the record, whole or not at all."""
    environment.write(record(root), json.dumps({"pid": pid, "port": port}) + "\n")


def only_local(root, what):
    """Raise a BucketError unless the buckets are on this machine."""
    if not environment.answers(root).local:
        raise BucketError(
            found='buckets = "cloud"',
            expected=f"buckets on this machine, the only ones for `coach bucket {what}`",
            where="pyproject.toml, [tool.coach]",
            next="`coach bucket status`",
        )
