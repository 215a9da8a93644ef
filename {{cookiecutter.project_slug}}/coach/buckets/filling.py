"""The raw data in the raw bucket: what is missing there, and putting it in."""

from __future__ import annotations

from pathlib import Path

from coach.buckets import gcs, rawdata
from coach.buckets.errors import BucketError, NoCredentials

PROBE = "coach-access-check"


def raw_place(answers) -> tuple[str, str]:
    """Return (bucket, prefix with a slash) of the raw data."""
    bucket, prefix = gcs.split(answers.raw)
    return bucket, f"{prefix}/{answers.data}/".lstrip("/")


def lacking(store, answers) -> dict[str, str]:
    """Return {file name: `missing` or `changed`} of the raw data, by the checksums of the data set."""
    bucket, prefix = raw_place(answers)
    blobs = store.list(bucket, prefix)
    found = {}
    for name, md5 in rawdata.DATASETS[answers.data].md5.items():
        blob = blobs.get(prefix + name)
        if blob is None:
            found[name] = "missing"
        elif blob.md5 not in (None, md5):
            found[name] = "changed"
    return found


def incomplete(answers, files, next="`coach bucket start`") -> BucketError:
    """Return the error of a raw bucket without all of its files."""
    return BucketError(
        found=", ".join(f"{name} {state}" for name, state in files.items()),
        expected=f"the four files of {answers.data}, whole",
        where="gs://" + "/".join(raw_place(answers)),
        next=next,
    )


def fill(root, store, answers) -> list[str]:
    """Put what is lacking into the raw bucket and say so; in the cloud nothing is overwritten."""
    files = lacking(store, answers)
    if not files:
        return []
    bucket, prefix = raw_place(answers)
    changed = next((name for name, state in files.items() if state == "changed"), None)
    if changed and not store.local:
        raise incomplete(
            answers,
            files,
            f"`gcloud storage rm gs://{bucket}/{prefix}{changed}`, then `coach bucket start`",
        )
    made = rawdata.make(answers.data, cache_dir=Path(root) / ".coach" / "downloads")
    for name in files:
        try:
            store.put(bucket, prefix + name, made[name])
        except NoCredentials:
            ask = "ask the owner of the bucket to run `coach bucket start` in a workshop like this one"
            raise incomplete(answers, files, ask) from None
    return [f"{len(files)} files of {answers.data} were put into gs://{bucket}/{prefix}"]


def check_access(store, answers):
    """Raise a BucketError unless the raw bucket can be read and the cache bucket written."""
    store.list(*raw_place(answers))
    bucket, prefix = gcs.split(answers.cache)
    name = f"{prefix}/{PROBE}".lstrip("/")
    store.list(bucket, name)
    store.put(bucket, name, b"")
    store.delete(bucket, name)
