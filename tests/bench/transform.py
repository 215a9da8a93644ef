"""Time the turning and cropping of images alone, each by its own angle, against other ways to do the same."""

import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import count, islice

import imagesets
import numpy as np
import older_way
import torch
from measure import CORES, Goal, faster, in_turns, row, timed
from older.preprocess import turn
from PIL import Image
from torch.nn.functional import affine_grid, grid_sample

CROP = 24
LOW, HIGH = 2, 26  # the centre of 28 pixels
BATCH = 1000  # images: so many fit into the processor's cache
SLOW = 3  # rounds of a peer that takes seconds
NEARLY = Goal("≥ 90 % of its rate", lambda ours, peer: peer >= 0.9 * ours, speedup=True)
MISSING = ("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",)
MISSING += ("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",)


def rows(folder, options):
    """Yield a row for each peer."""
    images, labels = imagesets.digits(options.images, 28, options.seed)
    angles = np.random.default_rng(options.seed).uniform(-15, 15, len(images))
    sys.path.append(str(older_way.ours(folder)))
    rotate_and_crop = import_module("dvc_workshop.pipeline.preprocess").rotate_and_crop

    def ours():
        return rotate_and_crop(images, angles, CROP)

    peers = {
        "PNG -> PIL -> PNG": (png_to_png(folder, images, labels, angles), faster(60)),
        "torchvision image by image": (with_torchvision(images, angles), faster(80)),
        "PIL in memory": (in_memory(images, angles), faster(10)),
    }
    name, limit = f"{len(images):,} images, against", "memory: four old pixels for each new one; to take these"
    taking = takes(len(images))
    floor = statistics.median(timed(taking) for _ in range(options.rounds))
    for peer, (theirs, goal) in peers.items():
        check_same(ours(), theirs(), peer)
        values = in_turns(lambda: timed(ours), lambda: timed(theirs), rounds=min(SLOW, options.rounds))
        yield row(f"{name} {peer}", *values, goal, limit, floor=floor)
    bare = bare_grid_sample(images, angles)
    values = in_turns(lambda: timed(ours), lambda: timed(bare), rounds=options.rounds)
    yield row(f"{name} a bare batched grid_sample", *values, NEARLY, limit, floor=floor)


def takes(count):
    """Return what NumPy cannot leave out: to take the four old pixels of each new one, on all cores."""
    pixels = np.zeros(BATCH * 28**2, np.float32)
    places = np.random.default_rng(0).integers(0, len(pixels) - 30, BATCH * CROP**2)
    places.sort()  # as near to one another as those of real images

    def some(batches):
        out = np.empty(len(places), np.float32)
        for _ in range(batches):
            for further in (0, 1, 28, 29):
                pixels[further:].take(places, out=out, mode="clip")

    def work():
        with ThreadPoolExecutor(CORES) as pool:
            list(pool.map(some, [count // BATCH // CORES] * CORES))

    return work


def check_same(ours, theirs, name):
    """Stop where a peer's first images are others than ours; PIL rounds down, and is black beyond the edges."""
    found = np.stack(list(islice(theirs, BATCH))).astype(np.float32)
    apart = float(np.abs(ours[: len(found)] - found).mean())
    if apart > 1:
        raise RuntimeError(f"the images of {name} differ from ours by {apart:.2f} of 255 grey levels on average")


def png_to_png(folder, images, labels, angles):
    """Return the older way: each PNG is opened, turned, cropped and saved as another."""
    imagesets.write_pngs(folder / "raw", images, labels)
    files = [f"{label}/{number:06}.png" for number, label in enumerate(labels)]
    numbers = count()

    def work():
        target = folder / f"turned-{next(numbers)}"  # each time anew: to write over a file takes longer
        for label in np.unique(labels):
            (target / str(label)).mkdir(parents=True)
        for name, angle in zip(files, angles):
            turn(folder / "raw" / name, target / name, angle, CROP)
        return (np.asarray(Image.open(target / name)) for name in files)  # read when they are looked at

    return work


def with_torchvision(images, angles):
    """Return torchvision's usual way: a tensor is turned, then cropped, then the next one."""
    import_torchvision()
    from torchvision.transforms import v2

    tensors = torch.from_numpy(images).float().unsqueeze(1)  # faster than uint8, which it would convert

    def work():
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # of a single small image two make nothing faster, and on a busy machine they stall
        turned = np.empty((len(tensors), CROP, CROP), np.float32)
        for number, angle in enumerate(angles.tolist()):
            image = v2.functional.rotate(tensors[number], angle, v2.InterpolationMode.BILINEAR)
            turned[number] = v2.functional.center_crop(image, [CROP, CROP])[0].numpy()
        torch.set_num_threads(threads)
        return turned

    return work


def import_torchvision():
    """Import torchvision, also beside a torch for CPUs that lacks two of its operators."""
    try:
        import_module("torchvision")
    except RuntimeError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        import_torchvision.library = torch.library.Library("torchvision", "DEF")  # kept: it ends with its name
        for operator in MISSING:
            import_torchvision.library.define(operator)
        import_module("torchvision")


def in_memory(images, angles):
    """Return the way of PIL without files."""

    def work():
        turned = np.empty((len(images), CROP, CROP), np.float32)
        for number, angle in enumerate(angles.tolist()):
            image = Image.fromarray(images[number]).rotate(angle, Image.Resampling.BILINEAR)
            turned[number] = np.asarray(image.crop((LOW, LOW, HIGH, HIGH)))
        return turned

    return work


def bare_grid_sample(images, angles):
    """Return what cannot be left out of torch's batched way: no conversion before, nothing kept after."""
    pixels = torch.from_numpy(images).float().unsqueeze(1)
    radians = torch.from_numpy(angles).float().deg2rad()
    cos, sin, zero = radians.cos(), radians.sin(), torch.zeros(len(images))
    matrices = torch.stack([cos, -sin, zero, sin, cos, zero], 1).reshape(-1, 2, 3)

    def work():
        for batch, matrix in zip(pixels.split(BATCH), matrices.split(BATCH)):
            grid_sample(batch, affine_grid(matrix, batch.shape, align_corners=False), align_corners=False)

    return work
