"""What can be wrong between this machine and a bucket, in words, each with the command that mends it."""

from __future__ import annotations

from coach.environment import Trouble

SIGN_IN = "`gcloud auth application-default login`, then `coach doctor`"


class BucketError(Trouble):
    """What is wrong with a bucket or its server, and the command that mends it."""


class ServerDown(BucketError):
    """Nothing answers at the server's address."""


class NoBucket(BucketError):
    """The server has no bucket of this name."""


class NoCredentials(BucketError):
    """The cloud does not let us in."""


class NoObject(BucketError):
    """The bucket has no object of this name."""


def down(url, local, why) -> ServerDown:
    """Return the error of a server that does not answer."""
    return ServerDown(
        found=f"no answer ({why})",
        expected="the bucket server, running" if local else "Google Cloud Storage, within reach",
        where=url,
        next="`coach bucket start`" if local else "connect to the internet, then `coach doctor`",
    )


def denied(url, why, bucket=None) -> NoCredentials:
    """Return the error of a server that does not let us in."""
    return NoCredentials(
        found=why,
        expected=f"access to gs://{bucket}" if bucket else "credentials for Google Cloud Storage",
        where=f"{url}; GOOGLE_APPLICATION_CREDENTIALS in .env, or the sign-in of gcloud",
        next=SIGN_IN,
    )


def no_bucket(url, local, bucket, others) -> NoBucket:
    """Return the error of a bucket that is not there; `others` are the names of those that are."""
    names = ", ".join(f"gs://{name}" for name in sorted(others))
    start = "`coach bucket start`" if not others else "`coach doctor`"
    return NoBucket(
        found=f"no bucket gs://{bucket}",
        expected=f"one of {names}" if names else f"the bucket gs://{bucket}",
        where=url,
        next=start if local else f"`gcloud storage buckets create gs://{bucket}`",
    )


def no_object(url, bucket, name) -> NoObject:
    """Return the error of an object that is not there."""
    return NoObject(
        found=f"no object gs://{bucket}/{name}",
        expected="an object (a file in the bucket) of this name",
        where=url,
        next="`coach bucket status`",
    )


def strange(url, local, found) -> BucketError:
    """Return the error of a server that answers as Google Cloud Storage does not."""
    return BucketError(
        found=found,
        expected="an answer as Google Cloud Storage gives it",
        where=url,
        next="`coach bucket start`" if local else "`coach doctor`",
    )
