"""The raw data: handwritten digits as MNIST's own four files, with their source, licence and checksums."""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import struct
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coach.environment import Trouble


@dataclass(frozen=True)
class Dataset:
    """Where a data set comes from, what its licence allows, and the md5 of each of its files."""

    title: str
    source: str
    licence: str
    md5: dict[str, str]


DATASETS = {
    "digits": Dataset(
        "Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak, 1998), its test set",
        "https://archive.ics.uci.edu/dataset/80, as it ships with scikit-learn",
        "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        {
            "train-images-idx3-ubyte.gz": "8f9996ec2edf81d7886a7d669c9e2428",
            "train-labels-idx1-ubyte.gz": "79b33b5cdf0b877d75fca28d5b34a732",
            "t10k-images-idx3-ubyte.gz": "55264001809fd1313917e103c60f0dfc",
            "t10k-labels-idx1-ubyte.gz": "1c9b7d13672ffe0ff9ecdce0061aca60",
        },
    ),
    "mnist": Dataset(
        "MNIST (Y. LeCun, C. Cortes and C. J. C. Burges, 1998), a derivative of NIST's databases",
        "http://yann.lecun.com/exdb/mnist/, from the mirror that torchvision names",
        "The authors' page states none; Keras and TensorFlow state CC BY-SA 3.0, "
        "https://creativecommons.org/licenses/by-sa/3.0/",
        {
            "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
        },
    ),
}
TRAIN = 1437  # of the 1,797 digits; the last 360 were written by other people


def make(data, mirror=None, cache_dir=None, timeout=20) -> dict[str, bytes]:
    """Return {file name: bytes} of a data set, the same bytes everywhere; a Trouble says why there are none."""
    return digits() if data == "digits" else mnist(mirror, cache_dir, timeout)


def digits() -> dict[str, bytes]:
    """Return the 1,797 real digits of 8 × 8 pixels that ship with scikit-learn."""
    try:
        import numpy as np
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise not_installed("scikit-learn", error) from None
    loaded = load_digits()
    images = np.rint(loaded.images * 255 / 16).astype(np.uint8)
    labels = loaded.target.astype(np.uint8)
    parts = {"train": slice(None, TRAIN), "t10k": slice(TRAIN, None)}
    files = {}
    for name, part in parts.items():
        files[f"{name}-images-idx3-ubyte.gz"] = pack(idx(images[part]))
        files[f"{name}-labels-idx1-ubyte.gz"] = pack(idx(labels[part]))
    return files


def idx(array) -> bytes:
    """Return an array of bytes in MNIST's format: magic number, sizes, values."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def pack(data) -> bytes:
    """Return a gzip file that is stored, not compressed, because zlib's versions compress to different bytes."""
    step = 0xFFFF
    blocks = [data[n : n + step] for n in range(0, len(data), step)] or [b""]
    body = b""
    for number, block in enumerate(blocks, 1):
        body += struct.pack("<BHH", number == len(blocks), len(block), len(block) ^ step) + block
    head = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def mnist(mirror=None, cache_dir=None, timeout=20) -> dict[str, bytes]:
    """Return MNIST's files, from `cache_dir` or else from the mirror (also MNIST_MIRROR), each with the right md5."""
    mirror = mirror or os.environ.get("MNIST_MIRROR")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(cache_dir or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name, md5 in DATASETS["mnist"].md5.items():
            if not intact(folder / name, md5):
                download(name, md5, folder, mirror, timeout)
        return {name: (folder / name).read_bytes() for name in DATASETS["mnist"].md5}


def intact(file, md5) -> bool:
    """Say whether a file is there and has this md5."""
    return file.is_file() and md5_of(file.read_bytes()) == md5


def md5_of(data) -> str:
    """Return the md5 of bytes, as hex."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def download(name, md5, folder, mirror, timeout):
    """Put one file into the folder, whole or not at all, with torchvision's downloader."""
    try:
        from torchvision.datasets import MNIST
        from torchvision.datasets.utils import download_url
    except (ImportError, RuntimeError) as error:
        raise not_installed("torchvision", error) from None
    failures = []
    for base in [mirror] if mirror else MNIST.mirrors:
        with tempfile.TemporaryDirectory(dir=folder) as part, silence_of(timeout):
            try:
                download_url(f"{base.rstrip('/')}/{name}", part, filename=name, md5=md5)
                return os.replace(Path(part) / name, folder / name)
            except (RuntimeError, OSError, ValueError, http.client.HTTPException) as error:
                failures.append(f"{base}: {error or type(error).__name__}")
    raise Trouble(
        found="; ".join(failures),
        expected=f"{name} with the md5 {md5}",
        where="the mirror of MNIST",
        next="`coach bucket start` tries again; MNIST_MIRROR=https://… in .env names another mirror",
    )


@contextmanager
def silence_of(seconds):
    """Let no connection that is made within stay silent for longer; torchvision itself waits for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def not_installed(package, error) -> Trouble:
    """Return the Trouble of a package that cannot be imported."""
    expected, next = f"{package}, to make the raw data", "`pipenv install --dev`"
    return Trouble(found=error, expected=expected, where="the environment", next=next)
