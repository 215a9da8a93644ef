"""Turn and crop the raw images one by one, and list them in a CSV with their labels and splits."""

import csv
import random
from pathlib import Path

from PIL import Image
from ruamel.yaml import YAML

RAW = Path("data/raw")
PREPARED = Path("data/prepared")


def main():
    """Make data/prepared from data/raw."""
    with open("params.yaml", encoding="utf-8") as file:
        p = YAML(typ="safe").load(file)["preprocess"]
    # By lot, not in proportion of the labels: that would need scikit-learn, which takes a second to import.
    chance = random.Random(p["seed"])
    splits = ("train", "validation", "test")
    shares = (1 - p["validation"] - p["test"], p["validation"], p["test"])
    PREPARED.mkdir(parents=True, exist_ok=True)
    with open(PREPARED / "images.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("path", "label", "split"))
        for folder in sorted(RAW.iterdir()):
            (PREPARED / folder.name).mkdir(exist_ok=True)
            for source in sorted(folder.glob("*.png")):
                target = PREPARED / folder.name / source.name
                turn(source, target, chance.uniform(-p["max_angle"], p["max_angle"]), p["crop"])
                table.writerow((target.as_posix(), folder.name, *chance.choices(splits, shares)))


def turn(source, target, angle, crop):
    """Write an image turned by an angle (degrees, counter-clockwise), of which only the centre is kept."""
    with Image.open(source) as image:
        turned = image.rotate(angle, Image.Resampling.BILINEAR)
    left, top = (side - crop for side in turned.size)
    turned.crop((left // 2, top // 2, left // 2 + crop, top // 2 + crop)).save(target)


if __name__ == "__main__":
    main()
