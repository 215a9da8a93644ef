"""A small client of Google Cloud Storage's JSON API, local or cloud; quick to import, and it never hangs."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import urllib.error
import urllib.parse
from dataclasses import dataclass

from coach.buckets import credentials, errors
from coach.buckets.errors import BucketError, NoBucket, NoCredentials, NoObject, ServerDown
from coach.buckets.http import Connection

__all__ = ["Blob", "BucketError", "NoBucket", "NoCredentials", "NoObject", "ServerDown", "Storage"]

CLOUD = "https://storage.googleapis.com"


@dataclass(frozen=True)
class Blob:
    """An object as the server lists it; the md5 is hex, or None for an object that was composed of parts.

    The etag, in hex, is what DVC records of an object that a stage depends on.
    """

    size: int
    md5: str | None
    etag: str


def split(uri) -> tuple[str, str]:
    """Return (bucket, prefix) of `gs://bucket/prefix`; the prefix has no slash at its ends."""
    bucket, _, prefix = str(uri).removeprefix("gs://").partition("/")
    return bucket, prefix.strip("/")


class Storage:
    """The objects of one server; every method answers or raises a BucketError within seconds."""

    page = 1000

    def __init__(self, url, token=None):
        self.http = Connection(url, token)
        self.url, self.local = self.http.url, self.http.local

    @classmethod
    def from_environment(cls) -> Storage:
        """Return the server that STORAGE_EMULATOR_HOST names, or else the cloud."""
        url = os.environ.get("STORAGE_EMULATOR_HOST")
        try:
            return cls(url) if url else cls.cloud()
        except ValueError:
            where = "STORAGE_EMULATOR_HOST"
            raise errors.strange(where, True, f"{url}, which is no address") from None

    @classmethod
    def cloud(cls) -> Storage:
        """Return Google's own server, entered with this machine's credentials."""
        return cls(CLOUD, token=credentials.token)

    def buckets(self) -> dict[str, str]:
        """Return {bucket: location} of a local server."""
        answer = self._json("GET", "/storage/v1/b", {"project": "workshop"})
        return {item["name"]: item.get("location", "") for item in answer.get("items", [])}

    def list(self, bucket, prefix="") -> dict[str, Blob]:
        """Return {name: Blob} of all objects whose names begin with the prefix."""
        found, query = {}, {"prefix": prefix, "maxResults": self.page}
        while True:
            answer = self._json("GET", f"/storage/v1/b/{quote(bucket)}/o", query, bucket)
            for item in answer.get("items", []):
                found[item["name"]] = blob(item)
            if not answer.get("nextPageToken"):
                return found
            query["pageToken"] = answer["nextPageToken"]

    def get(self, bucket, name) -> bytes:
        """Return an object's bytes."""
        return self._call("GET", object_path(bucket, name), {"alt": "media"}, bucket, name)

    def put(self, bucket, name, data):
        """Store an object, and make sure that the server received every byte of it."""
        path = f"/upload/storage/v1/b/{quote(bucket)}/o"
        query = {"uploadType": "media", "name": name}
        stored = blob(self._json("POST", path, query, bucket, data=data))
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if (stored.size, stored.md5 or md5) != (len(data), md5):
            counts = f"{stored.size} of {len(data)} bytes"
            raise self._strange(f"gs://{bucket}/{name} arrived damaged, with {counts}")

    def delete(self, bucket, name):
        """Remove an object."""
        self._call("DELETE", object_path(bucket, name), {}, bucket, name)

    def _json(self, method, path, query, bucket=None, data=None) -> dict:
        answer = self._call(method, path, query, bucket, data=data)
        try:
            found = json.loads(answer)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not str(found.get("kind", "")).startswith("storage#"):
            raise self._strange("an answer that is not Google Cloud Storage's")
        return found

    def _call(self, method, path, query, bucket=None, name=None, data=None) -> bytes:
        try:
            return self.http.send(method, f"{path}?{urllib.parse.urlencode(query)}", data)
        except credentials.NoToken as error:
            raise errors.denied(self.url, str(error), bucket) from None
        except urllib.error.HTTPError as error:
            raise self._refused(error, bucket, name) from None
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "reason", error) or type(error).__name__
            raise errors.down(self.url, self.local, why) from None

    def _refused(self, error, bucket, name) -> BucketError:
        """Return what a refusal means; only the server's own words make it a missing bucket."""
        if error.code in (401, 403):
            who = "credentials without access" if self.http.token else "no credentials"
            return errors.denied(self.url, f"{who} (status {error.code})", bucket)
        if error.code == 404 and name is not None:
            return self._missing(bucket, name)
        if error.code == 404 and bucket is not None and speaks_json(error):
            others = self.buckets() if self.local else {}
            return errors.no_bucket(self.url, self.local, bucket, others)
        return self._strange(f"status {error.code} {error.reason}")

    def _strange(self, found) -> BucketError:
        return errors.strange(self.url, self.local, found)

    def _missing(self, bucket, name) -> BucketError:
        """Return which of the two is missing: the object or its bucket."""
        try:
            self.list(bucket, prefix=name)
        except BucketError as error:
            return error
        return errors.no_object(self.url, bucket, name)


def speaks_json(error) -> bool:
    """Say whether a refusal has the form that Google's servers give it."""
    try:
        return "error" in json.loads(error.read())
    except (ValueError, TypeError, OSError, http.client.HTTPException):
        return False


def quote(text) -> str:
    """Return a name as one part of a path."""
    return urllib.parse.quote(text, safe="")


def object_path(bucket, name) -> str:
    """Return the path of an object."""
    return f"/storage/v1/b/{quote(bucket)}/o/{quote(name)}"


def blob(item) -> Blob:
    """Return the Blob of an object's description."""
    md5, etag = item.get("md5Hash"), item.get("etag", "")
    return Blob(
        int(item["size"]),
        base64.b64decode(md5).hex() if md5 else None,
        base64.b64decode(etag).hex(),
    )
