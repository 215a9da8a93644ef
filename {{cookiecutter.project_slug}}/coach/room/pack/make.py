"""Make the folder: packages, the workshop, data, what installs them, and their checksums."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path
from string import Template

from coach import course, show
from coach.buckets import rawdata
from coach.environment import Trouble, answers
from coach.room.pack import bundle, stick, wheels

HERE = Path(__file__).parent


class Stopped(Trouble):
    """Ctrl-C."""

    exit_code = 130


def pack(root, folder):
    """Make or complete the folder and say what is in it; whatever stops it, the same command goes on."""
    folder = Path(folder).absolute()
    stick.check(root, folder)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            fill(root, folder, Path(scratch))
    except KeyboardInterrupt:
        raise Stopped(
            found="Ctrl-C; the folder is half-made, and install.py refuses it",
            expected="to pack to the end",
            where=folder,
            next=f"`coach pack {folder}` goes on where it stopped",
        ) from None


def fill(root, folder, scratch):
    """Gather what is to be in the folder, then bring it there."""
    system = wheels.system()
    gathered = wheels.gather(root, system)
    branch = bundle.make(root, scratch / "workshop.bundle")
    about = {
        "schema": stick.SCHEMA,
        "name": course.workshop_name(root),
        "slug": Path(root).name,
        "branch": branch,
    }
    others = stick.other_systems(folder, system, wheels.text(root))
    systems = {other: wheels.sizes(folder / other) for other in others}
    systems[system] = wheels.sizes(gathered)
    (scratch / "README.txt").write_text(readme(about, systems), encoding="utf-8")
    files = {
        "install.py": HERE / "install.py",
        "README.txt": scratch / "README.txt",
        "workshop.bundle": scratch / "workshop.bundle",
    }
    files |= {f"data/{file.name}": file for file in data(root)}
    files |= {f"{system}/{file.name}": file for file in sorted(gathered.iterdir())}
    size = stick.fill(folder, files, others, about | {"systems": systems})
    tell(folder, systems, size)


def data(root):
    """Return the files of the raw data that a learner's machine would download; the digits come with scikit-learn."""
    known = answers(root)
    if known.data == "digits" or not known.local:
        return []
    cache = Path(root) / ".coach" / "downloads"
    return [cache / name for name in rawdata.make(known.data, cache_dir=cache)]


def readme(about, systems):
    """Return README.txt for these systems: what a learner types on each."""
    template = Template((HERE / "README.txt").read_text(encoding="utf-8"))
    largest = max(systems.values(), key=lambda sizes: sizes["installed"])
    return template.substitute(
        name=about["name"],
        line="=" * len(about["name"]),
        slug=about["slug"],
        systems="".join(f"  {name}\n" for name in sorted(systems)),
        need=stick.megabytes(largest["bytes"] + largest["installed"]),
    )


def tell(folder, systems, size):
    """Say what has been made and what to do with it."""
    python = "py" if platform.system() == "Windows" else "python3"
    show.line(f"Done: {folder}, {stick.megabytes(size)}, for {', '.join(sorted(systems))}.")
    show.line(f"A learner types: `{python} {folder / 'install.py'}` (README.txt tells them).")
    show.line("Before the class: try it on a machine like theirs, with the network off.")
