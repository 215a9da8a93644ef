"""The objects of the cache bucket on this machine, kept with a save and brought back with it."""

from __future__ import annotations

from coach import environment
from coach.buckets import gcs, server, status
from coach.buckets.errors import BucketError
from coach.saves import store


def reached(root):
    """Return (client, bucket) of this workshop's own cache bucket on this machine; None where it is not reached."""
    answers = environment.answers(root)
    if not answers.local:  # in the cloud others may use it, and pushing never overwrites there
        return None
    try:
        client = status.storage(root, answers)
        if server.mark(root) not in client.buckets().values():
            return None
        return client, gcs.split(answers.cache)[0]
    except BucketError:
        return None


def take(root) -> dict | None:
    """Keep the contents of the cache bucket that are not kept yet; return {name: md5}, None where it is not reached."""
    place = reached(root)
    if place is None:
        return None
    (client, bucket), found = place, {}
    try:
        for name, blob in client.list(bucket).items():
            kept = blob.md5 and store.content(root, blob.md5).exists()
            found[name] = blob.md5 if kept else store.add(root, [client.get(bucket, name)])
    except BucketError:
        return None
    return found


def objects(root) -> dict | None:
    """Return {object: md5} of the cache bucket, None where it is not reached."""
    place = reached(root)
    return place and listed(*place)


def listed(client, bucket) -> dict:
    """Return {object: md5} of a bucket."""
    return {name: blob.md5 for name, blob in client.list(bucket).items()}


def bring_back(root, saved) -> bool:
    """Make the cache bucket as a save has it; say whether it was reached."""
    place = reached(root)
    if place is None or saved is None:
        return saved is None
    client, name = place
    now = listed(client, name)
    for each in now.keys() - saved.keys():
        client.delete(name, each)
    for each, md5 in saved.items():
        if now.get(each) != md5:
            client.put(name, each, store.content(root, md5).read_bytes())
    return True
