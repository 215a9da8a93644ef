"""Training learns, and the same seed gives the same model."""
#~ if 'train' in cookiecutter._solved
{# keep blank lines #}

import subprocess
import sys
from pathlib import Path

import torch

from {{ cookiecutter.package_name }} import model, params
from {{ cookiecutter.package_name }}.pipeline import train

SETTINGS = params.Train(seed=1, epochs=3, batch_size=8, learning_rate=0.01, dropout=0.2)


def trained(path):
    """Return the last metrics after training on stripes that lie or stand; save the model."""
    train.make_repeatable(SETTINGS.seed)
    labels = torch.arange(40) % 2
    images = torch.zeros(40, 8, 8)
    images[labels == 0, 3], images[labels == 1, :, 3] = 1, 1
    images += torch.rand(40, 8, 8) / 10
    net = model.DigitsNet(8, SETTINGS.dropout, classes=2)
    *_, last = train.fit(net, {"train": (images, labels)}, SETTINGS)
    model.save(net, path)
    return last


def test_learns_stripes(tmp_path):
    metrics = trained(tmp_path / "model.pt")
    assert metrics["train/accuracy"] == 1 and metrics["train/loss"] < 0.3


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    assert trained(folders[0] / "model.pt") == trained(folders[1] / "model.pt")
    one, other = ((folder / "model.pt").read_bytes() for folder in folders)
    assert one == other


def test_training_needs_no_compiler():
    """To import PyTorch's compiler takes longer than to train on small images."""
    code = (
        "import sys, torch; from {{ cookiecutter.package_name }}.pipeline import train;"
        "train.make_repeatable(0); net = torch.nn.Linear(1, 1); net(torch.ones(1)).backward();"
        "train.AdamW(net.parameters()).step(); print(*sys.modules)"
    )
    command, root = [sys.executable, "-c", code], Path(train.__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert "torch._dynamo" not in done.stdout.split()
#~ endif
