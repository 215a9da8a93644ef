"""Time a whole generation, with all solution branches, against cookiecutter alone writing the same files."""

import shutil
import sys

from measure import in_turns, put_aside, row, seconds, start_of, within
from states import TEMPLATE, TREE


def rows(folder, options):
    """Yield the row of the generation."""

    def cook(template):
        put_aside(folder / "out")
        return seconds([sys.executable, "-m", "cookiecutter", str(template), "--no-input", "-o", str(folder / "out")])

    bare = template_without_hooks(folder / "template")
    ours, peer = in_turns(lambda: cook(TEMPLATE), lambda: cook(bare), rounds=options.rounds)
    limit, floor = "start of Python and cookiecutter", start_of("import cookiecutter.cli")
    yield row("with all branches, against cookiecutter alone", ours, peer, within(2), limit, floor=floor)


def template_without_hooks(target):
    """Return a template that writes the same files as `main`, and has no hook."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TREE, target / TREE.name, ignore=ignore)
    shutil.copytree(TEMPLATE / "exercises", target / TREE.name / "exercises", ignore=ignore)
    for name in ("cookiecutter.json", "local_extensions.py"):
        shutil.copy(TEMPLATE / name, target)
    shutil.copytree(TEMPLATE / "exercises", target / "exercises", ignore=ignore)
    return target
