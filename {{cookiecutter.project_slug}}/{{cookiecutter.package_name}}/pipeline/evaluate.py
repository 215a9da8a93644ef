"""Score the model on images that it has never seen, and show where it fails."""

import csv
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .. import images, model, params, prepared
from ..errors import told_plainly

MODEL = Path("models/model.pt")
REPORTS = Path("reports")
COLUMNS = 8  # of the sheet of the worst mistakes


def main() -> None:
    """Write metrics.json, confusion.csv and worst.png to reports."""
    p = params.load().evaluate
    pictures, actual = prepared.load(scored_split())
    logits = model.predict(model.load(MODEL), torch.from_numpy(pictures))
    chances = logits.softmax(1).numpy()
    predicted = chances.argmax(1)
    REPORTS.mkdir(exist_ok=True)
    write_metrics(REPORTS / "metrics.json", scores(actual, predicted))
    write_rows(REPORTS / "confusion.csv", confusion_rows(actual, predicted))
    worst_mistakes(pictures, actual, chances, p.worst).save(REPORTS / "worst.png")
    print(f"accuracy {np.mean(actual == predicted):.4f} on {len(actual)} images")


def scored_split() -> str:
    """Return the name of the split from which nothing was learnt and by which nothing was chosen.

    The splits are those of `prepared.SPLITS`.
    """
    #~ if 'evaluate' in cookiecutter._solved
    return "test"
    #~ else
    raise NotImplementedError("exercise evaluate: name the split to score the model on")
    #~ endif
    {# keep blank lines #}


def confusion_rows(actual: np.ndarray, predicted: np.ndarray) -> list[tuple[int, int]]:
    """Return a pair (actual, predicted) for each image, in order, as plain numbers.

    Both arrays are (n,). DVC's template `confusion` counts the pairs itself.
    """
    #~ if 'evaluate' in cookiecutter._solved
    return list(zip(actual.tolist(), predicted.tolist(), strict=True))
    #~ else
    raise NotImplementedError("exercise evaluate: pair each label with its prediction")
    #~ endif
    {# keep blank lines #}


def scores(actual: np.ndarray, predicted: np.ndarray) -> dict:
    """Return the accuracy, and precision, recall and F1 of each class, as shares of 1."""
    classes: dict = {}
    for digit in range(10):
        hits = float(np.sum((actual == digit) & (predicted == digit)))
        claimed, true = int(np.sum(predicted == digit)), int(np.sum(actual == digit))
        classes[str(digit)] = {
            "precision": hits / max(claimed, 1),
            "recall": hits / max(true, 1),
            "f1": 2 * hits / max(claimed + true, 1),
        }
    return {"accuracy": float(np.mean(actual == predicted)), "class": classes}


def worst_mistakes(
    pictures: np.ndarray, actual: np.ndarray, chances: np.ndarray, count: int
) -> Image.Image:
    """Return a sheet of the mistakes, those first where the true class seemed least likely."""
    predicted = chances.argmax(1)
    wrong = np.flatnonzero(predicted != actual)
    order = wrong[np.argsort(chances[wrong, actual[wrong]], kind="stable")][:count]
    cells = [(pictures[i], f"{actual[i]} read as {predicted[i]}") for i in order]
    rows = [cells[i : i + COLUMNS] for i in range(0, len(cells), COLUMNS)]
    return images.sheet(rows)


def write_metrics(path: Path, metrics: dict) -> None:
    """Write the metrics as JSON, the same everywhere."""
    path.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8", newline="\n")


def write_rows(path: Path, rows: list[tuple[int, int]]) -> None:
    """Write the pairs as CSV with the header actual,predicted."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("actual", "predicted"))
        writer.writerows(rows)


if __name__ == "__main__":
    with told_plainly():
        main()
