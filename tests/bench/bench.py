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

from states import TEMPLATE, TREE, States, exercise_ids, surroundings  # noqa: E402

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


def row(name, ours, peer, goal, reached, limit, unit="s"):
    """Return one row of the results; the spread is each side's range over its median."""
    a, b = statistics.median(ours), statistics.median(peer)
    spread = {"ours": [min(ours), max(ours)], "peer": [min(peer), max(peer)]}
    return {
        "name": name,
        "ours": round(a, 3),
        "peer": round(b, 3),
        "unit": unit,
        "ratio": round(a / b, 3) if b else None,
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


def checks(folder):
    """Time one exercise checked, and all of them, whole processes, beside the `dvc` command line and the single ones."""
    with States().copy(10, Path(folder) / "state").buckets() as workshop:
        options = {"cwd": workshop.root, "env": workshop.env}
        asked = (["stage", "list"], ["status", "download"], ["remote", "list"], ["status", "--cloud"], ["config", "-l"])

        def coach(*words):
            return seconds([sys.executable, "-m", "coach", *words], **options)

        one = pairs(lambda: coach("check", "03"), lambda: sum(seconds(["dvc", *words], **options) for words in asked))
        numbers = [name.split("_")[0] for name in exercise_ids()]
        every = pairs(lambda: coach("check", "--all"), lambda: sum(coach("check", n) for n in numbers), rounds=3)
        place = pairs(lambda: coach(), lambda: seconds([sys.executable, "-c", "import rich.console"], **options))
    start = "start of Python, then of pytest and rich"
    return [
        row("coach check 03", *one, "≤ 1 s, ≤ 0.2 × dvc", lambda a, b: a <= 1 and a <= 0.2 * b, start),
        row("coach check --all", *every, "≤ 0.4 × the single ones", lambda a, b: a <= 0.4 * b, "torch, twice"),
        row("coach", *place, "≤ 0.3 s", lambda a, b: a <= 0.3, "start of Python, then of rich"),
    ]


class Watch:
    """A `coach watch` without a terminal: it prints a block after each check."""

    def __init__(self, workshop, **variables):
        self.root = workshop.root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coach", "watch", "03"],
            cwd=workshop.root,
            env={**workshop.env, **variables, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        self.wait()
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.communicate(timeout=30)

    def wait(self):
        """Wait until a check has been shown."""
        while "checked at" not in self.process.stdout.readline():
            if self.process.poll() is not None:
                raise RuntimeError("coach watch has ended")

    def save_to_verdict(self):
        """Save a file that the check looks at, and return the seconds until the verdict is shown."""
        time.sleep(2.5)
        before = time.perf_counter()
        with open(self.root / ".dvc/config", "a", encoding="utf-8") as file:
            file.write("# saved\n")
        self.wait()
        return time.perf_counter() - before

    def idle(self, wait=10):
        """Return the share of a core, in percent, that it takes while nothing changes."""
        time.sleep(3)
        before, began = self.ticks(), time.monotonic()
        time.sleep(wait)
        used = (self.ticks() - before) / os.sysconf("SC_CLK_TCK")
        return 100 * used / (time.monotonic() - began)

    def ticks(self):
        """Return the processor's time that the process has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])


def watching(folder):
    """Measure `coach watch`: from a save to the verdict, and what it takes while nothing changes; polling is the peer."""
    with States().copy(3, Path(folder) / "watched").buckets() as workshop:
        with Watch(workshop) as events, Watch(workshop, WATCHFILES_FORCE_POLLING="true") as polling:
            idle = [[events.idle() for _ in range(3)], [polling.idle() for _ in range(3)]]
        verdicts = []
        for variables in ({}, {"WATCHFILES_FORCE_POLLING": "true"}):
            with Watch(workshop, **variables) as watch:
                verdicts.append([watch.save_to_verdict() for _ in range(ROUNDS)])
    limit = "start of Python and pytest, and the pause that lets several changes come together"
    return [
        row("coach watch, save to verdict", *verdicts, "≤ 1.5 s", lambda a, b: a <= 1.5, limit),
        row("coach watch, idle", *idle, "≤ 1 % of a core", lambda a, b: a <= 1, "events of the system", unit="%"),
    ]


def main():
    """Measure every row, print a table, write results.json."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(surroundings(folder))
        rows = [generation(folder), *checks(folder), *watching(folder)]
    for found in rows:
        print(
            "{name}: {ours} {unit}, peer {peer} {unit}, ratio {ratio} (goal {goal}), reached: {reached}".format(**found)
        )
    file = Path(__file__).with_name("results.json")
    file.write_text(json.dumps({"rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
