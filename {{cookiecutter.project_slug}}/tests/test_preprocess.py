"""Prepared images: split fairly, turned as asked, and the same for the same seed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from {{ cookiecutter.package_name }} import idx, prepared
from {{ cookiecutter.package_name }}.errors import Problem
from {{ cookiecutter.package_name }}.pipeline import preprocess
from {{ cookiecutter.package_name }}.rotate import rotate_and_crop

LABELS = np.arange(100) % 10


def test_splits_share_all_rows_and_every_class():
    parts = preprocess.split(LABELS, 0.2, 0.3, seed=1)
    assert sorted(np.concatenate(list(parts.values()))) == list(range(100))
    for name, share in {"train": 5, "validation": 2, "test": 3}.items():
        assert np.bincount(LABELS[parts[name]]).tolist() == [share] * 10


def test_the_seed_decides_the_split():
    one, same, other = (preprocess.split(LABELS, 0.2, 0.2, seed)["test"] for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_too_small_a_share_is_told():
    with pytest.raises(Problem, match="preprocess.validation"):
        preprocess.split(LABELS, 0.01, 0.01, seed=1)


@pytest.mark.parametrize("turns", [0, 1, -1, 2])
def test_turns_counter_clockwise_in_quarters(raw, turns):
    images = idx.load(raw)[0]
    turned = rotate_and_crop(images, np.full(100, 90.0 * turns), 8)
    assert np.allclose(turned, np.rot90(images, turns, axes=(1, 2)), atol=0.01)


def test_each_image_has_its_own_angle(raw):
    images = np.repeat(idx.load(raw)[0][:1], 2100, axis=0)  # more than two pieces
    turned = rotate_and_crop(images, np.linspace(-30, 30, 2100), 8)
    alone = rotate_and_crop(images[:1], np.array([30.0]), 8)
    assert np.allclose(turned[-1], alone[0]) and not np.allclose(turned[0], turned[-1])


@pytest.mark.parametrize("crop", [4, 5, 8])
def test_crops_the_centre(raw, crop):
    images, start = idx.load(raw)[0], (8 - crop) // 2
    cropped = rotate_and_crop(images, np.zeros(100), crop)
    centre = slice(start, start + crop)
    assert np.allclose(cropped, images[:, centre, centre], atol=0.01)


def test_too_large_a_crop_is_told(raw):
    with pytest.raises(Problem, match="at most 8"):
        rotate_and_crop(idx.load(raw)[0], np.zeros(100), 9)


@pytest.mark.parametrize("stage", ["download", "preprocess"])
def test_a_stage_does_not_wait_for_what_it_does_not_need(stage):
    code = f"import sys, {{ cookiecutter.package_name }}.pipeline.{stage}; print(*sys.modules)"
    command, root = [sys.executable, "-c", code], Path(idx.__file__).parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert not {"torch", "sklearn", "scipy", "pandas"} & set(done.stdout.split())


def test_a_large_image_is_turned_as_a_small_one():
    image = np.random.default_rng(0).integers(0, 256, (1, 300, 200), np.uint8)
    turned = rotate_and_crop(image, np.array([90.0]), 100)[0]
    assert np.allclose(turned, np.rot90(image[0])[50:150, 100:200], atol=0.01)


def test_saved_images_are_not_rounded():
    images = np.random.default_rng(0).normal(size=(3, 4, 4)).astype(np.float32)
    prepared.save("train", images, np.arange(3))
    assert np.array_equal(prepared.load("train")[0], images)


def test_missing_arrays_are_told():
    with pytest.raises(Problem, match="dvc repro preprocess"):
        prepared.load("train")
#~ if 'preprocess' in cookiecutter._solved
{# keep blank lines #}


def test_standardizes_by_the_training_split():
    rng = np.random.default_rng(0)
    splits = {"train": rng.integers(0, 99, (50, 4, 4), np.uint8), "test": np.full((2, 4, 4), 200)}
    result = preprocess.standardize(splits)
    mean, deviation = splits["train"].mean(), splits["train"].std()
    assert abs(result["train"].mean()) < 1e-5 and abs(result["train"].std() - 1) < 1e-5
    assert np.allclose(result["test"], (200 - mean) / deviation, rtol=1e-5)
    assert all(images.dtype == np.float32 for images in result.values())


def test_constant_images_become_zeros():
    result = preprocess.standardize({"train": np.full((5, 4, 4), 0.1, np.float32)})
    assert not result["train"].any()


def test_the_same_parameters_give_the_same_bytes(raw, tmp_path, monkeypatch):
    sections = (
        "download: {url: anywhere}",
        "preprocess: {seed: 1, validation: 0.2, test: 0.2, max_angle: 10, crop: 6}",
        "train: {seed: 0, epochs: 1, batch_size: 8, learning_rate: 0.01, dropout: 0.5}",
        "evaluate: {worst: 1}",
    )
    (tmp_path / "params.yaml").write_text("\n".join(sections), encoding="utf-8")
    monkeypatch.setattr(preprocess, "RAW", raw)
    written = []
    for _ in range(2):
        preprocess.main()
        written.append({p.name: p.read_bytes() for p in prepared.FOLDER.iterdir()})
        written[-1]["sheet"] = preprocess.CONTACT_SHEET.read_bytes()
    assert len(written[0]) == 7 and written[0] == written[1]
#~ endif
