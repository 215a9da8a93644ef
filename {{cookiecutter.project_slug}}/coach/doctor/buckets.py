"""The doctor's checks of the buckets: reached, the right ones, and DVC on its way to them."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from pathlib import Path

from coach import environment
from coach.buckets import credentials as google
from coach.buckets import filling, gcs
from coach.buckets import status as bucket_status
from coach.buckets.errors import NoBucket, denied
from coach.doctor import dvcconfig
from coach.doctor.machine import SLOW, run


def credentials(root) -> str | None:
    """In the cloud: Google lets this machine in."""
    if environment.answers(root).local:
        return None
    try:
        token = google.token()
    except google.NoToken as error:
        raise denied(gcs.CLOUD, str(error)) from None
    if not token:
        raise denied(gcs.CLOUD, "no credentials")
    return "Google Cloud accepts them"


def reached(root) -> str:
    """Both buckets answer, and the raw data is whole."""
    status = bucket_status.status(root)
    if status.problem:
        raise status.problem
    raw, cache = (f"{n} objects" for n in (status.raw_objects, status.cache_objects))
    return f"{status.url}, {status.raw} ({raw}), {status.cache} ({cache})"


def default_remote(root) -> str:
    """DVC's default remote, where there is one, is on the cache bucket."""
    answers, (name, url) = environment.answers(root), remote(root)
    if name is None:
        return "none yet"
    if gcs.split(url)[0] != gcs.split(answers.cache)[0] or not url.startswith("gs://"):
        place = gcs.split(url)[1] if url.startswith("gs://") else Path(root).resolve().name
        command = shlex.join(["dvc", "remote", "add", "-f", "-d", name, f"{answers.cache}/{place}"])
        raise dvcconfig.wrong(
            f"{name}, {url or 'without a URL'}", f"a place in {answers.cache}", command
        )
    key = dvcconfig.value(root, f'remote "{name}"', "credentialpath")
    if key and not Path(root, ".dvc", key).expanduser().is_file():
        raise dvcconfig.wrong(
            f"credentialpath = {key}, where no file is",
            "a key that is there, or no credentialpath: the buckets on this machine need none",
            f"dvc remote modify --local {name} --unset credentialpath",
            ".dvc/config.local",
        )
    try:
        bucket_status.storage(root, answers).list(*gcs.split(url))
    except NoBucket as error:
        raise bucket_status.own_bucket(error) if answers.local else error
    return f"{name}, {url}"


def remote(root) -> tuple[str | None, str]:
    """Return (name, URL) of the default remote as DVC reads it; (None, "") where there is none."""
    name = dvcconfig.value(root, "core", "remote") or None
    return name, dvcconfig.value(root, f'remote "{name}"', "url") if name else ""


def dvc_reads(root) -> str | None:
    """DVC itself, once it is installed, lists the raw data."""
    if not find_spec("dvc"):
        return None
    place = "gs://" + "/".join(filling.raw_place(environment.answers(root))).rstrip("/")
    listing = run([sys.executable, "-m", "dvc", "list-url", place], root, SLOW)
    return f"{len(listing.splitlines())} files"
