"""Both ways as projects in folders of their own: the template's, and the older workshops' (the folder `older`)."""

import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

from states import TREE, Workshop, generate

sys.path.append(str(TREE))  # for coach

OLDER = Path(__file__).with_name("older")


def ours(folder):
    """Return the template's project with all stages, for images of 28 x 28 pixels."""
    return generate(folder, kind="project", data="mnist")


def older(ours, folder):
    """Return the older way's project, with our parameters and network; it looks for raw images beside it, in `raw`."""
    root = Path(folder) / "older"
    shutil.copytree(OLDER, root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ours / "dvc_workshop", root / "dvc_workshop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ours / "params.yaml", root)
    for command in (
        ["git", "init", "-q"],
        ["dvc", "init", "-q"],
        ["git", "add", "."],
        ["git", "commit", "-qm", "Start"],
    ):
        subprocess.run(command, cwd=root, check=True)
    return root


@contextlib.contextmanager
def buckets(folder, files):
    """Run a bucket server whose raw bucket holds the files of a folder as MNIST; yield the environment that finds it."""
    from coach.buckets.gcs import Storage

    # A project of another data set keeps the server: with MNIST it would download the real one.
    with Workshop(generate(folder, kind="project", data="digits")).buckets() as host:
        store = Storage(host.env["STORAGE_EMULATOR_HOST"])
        for file in Path(files).iterdir():
            store.put("dvc-workshop-raw", f"mnist/{file.name}", file.read_bytes())
        yield host.env
