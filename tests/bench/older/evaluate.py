"""Score the model on the images of the test split."""

import json
from pathlib import Path

import torch
from dvc_workshop.model import load
from train import accuracy, loader


def main():
    """Make metrics.json."""
    torch.set_num_threads(1)
    scores = {"accuracy": accuracy(load(Path("models/model.pt")), loader("test", 1000))}
    Path("metrics.json").write_text(json.dumps(scores) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
