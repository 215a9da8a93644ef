"""Scores and mistakes, on a case that can be counted by hand."""

import numpy as np
import pytest

from {{ cookiecutter.package_name }}.pipeline import evaluate

ACTUAL = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 1, 0])


def test_scores():
    result = evaluate.scores(ACTUAL, PREDICTED)
    assert result["accuracy"] == pytest.approx(4 / 6)
    assert result["class"]["0"] == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3})
    assert result["class"]["1"] == pytest.approx({"precision": 2 / 3, "recall": 1, "f1": 0.8})
    assert result["class"]["2"] == {"precision": 0, "recall": 0, "f1": 0}


@pytest.mark.parametrize("count", [1, 2, 50])
def test_sheet_of_mistakes_is_no_wider_than_needed(count):
    chances = np.eye(3)[PREDICTED]
    picture = evaluate.worst_mistakes(np.zeros((6, 8, 8)), ACTUAL, chances, count)
    assert picture.width == 8 + 72 * min(count, 2)


def test_no_mistakes_give_an_empty_sheet():
    assert evaluate.worst_mistakes(np.zeros((6, 8, 8)), ACTUAL, np.eye(3)[ACTUAL], 5).width > 0
#~ if 'evaluate' in cookiecutter._solved
{# keep blank lines #}


def test_rows_of_the_confusion_plot(tmp_path):
    rows = evaluate.confusion_rows(ACTUAL, PREDICTED)
    evaluate.write_rows(tmp_path / "confusion.csv", rows)
    text = (tmp_path / "confusion.csv").read_text(encoding="utf-8")
    assert text == "actual,predicted\n0,0\n0,0\n0,1\n1,1\n1,1\n2,0\n"
#~ endif
