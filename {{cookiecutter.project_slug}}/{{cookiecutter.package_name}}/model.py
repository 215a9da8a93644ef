"""A small convolutional network for square grey images of digits."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .errors import Problem


class DigitsNet(nn.Module):
    """Two convolutions and two linear layers, with dropout before each linear one.

    The first convolution makes about 8 x 8 of larger images: a CPU needs seconds, not minutes.
    """

    def __init__(self, size: int, dropout: float, classes: int = 10) -> None:
        """Take the images' width in pixels, and the probability that dropout zeroes a value."""
        super().__init__()
        self.size, self.dropout, self.classes = size, dropout, classes
        step = max(size // 8, 1)
        side = ((size - 1) // step + 1) // 2  # after the first convolution and the pooling
        self.conv1 = nn.Conv2d(1, 16, 2 * step + 1, stride=step, padding=step)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.hidden = nn.Linear(32 * side**2, 128)
        self.output = nn.Linear(128, classes)
        self.to(memory_format=torch.channels_last)  # the order in which convolutions are fastest

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits (n, classes) of images (n, size, size)."""
        values = F.relu(self.conv1(images.unsqueeze(1)))
        values = F.relu(F.max_pool2d(self.conv2(values), 2))
        values = F.relu(self.hidden(self.drop(values.flatten(1))))
        return self.output(self.drop(values))

    def drop(self, values: Tensor) -> Tensor:
        """Zero each value with probability `self.dropout` in training; else return it unchanged.

        What is kept in training is scaled by 1 / (1 - dropout), so that the mean stays.
        """
        #~ if 'train' in cookiecutter._solved
        return F.dropout(values, p=self.dropout, training=self.training)
        #~ else
        raise NotImplementedError("exercise train: drop values in training, and only then")
        #~ endif
        {# keep blank lines #}


@torch.no_grad()
def predict(model: DigitsNet, images: Tensor, batch: int = 1000) -> Tensor:
    """Return the logits (n, classes) of images (n, size, size), the model in evaluation mode."""
    model.eval()
    return torch.cat([model(part) for part in images.split(batch)])


def save(model: DigitsNet, path: Path) -> None:
    """Write the weights, and what is needed to build the network again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: values.cpu() for name, values in model.state_dict().items()}
    shape = {"size": model.size, "dropout": model.dropout, "classes": model.classes}
    torch.save({**shape, "weights": weights}, path)


def load(path: Path) -> DigitsNet:
    """Return the saved model, on the CPU and in evaluation mode."""
    if not path.is_file():
        raise Problem(str(path), "no such file", "a model", "make it with `dvc repro train`")
    saved = torch.load(path, map_location="cpu", weights_only=True)
    model = DigitsNet(saved["size"], saved["dropout"], saved["classes"])
    model.load_state_dict(saved["weights"])
    return model.eval()
