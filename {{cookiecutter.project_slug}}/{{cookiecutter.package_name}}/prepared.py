"""The prepared splits on disk: plain NumPy arrays, which read back to what was meant."""

from pathlib import Path

import numpy as np

from .errors import Problem

FOLDER = Path("data/prepared")
SPLITS = ("train", "validation", "test")


def save(split: str, images: np.ndarray, labels: np.ndarray, folder: Path = FOLDER) -> None:
    """Write the split's images as float32 (n, size, size) and its labels as uint8 (n,)."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{split}_images.npy", images.astype(np.float32, copy=False))
    np.save(folder / f"{split}_labels.npy", labels.astype(np.uint8, copy=False))


def load(split: str, folder: Path = FOLDER) -> tuple[np.ndarray, np.ndarray]:
    """Return what `save` was given."""
    try:
        images, labels = (np.load(folder / f"{split}_{kind}.npy") for kind in ("images", "labels"))
    except FileNotFoundError as error:
        remedy = "make it with `dvc repro preprocess`"
        raise Problem(str(error.filename), "no such file", "prepared data", remedy) from None
    return images, labels
