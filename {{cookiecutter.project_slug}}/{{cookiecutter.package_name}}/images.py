"""Draw sheets of small images, each with a caption, for a person to look at."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

Cell = tuple[np.ndarray, str]

SIDE = 64  # pixels of a drawn image
CAPTION = 14  # pixels below it
GAP = 8  # pixels between cells


def sheet(rows: Sequence[Sequence[Cell]]) -> Image.Image:
    """Return rows of (image, caption) as one picture; an image is (height, width), any range."""
    columns = max((len(row) for row in rows), default=1)
    step_x, step_y = SIDE + GAP, SIDE + CAPTION + GAP
    canvas = Image.new("L", (columns * step_x + GAP, max(len(rows), 1) * step_y + GAP), "white")
    draw = ImageDraw.Draw(canvas)
    for y, row in enumerate(rows):
        for x, (image, caption) in enumerate(row):
            corner = (GAP + x * step_x, GAP + y * step_y)
            canvas.paste(_picture(image), corner)
            draw.text((corner[0], corner[1] + SIDE + 1), caption, fill="black")
    return canvas


def _picture(image: np.ndarray) -> Image.Image:
    """Stretch the values to black and white, and enlarge without blurring the pixels."""
    low, high = float(image.min()), float(image.max())
    grey = (image.astype(np.float32) - low) / ((high - low) or 1.0) * 255
    return Image.fromarray(grey.astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.NEAREST)
