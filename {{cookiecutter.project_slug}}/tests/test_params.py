"""Parameters are typed, and a mistake in them is told in one paragraph."""

from pathlib import Path

import pytest

from {{ cookiecutter.package_name }} import params
from {{ cookiecutter.package_name }}.errors import Problem

GOOD = """\
download:
  url: gs://bucket/folder
preprocess:
  seed: 0
  validation: 0.2
  test: 0.2
  max_angle: 10
  crop: 8
train:
  seed: 0
  epochs: 1
  batch_size: 64
  learning_rate: 1e-3
  dropout: 0.25
evaluate:
  worst: 24
"""

MISTAKES = {
    "misspelt": ("epochs: 1", "epoch: 1", "train.epoch: found an unknown name", "`epochs`"),
    "misspelt section": ("train:", "trian:", "trian: found an unknown name", "`train`"),
    "unlike any": ("epochs: 1", "momentum: 1", "train.momentum: found an", "take it out"),
    "missing": ("  epochs: 1\n", "", "train.epochs: found nothing", "`epochs:`"),
    "missing section": ("evaluate:\n  worst: 24\n", "", "evaluate: found nothing", "`evaluate:`"),
    "out of range": ("dropout: 0.25", "dropout: 1.5", "train.dropout: found 1.5", "less than 1"),
    "text for a number": ("crop: 8", "crop: '8'", "preprocess.crop: found '8'", "valid integer"),
    "a fraction": ("epochs: 1", "epochs: 1.5", "train.epochs: found 1.5", "valid integer"),
    "empty value": ("crop: 8", "crop:", "preprocess.crop: found None", "valid integer"),
    "nothing left": ("test: 0.2", "test: 0.8", "validation 0.2, test 0.8", "below 1"),
    "no mapping": (GOOD, "- 1", "the whole file: found [1]", "change"),
    "empty file": (GOOD, "", "the whole file: found None", "change"),
    "not YAML": ("seed: 0", "seed: [0", "found while parsing", "`git diff`"),
    "key twice": ("epochs: 1", "epochs: 1\n  epochs: 2", 'duplicate key "epochs"', "`git diff`"),
}


def test_good_values_are_typed(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text(GOOD, encoding="utf-8")
    p = params.load(path)
    assert (p.train.learning_rate, p.preprocess.max_angle, p.evaluate.worst) == (0.001, 10.0, 24)


def test_the_projects_own_file_is_good():
    params.load(Path(__file__).parents[1] / "params.yaml")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(tmp_path, mistake):
    before, after, found, remedy = MISTAKES[mistake]
    path = tmp_path / "params.yaml"
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(Problem) as problem:
        params.load(path)
    told = str(problem.value)
    assert found in told and remedy in told and str(path) in told and "\n" not in told


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Problem, match="no such file"):
        params.load(tmp_path / "params.yaml")
