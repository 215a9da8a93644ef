"""The folder itself: what may be written to, room, copies that are whole or not there, checksums."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

from coach import environment, show
from coach.environment import Trouble

MARK = ".coach-pack"  # is there from the beginning: only such a folder may be written over
SUMS, ABOUT, SCHEMA = "SHA256SUMS", "pack.json", "coach/pack/v1"
SYSTEM = re.compile(r"[a-z0-9_]+-[a-z0-9_]+-py3\.\d+")
SPARE = 20 * 1024**2
PIECE = 1024**2


def check(root, folder):
    """Trouble unless the folder is new, empty or made by `coach pack`, and outside of the workshop."""
    if folder.resolve().is_relative_to(Path(root).resolve()):
        outside = "one outside, on a USB stick for example"
        raise wrong(folder, "a folder inside of the workshop", outside)
    if folder.exists() and not folder.is_dir():
        raise wrong(folder, "a file", "a folder")
    if folder.is_dir() and any(folder.iterdir()) and not is_ours(folder):
        raise wrong(folder, "a folder with other files in it", "a new or an empty one")


def is_ours(folder):
    """Say whether `coach pack` has made a folder; what is copied by hand may lack the mark, which is hidden."""
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        about = None
    return (folder / MARK).is_file() or isinstance(about, dict) and about.get("schema") == SCHEMA


def wrong(folder, found, expected):
    """Return the Trouble of a folder that cannot be taken."""
    place = "FOLDER" if expected != "a new or an empty one" else folder / "workshop"
    return Trouble(found=found, expected=expected, where=folder, next=f"`coach pack {place}`")


def other_systems(folder, system, requirements):
    """Return the other systems whose packages are in the folder, complete and of this Pipfile."""
    found, sums = [], read_sums(folder)
    for listed in sorted(folder.glob("*-py3.*/requirements.txt")):
        name = listed.parent.name
        is_listed = name != system and f"{name}/{listed.name}" in sums
        if is_listed and listed.read_text("utf-8", "replace") == requirements:
            found.append(name)
    return found


def say_what_goes(folder, systems):
    """Name the systems whose packages are taken out, before they are."""
    there = {file.parent.name for file in folder.glob("*-py3.*/*")}
    for name in sorted(name for name in there - {*systems} if SYSTEM.fullmatch(name)):
        show.line(f"Note: {name} is not complete, or of another Pipfile, and is taken out.")
        show.line("Run the same command on such a machine again.")


def fill(folder, files, others, about):
    """Bring {name: source} into the folder and write the checksums last; return the size of all."""
    try:
        sums = read_sums(folder)
        wanted = {name: sha256(source) for name, source in files.items()}
        missing = [name for name in files if not same(folder / name, wanted[name])]
        require_room(folder, sum(files[name].stat().st_size for name in missing))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
        (folder / ABOUT).unlink(missing_ok=True)  # until it is back, install.py refuses the folder
        copy_all(folder, files, missing)
        kept = {name: value for name, value in sums.items() if name.split("/")[0] in others}
        say_what_goes(folder, about["systems"])
        take_out(folder, wanted | kept)
        write_sums(folder, wanted | kept)
        about["sums"] = sha256(folder / SUMS)
        write(folder / ABOUT, json.dumps(about, indent=1) + "\n")
    except OSError as error:
        raise Trouble(
            found=error.strerror or error,
            expected="a folder that can be written, with room for all",
            where=error.filename or folder,
            next=f"`coach pack {folder}` again, when that is mended: what is copied stays",
        ) from None
    return sum((folder / name).stat().st_size for name in wanted | kept)


def copy_all(folder, files, missing):
    """Copy what is missing; each file appears whole or not at all."""
    with show.console.status("copying …") as status:
        for number, name in enumerate(missing, start=1):
            status.update(f"copying {number} of {len(missing)}: {name}"[:70])
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            copy(files[name], target)
    already = len(files) - len(missing)
    show.line(f"Copied: {len(missing)} files. As they should be already: {already}.")


def copy(source, target):
    """Copy a file, so that it is on the disk when it appears."""
    part = target.with_name(f"{target.name}.part")
    with open(source, "rb") as reader, open(part, "wb") as writer:
        shutil.copyfileobj(reader, writer, PIECE)
        writer.flush()
        os.fsync(writer.fileno())
    os.replace(part, target)


def take_out(folder, sums):
    """Take out of the folder what an earlier pack has left there."""
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        name = path.relative_to(folder).as_posix()
        mine = name.endswith(".part") or SYSTEM.fullmatch(name.split("/")[0])
        if name not in sums and mine:
            path.unlink()


def require_room(folder, size):
    """Trouble, before anything is copied, where there is not enough room."""
    there = next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
    free = shutil.disk_usage(there).free
    if size + SPARE > free:
        raise Trouble(
            found=f"{megabytes(free)} free",
            expected=f"{megabytes(size + SPARE)}",
            where=folder,
            next=f"make room there, or take another stick, then `coach pack {folder}`",
        )


def sha256(file):
    """Return a file's SHA-256, as hex."""
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def same(file, wanted):
    """Say whether a file is there with these contents."""
    return file.is_file() and sha256(file) == wanted


def read_sums(folder):
    """Return {name: SHA-256} as SHA256SUMS has it."""
    file = folder / SUMS
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    lines = [line for line in text.splitlines() if re.fullmatch(r"[0-9a-f]{64} [ *].+", line)]
    return {line[66:]: line[:64] for line in lines}


def write_sums(folder, sums):
    """Write SHA256SUMS in the format that `sha256sum --check` reads."""
    write(folder / SUMS, "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)))


def write(file, text):
    """Write a text that everybody may read, whole or not at all."""
    environment.write(file, text)
    file.chmod(0o644)


def megabytes(size):
    """Return a size as people say it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
