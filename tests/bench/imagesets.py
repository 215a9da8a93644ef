"""Images to measure with: any number, of any size, the same for the same seed."""

import gzip
import struct
from pathlib import Path

import numpy as np

# MNIST's own files and how many of its 70,000 images each pair has.
PAIRS = (("train", 6 / 7), ("t10k", 1 / 7))


def digits(count, size, seed):
    """Return uint8 images (count, size, size) and labels (count,): real digits, enlarged, each moved a little."""
    from PIL import Image
    from sklearn.datasets import load_digits

    source = load_digits()
    originals = (source.images * 255 / 16).astype(np.uint8)
    large = np.stack([np.asarray(Image.fromarray(image).resize((size, size))) for image in originals])
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(large), count)
    images, moves = large[chosen], rng.integers(-1, 2, (count, 2))
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            rows = np.flatnonzero((moves == (down, right)).all(axis=1))
            images[rows] = np.roll(images[rows], (down, right), axis=(1, 2))
    return images, source.target[chosen].astype(np.uint8)


def write_idx(folder, images, labels):
    """Write images and labels as the four files of MNIST."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    first = round(len(images) * PAIRS[0][1])
    for (name, _), rows in zip(PAIRS, (slice(0, first), slice(first, None)), strict=True):
        for kind, values in (("images-idx3", images[rows]), ("labels-idx1", labels[rows])):
            header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
            (folder / f"{name}-{kind}-ubyte.gz").write_bytes(gzip.compress(header + values.tobytes(), 6, mtime=0))


def write_pngs(folder, images, labels):
    """Write one PNG an image, in a folder for each label, as the older workshops keep them."""
    from PIL import Image

    folder = Path(folder)
    for label in np.unique(labels):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        Image.fromarray(image).save(folder / str(label) / f"{number:06}.png")
