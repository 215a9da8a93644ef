"""The doctor's checks of the place where the workshop lies: path, mount, who else writes there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from coach.doctor.systems import move, system
from coach.environment import Trouble

MOUNTS = Path("/proc/mounts")
DRIVES = ("9p", "drvfs", "v9fs")  # how WSL shows the drives of Windows
SYNCED = re.compile(
    r"(OneDrive|Dropbox|Nextcloud|ownCloud|iCloud ?Drive|Google ?Drive|pCloud ?Drive"
    r"|Mobile Documents|CloudStorage)( [-(].*)?",
    re.IGNORECASE,
)
UNFIT = ("{", "}", os.pathsep)  # DVC's progress bar fails at braces, PYTHONPATH ends at the last
LONGEST = 162  # characters of the longest path inside of a finished workshop, by measure
LIMIT = 259  # of Windows, for a whole path


def folder(root) -> str:
    """No character in the path confuses DVC or Python; spaces and non-ASCII letters do not."""
    root = str(root)
    if bad := [character for character in UNFIT if character in root]:
        found, expected = f"{' '.join(bad)} in the path", f"a path without {' '.join(UNFIT)}"
        raise Trouble(found=found, expected=expected, where=root, next=renamed(root))
    odd = [" " in root and "spaces", not root.isascii() and "letters beyond ASCII"]
    note = " and ".join(filter(None, odd))
    return f"{root} ({note} do no harm)" if note else root


def renamed(root) -> str:
    """Return the advice to give a folder a plain name."""
    name = re.sub("[^A-Za-z0-9]+", "-", Path(root).name).strip("-") or "workshop"
    return move(root, name)


def wsl_mount(root) -> str | None:
    """Under WSL: the workshop lies on Linux's own disk, not on a drive of Windows."""
    if system() != "wsl":
        return None
    point, kind = mount(root)
    if kind in DRIVES:
        found, where = f"a drive of Windows ({point}, {kind})", root
        raise Trouble(found=found, expected="Linux's own disk", where=where, next=move(root))
    return f"Linux's own disk ({kind})"


def mount(root) -> tuple[str, str]:
    """Return (mount point, file system) of a folder, the innermost."""
    found = ("/", "")
    for line in MOUNTS.read_text("utf-8", "replace").splitlines():
        _, point, kind, *_ = [*line.split(), "", "", ""]
        point = point.replace("\\040", " ")
        if Path(root).is_relative_to(point) and len(point) >= len(found[0]):
            found = (point, kind)
    return found


def synced(root) -> str:
    """No program copies the workshop to the cloud while Git and DVC write."""
    for part in Path(root).parts:
        if SYNCED.fullmatch(part):
            raise in_sync(root, part)
    for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        if (place := os.environ.get(name)) and Path(root).is_relative_to(place):
            raise in_sync(root, place)
    return "not in OneDrive, Dropbox, iCloud or Google Drive"


def in_sync(root, what) -> Trouble:
    """Return the Trouble of a folder that another program keeps in step with the cloud."""
    expected = "a folder that no other program writes to"
    return Trouble(found=f"a folder of {what}", expected=expected, where=root, next=move(root))


def long_paths(root) -> str | None:
    """On Windows: the longest path in the workshop is one that Windows takes."""
    if system() != "windows":
        return None
    if (length := len(str(root)) + 1 + LONGEST) <= LIMIT:
        return f"at most {length} characters"
    if allowed():
        return f"at most {length} characters, and this Windows takes long paths"
    expected = f"at most {LIMIT}, so a workshop's folder of at most {LIMIT - LONGEST - 1}"
    raise Trouble(found=f"{length} characters", expected=expected, where=root, next=move(root))


def allowed() -> bool:
    """Say whether this Windows takes paths of more than 260 characters."""
    import winreg

    place = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
            return winreg.QueryValueEx(key, "LongPathsEnabled")[0] == 1
    except OSError:
        return False
