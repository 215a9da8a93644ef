"""The contract of every exercise: the stub is not yet, the solution passes, wrong answers fail as they say, others pass."""

import json
import re
import shutil

import pytest
from states import TEMPLATE, exercise_ids

CASES = [
    pytest.param(number, exercise, kind, case, id=f"{exercise}-{kind}-{case.stem}")
    for number, exercise in enumerate(exercise_ids(), start=1)
    for kind in ("wrong", "alt")
    for case in sorted((TEMPLATE / "solutions" / exercise / kind).glob("*.md"))
]
EXERCISES = [pytest.param(n, exercise, id=exercise) for n, exercise in enumerate(exercise_ids(), start=1)]


def about(file):
    """Return the front matter of a case or a solution."""
    match = re.match(r"---\n(.*?)---\n", file.read_text(encoding="utf-8"), re.DOTALL)
    pairs = (line.split("#")[0].split(":", 1) for line in match[1].splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def verdicts(workshop, exercise):
    """Return the coach's result for one exercise, and what it prints for a person."""
    done = workshop.coach("check", exercise, "--json", check=False)
    assert done.returncode in (0, 1), f"the coach failed:\n{done.stdout}\n{done.stderr}"
    result = json.loads(done.stdout)["exercises"][0]
    assert done.returncode == (0 if result["verdict"] == "passed" else 1)
    crashed = [check for check in result["checks"] if check["verdict"] == "error"]
    assert not crashed, f"a check crashed: {crashed}"
    return result


def not_yet(result):
    """Return {name: check} of what is not yet right; each such check says its four things."""
    failing = {check["check"]: check for check in result["checks"] if check["verdict"] == "not yet"}
    for check in failing.values():
        assert all(check[fact] for fact in ("expected", "found", "where", "next")), check
    return failing


@pytest.mark.parametrize("number, exercise", EXERCISES)
def test_stub_is_not_yet(at, number, exercise):
    """What a learner starts from is not yet right, and the first check says so, which is the named one."""
    result = verdicts(at(number - 1), exercise)
    assert result["verdict"] == "not yet" and result["checks"][0]["verdict"] == "not yet"
    assert next(iter(not_yet(result))) == about(TEMPLATE / "solutions" / exercise / "README.md")["stub"]


def test_a_push_before_is_no_beginning(at):
    """Who has pushed each commit to a server from the start has not begun the last exercise by that."""
    workshop = at(9)
    workshop.run("git", "clone", "--bare", ".", "../server.git")
    workshop.run("git", "remote", "add", "origin", "../server.git")
    first = verdicts(workshop, "10_collaborate")["checks"][0]
    assert first["verdict"] == "not yet" and first["found"] == "no clone in lab/", first


@pytest.mark.parametrize("number, exercise", EXERCISES)
def test_solution_passes(at, number, exercise):
    """The solution passes every check."""
    result = verdicts(at(number), exercise)
    assert result["verdict"] == "passed", not_yet(result)
    assert result["points"] == result["max_points"] > 0


@pytest.mark.parametrize("number, exercise, kind, case", CASES)
def test_answer(at, number, exercise, kind, case):
    """A wrong answer fails on exactly the check, with the words, that it names; an alternative passes."""
    expected = about(case)
    workshop = at(number if expected.get("start", "solution") == "solution" else number - 1)
    workshop.play("lines", str(case))
    result = verdicts(workshop, exercise)
    failing = not_yet(result)
    if kind == "alt":
        assert result["verdict"] == "passed", failing
        return
    assert list(failing) == [expected["fails"]], failing
    said = " ".join(failing[expected["fails"]][fact] for fact in ("expected", "found", "where", "next"))
    assert expected["shows"] in said, said


def test_a_cache_that_all_workshops_share(at, tmp_path):
    """The cache may be one that only a person's own configuration names: what it holds counts, and nothing else."""
    workshop, own, pool = at(10), tmp_path / "own", tmp_path / "state" / "pool"
    own.mkdir()
    (own / "config").write_text("[cache]\n    dir = ../state/pool\n", encoding="utf-8")
    workshop.env["DVC_GLOBAL_CONFIG_DIR"] = str(own)
    (workshop.root / ".dvc" / "cache").rename(pool)
    shutil.rmtree(workshop.root / "lab" / "laptop" / ".dvc" / "cache")
    assert verdicts(workshop, "10_collaborate")["verdict"] == "passed"
    shutil.rmtree(pool / "files")
    assert list(not_yet(verdicts(workshop, "10_collaborate"))) == ["test_clone", "test_cache_restored"]


@pytest.mark.parametrize("exercise", exercise_ids())
def test_has_enough_answers(exercise):
    """Every exercise has at least three wrong answers and an alternative one."""
    folder = TEMPLATE / "solutions" / exercise
    assert len(list((folder / "wrong").glob("*.md"))) >= 3
    assert len(list((folder / "alt").glob("*.md"))) >= 1
