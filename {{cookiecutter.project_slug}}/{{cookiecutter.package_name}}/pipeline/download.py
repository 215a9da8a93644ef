"""Copy the raw data from its bucket to data/raw: all four files, whole and checked, or nothing."""

import os
import shutil
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from fsspec.core import url_to_fs

from .. import idx, params
from ..errors import Problem, told_plainly

OUTPUT = Path("data/raw")


def main() -> None:
    """Download what params.yaml names."""
    url = params.load().download.url
    download(url, OUTPUT)
    print(f"{OUTPUT}: {len(idx.FILES)} files from {url}")


def download(url: str, output: Path) -> None:
    """Replace the folder by a checked copy; on a Problem it stays as it was."""
    check_server(url)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=output.parent) as scratch:
        copy = Path(scratch) / output.name
        copy.mkdir()
        fetch(url, copy)
        check(url, copy)
        shutil.rmtree(output, ignore_errors=True)
        copy.rename(output)


def fetch(url: str, folder: Path) -> None:
    """Copy the four files into the folder."""
    for name in idx.FILES:
        source = f"{url.rstrip('/')}/{name}"
        try:
            filesystem, path = url_to_fs(source)
            filesystem.get_file(path, str(folder / name))
        except Exception as error:  # each kind of bucket has its own errors
            missing = isinstance(error, FileNotFoundError)
            found = "no such file" if missing else f"{type(error).__name__}: {error}"
            remedy = "correct download.url in params.yaml, then `dvc repro`"
            raise Problem(source, found, "one of MNIST's four files", remedy) from error


def check(url: str, folder: Path) -> None:
    """Raise a Problem that names the source if a copied file is damaged or does not fit."""
    try:
        idx.load(folder)
    except Problem as problem:
        problem.where = f"{url.rstrip('/')}/{Path(problem.where).name}"
        problem.next = "mend the file at its source, then `dvc repro download`"
        raise


def check_server(url: str) -> None:
    """Raise a Problem at once if the local bucket server is meant but does not answer."""
    host = os.environ.get("STORAGE_EMULATOR_HOST", "")
    if host in ("", "default") or not url.startswith(("gs://", "gcs://")):
        return
    server = urlsplit(host if "://" in host else f"http://{host}")
    try:
        socket.create_connection((server.hostname or "127.0.0.1", server.port or 80), 1).close()
    except OSError as error:
        # gcsfs would try again, silently, for half a minute.
        expected = "the bucket server that STORAGE_EMULATOR_HOST names"
        raise Problem(host, f"no answer ({error})", expected, "`coach bucket start`") from None


if __name__ == "__main__":
    with told_plainly():
        main()
