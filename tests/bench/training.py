"""Time one epoch of training from tensors on the device, against the usual ways to hand images to a network."""

import csv
import os
import statistics
import sys
from pathlib import Path

import imagesets
import older_way
import torch
import torch.nn.functional as F
from measure import STATED, faster, in_turns, row, timed
from older.train import loader
from torch.utils.data import DataLoader, TensorDataset

SIZE = 24  # pixels
SCORED = 1000  # images after the epoch, by every side


def rows(folder, options):
    """Yield a row for each peer, and one for CUDA where there is a device."""
    sys.path.append(str(older_way.ours(folder)))
    from dvc_workshop import params
    from dvc_workshop.model import DigitsNet
    from dvc_workshop.pipeline import train

    p = params.Train(seed=options.seed, epochs=1, batch_size=256, learning_rate=0.012, dropout=0.3)
    images, labels = imagesets.digits(options.images, SIZE, options.seed)
    pixels = torch.from_numpy((images - images.mean()) / images.std()).float()
    everything = pixels, torch.from_numpy(labels).long()
    few = everything[0][:SCORED], everything[1][:SCORED]

    def ours(device="cpu"):
        train.make_repeatable(p.seed)
        net = DigitsNet(SIZE, p.dropout).to(device)
        data = {name: tuple(x.to(device) for x in split) for name, split in (("train", everything), ("few", few))}
        return timed(list, train.fit(net, data, p))

    def theirs(batches):
        torch.use_deterministic_algorithms(False)
        torch.set_num_threads(train.CORES if batches.num_workers == 0 else 1)
        net = DigitsNet(SIZE, p.dropout)
        return timed(usual_epoch, net, batches, p.learning_rate, few)

    peers = {  # both with all cores: the reading has one of them, or the arithmetic has both
        "PNG files in a Dataset and a DataLoader": (png_files(folder, images, labels, p.batch_size), faster(8)),
        "tensors in a DataLoader": (DataLoader(TensorDataset(*everything), p.batch_size, shuffle=True), faster(1.2)),
    }
    limit = f"the network's arithmetic; the convolutions take {share_of_convolutions(ours):.0%} of the epoch"
    torch.set_num_threads(train.CORES)  # as `fit` does with such batches
    ready = [part.split(p.batch_size) for part in everything]
    floor = statistics.median(timed(arithmetic, DigitsNet(SIZE, p.dropout), *ready) for _ in range(3))
    for peer, (batches, goal) in peers.items():
        values = in_turns(ours, lambda: theirs(batches), rounds=min(3, options.rounds))
        yield row(f"an epoch of {len(images):,} images, against {peer}", *values, goal, limit, floor=floor)
    if torch.cuda.is_available():
        values = in_turns(lambda: ours("cuda"), ours, rounds=options.rounds)
        yield row(f"an epoch of {len(images):,} images on CUDA, against the CPU", *values, STATED, "start of kernels")
    else:
        print("training: the row of CUDA is skipped: no CUDA device here")


def arithmetic(net, batches, labels):
    """Do what no way can leave out of an epoch: forward and backward, on batches that lie ready."""
    for some, digits in zip(batches, labels):
        net.zero_grad()
        F.cross_entropy(net(some), digits).backward()


def usual_epoch(net, batches, learning_rate, few):
    """Train the network for one epoch on the batches of a DataLoader, and score it on a few images."""
    optimizer = torch.optim.AdamW(net.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, total_steps=len(batches))
    net.train()
    for images, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(net(images), labels).backward()
        optimizer.step()
        schedule.step()
    net.eval()
    with torch.no_grad():
        return (net(few[0]).argmax(1) == few[1]).float().mean().item()


def png_files(folder, images, labels, batch_size):
    """Return the older way's DataLoader over one PNG an image, made here."""
    os.chdir(folder)  # its CSV has paths from the folder of the project
    prepared = Path("data/prepared")
    imagesets.write_pngs(prepared, images, labels)
    with open(prepared / "images.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("path", "label", "split"))
        for number, label in enumerate(labels):
            table.writerow((prepared / str(label) / f"{number:06}.png", label, "train"))
    return loader("train", batch_size, shuffle=True)


def share_of_convolutions(epoch):
    """Return the share of an epoch's time that is spent inside the convolutions, forward and backward."""
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU]) as seen:
        epoch()
    spent = {event.key: event.self_cpu_time_total for event in seen.key_averages()}
    return sum(time for name, time in spent.items() if "convolution" in name) / sum(spent.values())
