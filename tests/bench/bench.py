"""Measure what must stay fast, each row beside its peer (A B A B, medians): `make bench`.

Writes results.json: {"rows": [{"name", "ours", "peer", "unit", "ratio", "spread", "goal", "reached", "limit"}]}.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from states import TEMPLATE, TREE, States, surroundings  # noqa: E402

ROUNDS = 7


def seconds(command, **options):
    """Return how long a command takes, as a whole process."""
    before = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - before


def pairs(ours, peer, rounds=ROUNDS):
    """Return the times of both, taken in turns so that the machine's noise hits both alike."""
    ours(), peer()  # the first run fills caches
    times = [(ours(), peer()) for _ in range(rounds)]
    return [time for time, _ in times], [time for _, time in times]


def row(name, ours, peer, goal, reached, limit):
    """Return one row of the results; the spread is each side's range over its median."""
    a, b = statistics.median(ours), statistics.median(peer)
    spread = {"ours": [min(ours), max(ours)], "peer": [min(peer), max(peer)]}
    return {
        "name": name,
        "ours": round(a, 3),
        "peer": round(b, 3),
        "unit": "s",
        "ratio": round(a / b, 3),
        "spread": {side: [round(value, 3) for value in both] for side, both in spread.items()},
        "goal": goal,
        "reached": reached(a, b),
        "limit": limit,
    }


def template_without_hooks(folder):
    """Return a template that writes the same files as `main`, and has no hook."""
    target = Path(folder) / "template"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TREE, target / TREE.name, ignore=ignore)
    shutil.copytree(TEMPLATE / "exercises", target / TREE.name / "exercises", ignore=ignore)
    for name in ("cookiecutter.json", "local_extensions.py"):
        shutil.copy(TEMPLATE / name, target)
    shutil.copytree(TEMPLATE / "exercises", target / "exercises", ignore=ignore)
    return target


def generation(folder):
    """Time a whole generation, with all branches, against cookiecutter alone."""

    def cook(template):
        with tempfile.TemporaryDirectory(dir=folder) as out:
            return seconds([sys.executable, "-m", "cookiecutter", str(template), "--no-input", "-o", out])

    bare = template_without_hooks(folder)
    ours, peer = pairs(lambda: cook(TEMPLATE), lambda: cook(bare))
    limit = "start of Python and cookiecutter, then Jinja's compilation of each file"
    return row("generation with all branches", ours, peer, "≤ 3 ×", lambda a, b: a <= 3 * b, limit)


def one_check(folder):
    """Time one exercise checked, a whole process, against the same facts asked of the dvc command line."""
    number = 3
    with States().copy(number, Path(folder) / "state").buckets() as workshop:
        options = {"cwd": workshop.root, "env": workshop.env}
        asked = (["stage", "list"], ["status", "download"], ["remote", "list"], ["status", "--cloud"], ["config", "-l"])
        ours, peer = pairs(
            lambda: seconds([sys.executable, "-m", "coach", "check", "03"], **options),
            lambda: sum(seconds(["dvc", *words], **options) for words in asked),
        )
    limit = "start of Python, then of pytest and rich"
    return row("coach check 03", ours, peer, "≤ 1 s", lambda a, b: a <= 1, limit)


def main():
    """Measure every row, print a table, write results.json."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(surroundings(folder))
        rows = [generation(folder), one_check(folder)]
    for found in rows:
        print("{name}: {ours} s, peer {peer} s, ratio {ratio} (goal {goal}), reached: {reached}".format(**found))
    file = Path(__file__).with_name("results.json")
    file.write_text(json.dumps({"rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
