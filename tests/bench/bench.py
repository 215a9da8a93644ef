"""Measure every row beside its peers: `make bench`, or `bench.py NAME …` for some groups of rows.

Writes results.json, and from it the table and the plots of README.md. `{"rows": [{"name", "ours", "peer", "unit",
"ratio", "spread", "goal", "reached", "limit"}]}`: medians, and in `spread` the least and the most of both sides.
"""

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import report
from measure import same_budget

sys.path.append(str(Path(__file__).resolve().parents[1]))  # for states
RESULTS = Path(__file__).with_name("results.json")
# The modules with rows, in the order of the table. Each has `rows(folder, options)`, which yields them.
GROUPS = ("generation", "grading", "watching", "transform", "stage", "training", "pipeline", "transfer", "learning")
GROUPS += ("from_nothing", "growth", "board", "class_report")


def options():
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", metavar="NAME", help=f"of {', '.join(GROUPS)}; all where none is named")
    parser.add_argument("--images", type=int, default=60_000, help="images of 28 x 28 pixels (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of images and angles (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="of each row; of what takes minutes fewer (%(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="of the load on the board (%(default)s)")
    found = parser.parse_args()
    if unknown := set(found.groups) - set(GROUPS):
        parser.error(f"no rows are named {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    return found


def main():
    """Measure, and put the rows of each group in the place of those that it had."""
    asked = options()
    known = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.exists() else []
    same_budget()
    for group in asked.groups or GROUPS:
        # In a process of its own: what one group imports, or where it stands, would change the next one's figures.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            found = pool.submit(measured, group, asked).result()
        known = [row for row in known if group_of(row) in GROUPS and group_of(row) != group] + found
        known.sort(key=lambda row: GROUPS.index(group_of(row)))
        RESULTS.write_text(json.dumps({"rows": known}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report.write(known)


def measured(group, asked):
    """Return the rows of a group, and tell each as it comes."""
    found, here = [], os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(import_module("states").surroundings(folder))
        for row in import_module(group).rows(Path(folder), asked):
            found.append({**row, "name": f"{group}: {row['name']}"})
            print(report.line(found[-1]), flush=True)
        os.chdir(here)  # not all systems delete the folder in which a process stands
    return found


def group_of(row):
    """Return the group that a row of the results belongs to."""
    return row["name"].partition(":")[0]


if __name__ == "__main__":
    main()
