"""Time the whole preprocess stage as a process, from its start to its last written byte, against the older way's."""

import sys

import imagesets
import older_way
from measure import faster, in_turns, put_aside, row, seconds, start_of


def rows(folder, options):
    """Yield the row of the stage."""
    images, labels = imagesets.digits(options.images, 28, options.seed)
    ours = older_way.ours(folder)
    older = older_way.older(ours, folder)
    imagesets.write_idx(ours / "data" / "raw", images, labels)
    imagesets.write_pngs(older / "data" / "raw", images, labels)

    def stage(root, *command):
        put_aside(root / "data" / "prepared")
        return seconds([sys.executable, *command], cwd=root)

    values = in_turns(
        lambda: stage(ours, "-m", "dvc_workshop.pipeline.preprocess"),
        lambda: stage(older, "preprocess.py"),
        rounds=min(3, options.rounds),
    )
    limit = "start of Python and its imports, then the disk; the start"
    floor = start_of("import dvc_workshop.pipeline.preprocess", cwd=ours)
    yield row(f"{len(images):,} images, against the older way's", *values, faster(10), limit, floor=floor)
