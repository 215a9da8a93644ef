"""Read and write IDX, the format of MNIST's own files, gzipped.

An IDX file is 00 00 08 (unsigned bytes), the number of dimensions as one byte, each dimension as a
big-endian 32-bit number, then the values. Source: http://yann.lecun.com/exdb/mnist/
"""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np

from .errors import Problem

PAIRS = (
    ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
)
FILES = tuple(name for pair in PAIRS for name in pair)
CLASSES = 10


def write(path: Path, values: np.ndarray) -> None:
    """Write an array of uint8 as gzipped IDX; the same values give the same bytes."""
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    with open(path, "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(header + values.astype(np.uint8).tobytes())


def read(path: Path, dimensions: int) -> np.ndarray:
    """Return the file's values as uint8, (n,) or (n, height, width); a Problem if it is damaged."""
    raw = _unpack(path)
    start = 4 + 4 * dimensions
    magic = bytes([0, 0, 8, dimensions])
    if raw[:4] != magic:
        raise _damaged(path, f"magic number {raw[:4].hex() or '(empty)'}", magic.hex())
    if len(raw) < start:
        raise _damaged(path, f"a header of {len(raw)} bytes", f"{start} bytes")
    shape = struct.unpack(f">{dimensions}I", raw[4:start])
    if len(raw) - start != prod(shape):
        raise _damaged(path, f"{len(raw) - start} values", f"{prod(shape)}, as its header says")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def load(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return all images (n, height, width) and labels (n,) of the four files, as uint8."""
    images = [read(folder / name, 3) for name, _ in PAIRS]
    labels = [read(folder / name, 1) for _, name in PAIRS]
    for (image_file, label_file), pictures, digits in zip(PAIRS, images, labels, strict=True):
        if len(pictures) != len(digits):
            found = f"{len(digits)} labels"
            raise _damaged(folder / label_file, found, f"{len(pictures)}, one for each image")
        if not len(digits) or digits.max() >= CLASSES:
            found = f"a label {digits.max()}" if len(digits) else "no labels"
            raise _damaged(folder / label_file, found, f"labels from 0 to {CLASSES - 1}")
        if pictures.shape[1:] != images[0].shape[1:]:
            expected = f"{images[0].shape[1:]}, the size of the other images"
            raise _damaged(folder / image_file, f"images of {pictures.shape[1:]} pixels", expected)
    return np.concatenate(images), np.concatenate(labels)


def _unpack(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise _damaged(path, "no such file", "gzipped IDX") from None
    except (EOFError, OSError, zlib.error) as error:
        raise _damaged(path, f"a damaged file ({error})", "gzipped IDX") from None


def _damaged(path: Path, found: str, expected: str) -> Problem:
    return Problem(str(path), found, expected, "get it again with `dvc repro --force download`")
