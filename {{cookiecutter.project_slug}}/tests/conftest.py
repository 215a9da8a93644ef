"""Small data that every test can afford: 100 images of 8 x 8 pixels, ten of each digit."""

from pathlib import Path

import numpy as np
import pytest

from {{ cookiecutter.package_name }} import idx


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder with the four raw files: 80 images and 20."""
    folder = tmp_path / "source"
    folder.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (100, 8, 8), dtype=np.uint8)
    labels = np.arange(100, dtype=np.uint8) % 10
    for (image_file, label_file), rows in zip(idx.PAIRS, (slice(80), slice(80, None)), strict=True):
        idx.write(folder / image_file, images[rows])
        idx.write(folder / label_file, labels[rows])
    return folder


@pytest.fixture(autouse=True)
def empty_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a stage writes out of the repository."""
    monkeypatch.chdir(tmp_path)
