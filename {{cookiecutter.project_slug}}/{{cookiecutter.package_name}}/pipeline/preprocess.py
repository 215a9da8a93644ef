"""Split, rotate, crop and standardize the raw images, and save them as arrays."""

from pathlib import Path

import numpy as np
from PIL import Image

from .. import idx, images, params, prepared
from ..errors import Problem, told_plainly

RAW = Path("data/raw")
CONTACT_SHEET = Path("reports/preprocess.png")
BATCH = 1000  # images rotated at once: more would not fit into the processor's cache


def main() -> None:
    """Make data/prepared from data/raw."""
    p = params.load().preprocess
    raw, labels = idx.load(RAW)
    angles = np.random.default_rng(p.seed).uniform(-p.max_angle, p.max_angle, len(raw))
    turned = rotate_and_crop(raw, angles, p.crop)
    parts = split(labels, p.validation, p.test, p.seed)
    splits = standardize({name: turned[rows] for name, rows in parts.items()})
    for name, rows in parts.items():
        prepared.save(name, splits[name], labels[rows])
        print(f"{name}: {len(rows)} images of {p.crop} x {p.crop} pixels")
    CONTACT_SHEET.parent.mkdir(exist_ok=True)
    contact_sheet(raw, turned, labels, angles).save(CONTACT_SHEET)


def split(labels: np.ndarray, validation: float, test: float, seed: int) -> dict[str, np.ndarray]:
    """Return the row numbers of each split; every split holds each class in proportion."""
    from sklearn.model_selection import train_test_split  # takes a second to import

    rows = np.arange(len(labels))
    later = validation + test
    try:
        train, rest = train_test_split(rows, test_size=later, stratify=labels, random_state=seed)
        keep, last = train_test_split(
            rest, test_size=test / later, stratify=labels[rest], random_state=seed
        )
    except ValueError as error:
        remedy = "change preprocess.validation or preprocess.test, then `dvc repro`"
        raise Problem("params.yaml", str(error), "images of each class", remedy) from None
    return {"train": train, "validation": keep, "test": last}


def rotate_and_crop(raw: np.ndarray, angles: np.ndarray, crop: int) -> np.ndarray:
    """Turn each image by its own angle (degrees, counter-clockwise) and keep its centre.

    Takes images (n, height, width), returns float32 (n, crop, crop) with the same range of values.
    """
    import torch  # here, because who only wants `standardize` should not wait for it
    from torch.nn.functional import affine_grid, grid_sample

    top, left = (side - crop for side in raw.shape[1:])
    if min(top, left) < 0:
        found, expected = f"{crop}", f"at most {min(raw.shape[1:])}, the size of the images"
        remedy = "make it smaller, then `dvc repro`"
        raise Problem("params.yaml, preprocess.crop", found, expected, remedy)
    window = (..., slice(top // 2, top // 2 + crop), slice(left // 2, left // 2 + crop))
    turned = np.empty((len(raw), crop, crop), np.float32)
    radians = np.deg2rad(angles)
    cos, sin, zero = np.cos(radians), np.sin(radians), np.zeros(len(raw))
    matrices = np.stack([cos, -sin, zero, sin, cos, zero], axis=1).reshape(-1, 2, 3)
    for start in range(0, len(raw), BATCH):
        batch = slice(start, start + BATCH)
        pixels = torch.from_numpy(raw[batch].astype(np.float32)).unsqueeze(1)
        matrix = torch.from_numpy(matrices[batch].astype(np.float32))
        grid = affine_grid(matrix, pixels.shape, align_corners=False)
        turned[batch] = grid_sample(pixels, grid, align_corners=False)[:, 0].numpy()[window]
    return turned


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


def contact_sheet(
    raw: np.ndarray, turned: np.ndarray, labels: np.ndarray, angles: np.ndarray, examples: int = 5
) -> Image.Image:
    """Return a picture of each class, a few images as they were and then as they are now."""
    rows = []
    for digit in np.unique(labels):
        shown = np.flatnonzero(labels == digit)[:examples]
        before = [(raw[i], f"digit {digit}") for i in shown]
        after = [(turned[i], f"{angles[i]:+.0f} degrees") for i in shown]
        rows.append(before + after)
    return images.sheet(rows)


if __name__ == "__main__":
    with told_plainly():
        main()
