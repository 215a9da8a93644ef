"""Train the template's network on images that are opened one by one, in every epoch anew."""

import csv
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from ruamel.yaml import YAML
from torch.utils.data import DataLoader, Dataset

WORKERS = 1  # on two cores as fast as two, and faster than none
MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's pixels


class Images(Dataset):
    """The images that the CSV names for a split, with their labels."""

    def __init__(self, split):
        with open("data/prepared/images.csv", encoding="utf-8", newline="") as file:
            self.rows = [row for row in csv.DictReader(file) if row["split"] == split]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, number):
        row = self.rows[number]
        with Image.open(row["path"]) as image:
            pixels = np.asarray(image, np.float32)
        return torch.from_numpy((pixels / 255 - MEAN) / DEVIATION), int(row["label"])


def loader(split, batch_size, shuffle=False):
    """Return the batches of a split."""
    return DataLoader(Images(split), batch_size, shuffle, num_workers=WORKERS, persistent_workers=WORKERS > 0)


def main():
    """Make models/model.pt from data/prepared."""
    from dvc_workshop.model import DigitsNet, save  # laid in by older_way.py: the data's way alone is to differ

    with open("params.yaml", encoding="utf-8") as file:
        settings = YAML(typ="safe").load(file)
    p = settings["train"]
    torch.set_num_threads(1)  # as the template's stage has it: the other core is for the worker
    torch.manual_seed(p["seed"])
    model = DigitsNet(settings["preprocess"]["crop"], p["dropout"])
    batches, validation = loader("train", p["batch_size"], shuffle=True), loader("validation", 1000)
    optimizer = torch.optim.AdamW(model.parameters(), p["learning_rate"], fused=True)
    steps = p["epochs"] * len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, p["learning_rate"], total_steps=steps)
    for epoch in range(p["epochs"]):
        model.train()
        for images, labels in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
            schedule.step()
        # Images of the train split, which the template scores too, would have to be opened once more.
        print(f"epoch {epoch + 1}: accuracy {accuracy(model, validation):.4f} (validation)", flush=True)
    save(model, Path("models/model.pt"))


@torch.no_grad()
def accuracy(model, batches):
    """Return the share of images that the model reads rightly."""
    model.eval()
    hits = [(model(images).argmax(1) == labels).sum().item() for images, labels in batches]
    return sum(hits) / len(batches.dataset)


if __name__ == "__main__":
    main()
