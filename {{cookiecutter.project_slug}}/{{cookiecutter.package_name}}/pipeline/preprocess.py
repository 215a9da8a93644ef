"""Split, rotate, crop and standardize the raw images, and save them as arrays."""

from pathlib import Path

import numpy as np
from PIL import Image

from .. import idx, images, params, prepared
from ..errors import Problem, told_plainly
from ..rotate import rotate_and_crop

RAW = Path("data/raw")
CONTACT_SHEET = Path("reports/preprocess.png")
EXAMPLES = 5  # of each class, on the contact sheet


def main() -> None:
    """Make data/prepared from data/raw."""
    p = params.load().preprocess
    raw, labels = idx.load(RAW)
    angles = np.random.default_rng(p.seed).uniform(-p.max_angle, p.max_angle, len(raw))
    parts = split(labels, p.validation, p.test, p.seed)
    turned = {
        name: rotate_and_crop(raw[rows], angles[rows], p.crop) for name, rows in parts.items()
    }
    splits = standardize(turned)
    for name, rows in parts.items():
        prepared.save(name, splits[name], labels[rows])
        print(f"{name}: {len(rows)} images of {p.crop} x {p.crop} pixels")
    CONTACT_SHEET.parent.mkdir(exist_ok=True)
    rows = examples(labels)
    after = rotate_and_crop(raw[rows], angles[rows], p.crop)
    contact_sheet(raw[rows], after, labels[rows], angles[rows]).save(CONTACT_SHEET)


def split(labels: np.ndarray, validation: float, test: float, seed: int) -> dict[str, np.ndarray]:
    """Return the row numbers of each split; every split holds each class in proportion."""
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    last, rest = evenly(by_class, test)
    keep, train = evenly(rest, validation / (1 - test))
    parts = {"train": np.sort(train), "validation": np.sort(keep), "test": np.sort(last)}
    for name, rows in parts.items():
        if missing := set(np.unique(labels)) - set(np.unique(labels[rows])):
            found = f"no image of {min(missing)} among the {len(rows)} of {name}"
            remedy = "change preprocess.validation or preprocess.test, then `dvc repro`"
            raise Problem("params.yaml", found, "images of each class in each split", remedy)
    return parts


def evenly(rows: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a share of the rows, taken at even distances, and the others."""
    taken = np.diff(np.rint(np.arange(len(rows) + 1) * share)) > 0
    return rows[taken], rows[~taken]


def standardize(splits: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return float32 splits, shifted and scaled so that "train" has mean 0 and deviation 1.

    All splits are shifted and scaled alike, by the mean and standard deviation of all pixels of
    "train": the others must stay unseen. Where "train" is constant, only the shift is left.
    The arrays (n, height, width), of any number type, are not changed.
    """
    #~ if 'preprocess' in cookiecutter._solved
    mean = float(splits["train"].mean(dtype=np.float64))
    deviation = float(splits["train"].std(dtype=np.float64)) or 1.0
    return {name: (images.astype(np.float32) - mean) / deviation for name, images in splits.items()}
    #~ else
    raise NotImplementedError("exercise preprocess: standardize by the statistics of train")
    #~ endif
    {# keep blank lines #}


def examples(labels: np.ndarray) -> np.ndarray:
    """Return the row numbers of the first images of each class."""
    return np.concatenate([np.flatnonzero(labels == one)[:EXAMPLES] for one in np.unique(labels)])


def contact_sheet(
    raw: np.ndarray, turned: np.ndarray, labels: np.ndarray, angles: np.ndarray
) -> Image.Image:
    """Return a picture with a row for each class: the images as they were, then as they are now."""
    rows = []
    for digit in np.unique(labels):
        shown = np.flatnonzero(labels == digit)
        before = [(raw[i], f"digit {digit}") for i in shown]
        after = [(turned[i], f"{angles[i]:+.0f} degrees") for i in shown]
        rows.append(before + after)
    return images.sheet(rows)


if __name__ == "__main__":
    with told_plainly():
        main()
