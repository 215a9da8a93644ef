"""Turn many small images at once, each by an angle of its own.

NumPy turns 60,000 images in less time than PyTorch takes to be imported.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from math import ceil, hypot

import numpy as np

from .errors import Problem

PIECE = 2**17  # new pixels at a time: fewer are mostly calls of NumPy, more do not fit into a cache


def rotate_and_crop(raw: np.ndarray, angles: np.ndarray, crop: int) -> np.ndarray:
    """Turn each image by its own angle (degrees, counter-clockwise) and keep its centre.

    Takes images (n, height, width), returns float32 (n, crop, crop) with the same range of values.
    Around the images there is black.
    """
    smaller = min(raw.shape[1:])
    if crop > smaller:
        remedy = "make it smaller, then `dvc repro`"
        expected = f"at most {smaller}, the size of the images"
        raise Problem("params.yaml, preprocess.crop", f"{crop}", expected, remedy)
    turned = np.empty((len(raw), crop, crop), np.float32)
    step = max(PIECE // crop**2, 1)
    pieces = [slice(start, start + step) for start in range(0, len(raw), step)]
    threads = os.cpu_count() or 1

    def turn(some: list[slice]) -> None:
        turner = Turner(step, raw.shape[1], raw.shape[2], crop)
        for piece in some:
            turner.turn(raw[piece], np.deg2rad(angles[piece]), turned[piece])

    with ThreadPoolExecutor(threads) as pool:  # NumPy's loops run side by side in threads
        list(pool.map(turn, [pieces[first::threads] for first in range(threads)]))
    return turned


class Turner:
    """Room to turn images in, taken once: fresh memory would cost more than the arithmetic."""

    def __init__(self, count: int, height: int, width: int, crop: int) -> None:
        """Make room for images of height x width pixels, of which crop x crop are kept."""
        # Black around each image, wider than any turn reaches out.
        border = max(ceil((hypot(crop, crop) - min(height, width)) / 2), 0) + 2
        self.images = np.zeros((count, height + 2 * border, width + 2 * border), np.float32)
        self.inside = self.images[:, border:-border, border:-border]
        down, right = (
            np.arange(crop) + (side - crop) // 2 - (side - 1) / 2 for side in (height, width)
        )
        y, x = (axis.ravel() for axis in np.meshgrid(down, right, indexing="ij"))
        # Times (cos, sin, 1) of an image's angle: where in it each new pixel comes from.
        self.to_columns = np.float32([x, -y, np.full_like(x, (width - 1) / 2 + border)])
        self.to_rows = np.float32([y, x, np.full_like(y, (height - 1) / 2 + border)])
        self.floats = np.empty((6, count, crop**2), np.float32)
        self.places = np.empty((count, crop**2), np.intp)
        self.first = np.arange(count, dtype=np.float32) * self.images.shape[1]  # row of each image

    def turn(self, raw: np.ndarray, radians: np.ndarray, out: np.ndarray) -> None:
        """Turn images (n, height, width) into out (n, crop, crop).

        A new pixel is the mean of the four old ones around its place, the nearest counting most.
        """
        count = len(raw)
        self.inside[:count] = raw
        place, (x, y, *corners) = self.places[:count], self.floats[:, :count]
        angles = np.stack([np.cos(radians), np.sin(radians), np.ones(count)], axis=1)
        np.matmul(angles.astype(np.float32), self.to_columns, out=x)
        np.matmul(angles.astype(np.float32), self.to_rows, out=y)
        self.find(place, x, y, *corners[:2])
        self.mix(place, x, y, *corners, out.reshape(count, -1))

    def find(self, place, x, y, column, row) -> None:
        """Put the number of the pixel up and left of (x, y) into place, and leave the rest in x and y."""
        np.floor(x, out=column)
        np.floor(y, out=row)
        x -= column
        y -= row
        row += self.first[: len(row), None]
        row *= self.images.shape[2]
        row += column
        np.copyto(place, row, casting="unsafe")  # whole numbers, and below the 2**24 of float32

    def mix(self, place, x, y, up_left, up_right, low_left, low_right, out) -> None:
        """Put the means of the pixels at place, right of it and below them into out, x and y being the shares."""
        pixels, width = self.images.reshape(-1), self.images.shape[2]
        corners = {0: up_left, 1: up_right, width: low_left, width + 1: low_right}
        for further, corner in corners.items():
            pixels[further:].take(place, out=corner, mode="clip")  # without a mode it would copy
        for left, right in ((up_left, up_right), (low_left, low_right)):
            right -= left
            right *= x
            left += right
        low_left -= up_left
        low_left *= y
        np.add(up_left, low_left, out=out)
