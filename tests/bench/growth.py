"""Time and memory as the data grows: the transform piece by piece, and the whole stage on images of 8 x 8."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

SIZES = (1_000, 10_000, 100_000, 1_000_000)  # images
PIECE = 10_000  # images
SIDE, CROP = 28, 24  # pixels


def rows(folder, options):
    """Yield, for each size, the rows of its time against ten times the smaller one's, and of its memory."""
    from measure import Goal, at_most, row
    from states import generate

    linear = Goal("≤ 1.3 × as long for each image", lambda ours, peer: ours <= 1.3 * peer)
    project = generate(folder, kind="project", data="mnist")
    for what, limit in (
        ("transform in pieces", "arithmetic, then the disk, to which 2.3 GB are written of 1,000,000 images"),
        ("whole stage, 8 x 8", "memory: `standardize`, the learner's, gets and returns whole arrays"),
    ):
        found = {size: measured(project, what, size, options) for size in SIZES}
        for size, smaller in zip(SIZES[1:], SIZES):
            tenfold = [size // smaller * took for took, _ in found[smaller]]
            took = [took for took, _ in found[size]]
            yield row(
                f"{what}: {size:,} images, against {smaller:,} times {size // smaller}", took, tenfold, linear, limit
            )
        most, least = ([peak for _, peak in found[size]] for size in (SIZES[-1], SIZES[0]))
        name = f"{what}: peak memory of {SIZES[-1]:,} images, against {SIZES[0]:,}"
        yield row(name, most, least, at_most(1000, "MB"), limit, unit="MB")


def measured(project, what, size, options):
    """Return some (seconds, MB at the peak), each of a process of its own; short ones vary more and are run more often."""
    command = [sys.executable, __file__, what, str(size), str(options.seed)]
    rounds = min(3, options.rounds) if size == SIZES[-1] else options.rounds
    return [
        json.loads(subprocess.run(command, cwd=project, capture_output=True, text=True, check=True).stdout)
        for _ in range(rounds)
    ]


def in_pieces(size, seed):
    """Turn and write images piece by piece, as they would come from a larger store."""
    import numpy as np
    from dvc_workshop.rotate import rotate_and_crop
    from imagesets import digits

    images, rng = digits(min(size, PIECE), SIDE, seed)[0], np.random.default_rng(seed)
    rotate_and_crop(images[:100], np.zeros(100), CROP)  # what is done once
    began = time.perf_counter()
    with open("data/turned.bin", "wb") as file:
        for start in range(0, size, PIECE):
            piece = images[: size - start]
            file.write(rotate_and_crop(piece, rng.uniform(-15, 15, len(piece)), CROP).data)
    return time.perf_counter() - began


def whole_stage(size, seed):
    """Run the stage preprocess on images of 8 x 8 pixels."""
    import shutil

    import imagesets
    from dvc_workshop.pipeline import preprocess

    shutil.rmtree("data/raw", ignore_errors=True)
    imagesets.write_idx("data/raw", *imagesets.digits(size, 8, seed))
    Path("params.yaml").write_text(Path("params.yaml").read_text().replace("crop: 24", "crop: 8"))
    began = time.perf_counter()
    preprocess.main()
    return time.perf_counter() - began


if __name__ == "__main__":
    import resource

    sys.path.insert(0, str(Path.cwd()))
    Path("data").mkdir(exist_ok=True)
    work = {"transform in pieces": in_pieces, "whole stage, 8 x 8": whole_stage}[sys.argv[1]]
    with open(1, "w", closefd=False) as words, contextlib.redirect_stdout(sys.stderr):
        took = work(int(sys.argv[2]), int(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
        print(json.dumps([took, peak]), file=words)
