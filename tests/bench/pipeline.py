"""Time `dvc repro`: the whole pipeline from nothing, against the older way's; and with nothing to do, against `dvc status`."""

import shutil

import imagesets
import older_way
from measure import faster, in_turns, once_in_turns, put_aside, row, seconds, start_of, within


def rows(folder, options):
    """Yield the rows of everything and of nothing to do."""
    images, labels = imagesets.digits(options.images, 28, options.seed)
    imagesets.write_idx(folder / "idx", images, labels)
    imagesets.write_pngs(folder / "raw", images, labels)
    ours = older_way.ours(folder)
    older = older_way.older(ours, folder)
    with older_way.buckets(folder / "host", folder / "idx") as env:

        def from_nothing(project):
            work = folder / f"work-{project.name}"  # beside `raw`
            put_aside(work)
            shutil.copytree(project, work)
            return seconds(["dvc", "repro"], cwd=work, env=env)

        values = once_in_turns(lambda: from_nothing(ours), lambda: from_nothing(older), rounds=min(2, options.rounds))
        start = start_of("import dvc.repo, dvc_gs")
        stages = [f"import dvc_workshop.pipeline.{name}" for name in ("download", "preprocess", "train", "evaluate")]
        floor = start + sum(start_of(stage, cwd=ours) for stage in stages)
        limit, name = (
            "the network's arithmetic and the starts of Python; the starts",
            f"{len(images):,} images from nothing",
        )
        yield row(f"{name}, against the older way", *values, faster(10), limit, floor=floor)

        def again(command):
            return seconds(["dvc", command], cwd=folder / f"work-{ours.name}", env=env)

        values = in_turns(lambda: again("repro"), lambda: again("status"), rounds=options.rounds)
        yield row("nothing to do, against `dvc status`", *values, within(1.5), "start of Python and DVC", floor=start)
