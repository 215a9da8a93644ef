"""Train the network on the train split, and measure it on the validation split."""

import os
import sys
from collections.abc import Iterator
from inspect import unwrap
from math import ceil
from pathlib import Path

import torch
import torch.nn.functional as F
from dvclive import Live
from rich.progress import track
from torch import Tensor

from .. import params, prepared
from ..errors import told_plainly
from ..model import DigitsNet, predict, save

MODEL = Path("models/model.pt")
CORES = torch.get_num_threads()  # those that PyTorch finds, or OMP_NUM_THREADS
MANY = 2**16  # pixels in a batch: of fewer, the cores would mostly wait for one another
SOME = 1000  # images: enough for a curve
Split = tuple[Tensor, Tensor]


def main() -> None:
    """Make models/model.pt from data/prepared."""
    p = params.load().train
    device = make_repeatable(p.seed)
    data = {name: load(name, device) for name in ("train", "validation")}
    model = DigitsNet(data["train"][0].shape[-1], p.dropout).to(device)
    print(f"untrained: accuracy {score(model, *data['validation'])['accuracy']:.4f} (validation)")
    with Live("dvclive", save_dvc_exp=False, dvcyaml=None) as live:
        for metrics in progress(fit(model, data, p), p.epochs):
            for name, value in metrics.items():
                live.log_metric(name, value)
            live.next_step()
    save(model, MODEL)
    print(f"trained: accuracy {metrics['validation/accuracy']:.4f} (validation, {device})")


def make_repeatable(seed: int) -> str:
    """Make the same seed give the same weights on the same machine; return the device."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # CUDA asks for it
    torch.set_deterministic_debug_mode("error")
    torch.utils.deterministic.fill_uninitialized_memory = False  # all is written before it is read
    torch.manual_seed(seed)
    return "cuda" if torch.cuda.is_available() else "cpu"


def load(split: str, device: str) -> Split:
    """Return images (n, size, size) and labels (n,) as tensors on the device."""
    images, labels = (torch.from_numpy(values).to(device) for values in prepared.load(split))
    return images, labels.long()


class AdamW(torch.optim.AdamW):
    """PyTorch's AdamW without PyTorch's compiler, whose import can take as long as the training."""

    add_param_group = unwrap(torch.optim.AdamW.add_param_group)
    step = torch.no_grad()(unwrap(torch.optim.AdamW.step))


def fit(model: DigitsNet, data: dict[str, Split], p: params.Train) -> Iterator[dict[str, float]]:
    """Train the model in place; yield loss and accuracy of both splits after each epoch.

    Of "train" only some images are scored: as many as "validation" has, at most SOME.
    """
    images, labels = data["train"]
    torch.set_num_threads(CORES if p.batch_size * images[0].numel() >= MANY else 1)
    count = min(SOME, *(len(split[1]) for split in data.values()))
    scored = {**data, "train": thinned(data["train"], count)}
    optimizer = AdamW(model.parameters(), p.learning_rate, fused=True)
    steps = p.epochs * ceil(len(images) / p.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, p.learning_rate, total_steps=steps)
    for _ in range(p.epochs):
        model.train()
        for batch in torch.randperm(len(images)).to(images.device).split(p.batch_size):
            model.zero_grad()
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
        scores = {name: score(model, *split) for name, split in scored.items()}
        yield {f"{name}/{key}": value for name in scores for key, value in scores[name].items()}


def thinned(split: Split, count: int) -> Split:
    """Return about so many images of a split, from all over it, and their labels."""
    step = max(len(split[1]) // count, 1)
    return split[0][::step], split[1][::step]


def score(model: DigitsNet, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Return the mean loss (nats) and the accuracy (share), without dropout."""
    logits = predict(model, images)
    hits = (logits.argmax(1) == labels).float()
    return {"loss": F.cross_entropy(logits, labels).item(), "accuracy": hits.mean().item()}


def progress(epochs: Iterator[dict[str, float]], total: int) -> Iterator[dict[str, float]]:
    """Pass the epochs on, with a bar on a terminal and plain lines elsewhere."""
    if sys.stdout.isatty():
        yield from track(epochs, "train", total=total)
        return
    for number, metrics in enumerate(epochs, 1):
        shown = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
        print(f"epoch {number}/{total}: {shown}", flush=True)
        yield metrics


if __name__ == "__main__":
    with told_plainly():
        main()
