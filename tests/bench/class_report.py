"""Time the report on a class of 100, whole command, against `git clone` of the same repositories alone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from measure import CORES, at_most, in_turns, put_aside, row, seconds, timed
from states import States, exercise_ids

LEARNERS = 100


def rows(folder, options):
    """Yield the row of a class in which as many are at the end of each exercise."""
    states, repos = States(), folder / "repos"
    here = states.copy(0, folder / "instructor")
    repos.mkdir()
    for number in range(LEARNERS):
        done = number % len(exercise_ids()) + 1
        clone(next(states.kept(done).glob("*/")), repos / f"learner{number:03}")
    command = [sys.executable, "-m", "coach", "class", "report", "--repos", str(repos)]
    sides = in_turns(
        lambda: seconds(command, cwd=here.root, env=here.env),
        lambda: timed(clone_all, repos, folder / "clones"),
        rounds=min(options.rounds, 3),
    )
    limit = "what Git and pytest take for each repository, on all cores"
    yield row(f"a class of {LEARNERS}, against `git clone`", *sides, at_most(30, "s"), limit)


def clone(source, target):
    """Clone a repository, its objects sent and proven as from another machine."""
    subprocess.run(["git", "clone", "--quiet", "--no-local", str(source), str(target)], check=True)


def clone_all(repos, target):
    """Clone all repositories, as many at a time as there are cores."""
    put_aside(target)
    with ThreadPoolExecutor(CORES) as threads:
        list(threads.map(lambda source: clone(source, target / source.name), sorted(repos.iterdir())))
