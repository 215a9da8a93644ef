"""Time `dvc push` and `dvc pull` of the prepared images to a bucket server, against one file an image."""

from itertools import count

import imagesets
import older_way
from measure import faster, once_in_turns, put_aside, row, seconds, start_of


def rows(folder, options):
    """Yield the row of both ways together."""
    images, labels = imagesets.digits(options.images, 28, options.seed)
    ours = older_way.ours(folder)
    older = older_way.older(ours, folder)
    imagesets.write_idx(ours / "data" / "raw", images, labels)
    imagesets.write_pngs(older / "data" / "raw", images, labels)
    numbers = count()
    with older_way.buckets(folder / "host", ours / "data" / "raw") as env:

        def dvc(root, *words):
            return seconds(["dvc", *words], cwd=root, env=env)

        def there_and_back(root):
            place = f"gs://dvc-workshop-cache/{next(numbers)}"  # an empty one
            dvc(root, "remote", "add", "--local", "--force", "--default", "bench", place)
            took = dvc(root, "push", "data/prepared")
            for kept in (".dvc/cache", "data/prepared"):
                put_aside(root / kept)
            return took + dvc(root, "pull", "data/prepared")

        for root in (ours, older):
            dvc(root, "repro", "--single-item", "preprocess")
        # Minutes, as a server takes some hundred files a second: the default is one round.
        rounds = max(options.rounds // 5, 1)
        values = once_in_turns(lambda: there_and_back(ours), lambda: there_and_back(older), rounds=rounds)
        limit = "two starts of DVC, then the server's disk and the md5 of each byte; the starts"
        floor = 2 * start_of("import dvc.repo, dvc_gs")
        yield row(f"{len(images):,} images, against one file an image", *values, faster(30), limit, floor=floor)
