"""IDX files read back to what was written, and a damaged one is told as such."""

import gzip

import numpy as np
import pytest

from {{ cookiecutter.package_name }} import idx
from {{ cookiecutter.package_name }}.errors import Problem

VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)

DAMAGE = {
    "cut short": (lambda packed: packed[: len(packed) // 2], "damaged file"),
    "not gzip": (lambda packed: b"<html>", "damaged file"),
    "bytes changed": (lambda packed: packed[:20] + b"\x00\x00\x00" + packed[23:], "damaged file"),
    "empty": (lambda packed: gzip.compress(b""), "(empty)"),
    "other magic": (lambda packed: gzip.compress(b"\0\0\x0d\x03" + bytes(40)), "00000d03"),
    "half a header": (lambda packed: gzip.compress(b"\0\0\x08\x03" + bytes(4)), "8 bytes"),
    "a value less": (lambda packed: gzip.compress(gzip.decompress(packed)[:-1]), "23 values"),
    "a value more": (lambda packed: gzip.compress(gzip.decompress(packed) + b"x"), "25 values"),
}


def test_reads_back_what_was_written(tmp_path):
    idx.write(tmp_path / "a.gz", VALUES)
    assert np.array_equal(idx.read(tmp_path / "a.gz", 3), VALUES)


def test_same_values_same_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        idx.write(tmp_path / name, VALUES)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told(tmp_path, damage):
    harm, found = DAMAGE[damage]
    path = tmp_path / "a.gz"
    idx.write(path, VALUES)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(Problem) as problem:
        idx.read(path, 3)
    assert found in problem.value.found and str(path) in str(problem.value)


def test_loads_both_pairs(raw):
    images, labels = idx.load(raw)
    assert images.shape == (100, 8, 8) and labels.tolist() == list(range(10)) * 10


WRONG_SETS = {
    "a label less": (idx.FILES[1], np.zeros(79), "79 labels"),
    "an eleventh class": (idx.FILES[1], np.full(80, 10), "a label 10"),
    "another size": (idx.FILES[2], np.zeros((20, 9, 9)), "(9, 9) pixels"),
    "labels for images": (idx.FILES[0], np.zeros(80), "00000801"),
}


@pytest.mark.parametrize("wrong", WRONG_SETS)
def test_files_that_do_not_fit_are_told(raw, wrong):
    name, values, found = WRONG_SETS[wrong]
    idx.write(raw / name, values)
    with pytest.raises(Problem) as problem:
        idx.load(raw)
    assert found in problem.value.found and name in problem.value.where
