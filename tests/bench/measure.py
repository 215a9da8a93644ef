"""Measure two or more ways to do the same, in turns, and judge the ratio of their medians against a goal."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Callable

CORES = 2  # what every side may use


@dataclass(frozen=True)
class Goal:
    """What a row should reach; its ratio grows with the peer's time where `speedup` is true, else with ours."""

    text: str
    reached: Callable[[float, float], bool]
    speedup: bool = False

    def ratio(self, ours, peer):
        """Return how many times faster than the peer ours is, or how many times the peer's cost ours has."""
        over, under = (peer, ours) if self.speedup else (ours, peer)
        return over / under if under else None


def faster(times, seconds=None):
    """Return the goal to be so many times faster than the peer, and within so many seconds."""
    text = f"≥ {times:g} × faster" + (f", ≤ {seconds:g} s" if seconds else "")
    return Goal(text, lambda ours, peer: peer >= times * ours and (not seconds or ours <= seconds), speedup=True)


def within(times):
    """Return the goal to cost no more than so many times what the peer costs."""
    return Goal(f"≤ {times:g} ×", lambda ours, peer: ours <= times * peer)


def at_most(value, unit):
    """Return the goal to stay below a value, whatever the peer costs."""
    return Goal(f"≤ {value:g} {unit}", lambda ours, peer: ours <= value)


STATED = Goal("stated", lambda ours, peer: True)


def row(name, ours, peer, goal, limit, unit="s", floor=None):
    """Return one row of the results from the values of both sides; the spread is from least to most.

    `limit` says what bounds the result, and `floor` what that alone costs, where it was measured.
    """
    a, b = statistics.median(ours), statistics.median(peer)
    if floor:
        limit += f": {figures(floor)} {unit} alone, {a / floor:.2g} × away"
    return {
        "name": name,
        "ours": figures(a),
        "peer": figures(b),
        "unit": unit,
        "ratio": figures(goal.ratio(a, b)),
        "spread": {
            "ours": [figures(min(ours)), figures(max(ours))],
            "peer": [figures(min(peer)), figures(max(peer))],
        },
        "goal": goal.text,
        "reached": goal.reached(a, b),
        "limit": limit,
    }


def figures(value):
    """Return a number with four significant figures."""
    return None if value is None else float(f"{value:.4g}")


def in_turns(*sides, rounds):
    """Return the values of each side, measured in turns so that the machine's noise hits all alike."""
    for side in sides:
        side()  # the first run fills caches
    return once_in_turns(*sides, rounds=rounds)


def once_in_turns(*sides, rounds):
    """As `in_turns`, without the first run: for what begins from nothing, or takes minutes."""
    values = [[settled(side)() for side in sides] for _ in range(rounds)]
    return [list(of_one) for of_one in zip(*values)]


def settled(side):
    """Have the system write first what the side before has left for the disk, so that nobody else pays for it."""
    if hasattr(os, "sync"):
        os.sync()
    return side


def put_aside(folder):
    """Move a folder out of the way, where there is one; it is deleted with all others at the end of the group.

    For a minute after many files were deleted, ext4 makes new ones several times slower: who deletes them between two
    rounds slows down the next one.
    """
    if os.path.exists(folder):
        os.replace(folder, f"{folder}-{time.time_ns()}")


def timed(work, *arguments):
    """Return how long a call takes, in seconds."""
    before = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - before


def seconds(command, **options):
    """Return how long a command takes as a whole process, in seconds; its own words where it fails."""
    before = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    took = time.perf_counter() - before
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return took


def start_of(code, **options):
    """Return how long Python takes to start and to run some code, mostly imports: the median of three, in seconds."""
    return statistics.median(seconds([sys.executable, "-c", code], **options) for _ in range(3))


def same_budget():
    """Keep this process and its children on as many cores as every side may use."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    else:
        print("This system cannot hold a process to some cores: all are used.", file=sys.stderr)
