"""What a class report is made of: tables that people keep, words that learners send, verdicts that are made of both."""

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata
from contextlib import nullcontext
from pathlib import Path

import pytest
from coach.classroom import (
    catalogue,
    child,
    csvfile,
    guard,
    intake,
    marks,
    original,
    overrides,
    quickyaml,
    report,
    reported,
    roster,
    tables,
    worktree,
)
from coach.classroom.theirs import Refused
from coach.environment import Trouble

ROSTER = "id,name\nann,Ann Ø\nbo,Bo\n"
ROSTERS = {
    "commas": ROSTER.encode(),
    "semicolons": ROSTER.replace(",", ";").encode(),
    "tabs": ROSTER.replace(",", "\t").encode(),
    "a byte order mark": b"\xef\xbb\xbf" + ROSTER.encode(),
    "UTF-16": ROSTER.encode("utf-16"),
    "Windows": ROSTER.replace("\n", "\r\n").encode("cp1252"),
    "upper case": ROSTER.replace("id,name", "ID,Name").encode(),
    "spaces": ROSTER.replace(",", " , ").encode(),
    "other columns": b"group,name,id,\n1,Ann \xc3\x98,ann,\n2,Bo,bo,\n",
    "empty lines": ROSTER.replace("\n", "\n\n,\n").encode(),
    "quotes": '"id","name"\n"ann","Ann Ø"\n"bo","Bo"\n'.encode(),
}


@pytest.mark.parametrize("kind", ROSTERS)
def test_a_roster_is_read_as_people_keep_it(tmp_path, kind):
    (tmp_path / "r.csv").write_bytes(ROSTERS[kind])
    assert [(p.id, p.name) for p in roster.read(tmp_path / "r.csv")] == [("ann", "Ann Ø"), ("bo", "Bo")]


WRONG_ROSTERS = {
    "no column name": ("id,first\nann,Ann\n", "line 1", "columns id, first"),
    "a column twice": ("id,name,id\nann,Ann,1\n", "line 1", "twice"),
    "an id twice": ("id,name\nann,Ann\nbo,Bo\nANN,Other\n", "line 4", "line 2"),
    "an id twice, written otherwise": ("id,name\n\u00fc,Ann\nu\u0308,Bo\n", "line 3", "line 2"),
    "a folder twice": ("id,name,folder\nann,Ann,x\ncy,Cy,\nbo,Bo,X\n", "line 4", "line 2"),
    "no id": ("id,name\nann,Ann\n,Bo\n", "line 3", "no id"),
    "no name": ("id,name\nann,\n", "line 2", "no name"),
    "nobody": ("id,name\n", "line 2", "nobody"),
    "empty": ("", "line 1", "column"),
    "a field without end": ('id,name\nann,"Ann\n' + "x" * 200_000, "line", "field"),
    "a cell too many": ("id,name\nann,Smith, Ann\n", "line 2", "3 cells, more than the 2"),
    "control characters": ("id,name\n\x1b[31m,Ann\n\x1b[31m,Bo\n", "line 3", "line 2"),
}


@pytest.mark.parametrize("kind", WRONG_ROSTERS)
def test_a_mistake_in_a_roster_is_told_with_its_line(tmp_path, kind):
    text, where, found = WRONG_ROSTERS[kind]
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(Trouble) as told:
        roster.read(tmp_path / "r.csv")
    assert where in told.value.where and found in told.value.found and "\x1b" not in told.value.found


def test_a_roster_that_is_not_there_or_far_too_large_is_told(tmp_path):
    for file in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(Trouble, match="table"):
            tables.read(file, ("id",))
    with open(tmp_path / "large.csv", "wb") as stream:
        stream.truncate(tables.LARGEST + 1)
    with pytest.raises(Trouble, match="more than"):
        tables.read(tmp_path / "large.csv", ("id",))


def people(*rows):
    return [roster.Person(*row) for row in rows]


CLASS = people(("ann", "Ann Smith"), ("mary-ann", "Mary"), ("Bo", "Bo"), ("cy", "Cy", "other"), ("dee", "Dee"))
OWNERS = {
    "ann": "ann",
    "ANN": "ann",
    "Ann Smith": "ann",
    "workshop-ann": "ann",
    "workshop-mary-ann": "mary-ann",
    "bo": "Bo",
    "other": "cy",
    "cy": None,  # the roster says that it is called otherwise
    "joann": None,
    "": None,
}


@pytest.mark.parametrize("name", OWNERS)
def test_a_folder_is_somebodys(name):
    owner = roster.owner_of(name, CLASS)
    assert (owner and owner.id) == OWNERS[name]


SURER = {
    "a folder before an id": (("ann", "Ann"), ("bo", "Bo", "ann")),
    "a folder before a name": (("x", "ann"), ("bo", "Bo", "ann")),
    "an id before a name": (("x", "Ann"), ("ann", "Bo")),
    "a name before an end": (("ann", "Ann"), ("bo", "workshop-ann")),
}


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
@pytest.mark.parametrize("kind", SURER)
def test_the_surest_name_counts_whatever_the_order(kind, backwards):
    roster_ = people(*SURER[kind])
    name = "workshop-ann" if kind == "a name before an end" else "ann"
    assert roster.owner_of(name, roster_[::-1] if backwards else roster_) is roster_[1]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_are_the_same_however_a_system_writes_them(tmp_path, form):
    other = {"NFC": "NFD", "NFD": "NFC"}[form]
    asked = unicodedata.normalize(form, "Zoë Müller")
    (tmp_path / unicodedata.normalize(other, "Zoë Müller")).mkdir()
    (tmp_path / f"{asked}.json").write_text("{}")
    for row in (("1", asked), (asked, "Zoë"), ("1", "Zoë", asked)):
        ((person, given),) = roster.matched(people(row), roster.handed_in(tmp_path))
        assert person.on_roster and given.repository and given.result


MIXED_UP = {
    "two people of one name": ([("1", "Anna Schmidt"), ("2", "anna schmidt")], ["Anna Schmidt"], "each of 1, 2"),
    "two people of one folder": ([("1", "A", "x"), ("2", "B", "X.git")], ["x"], "each of 1, 2"),
    "two folders that are called alike": ([("ann", "Ann")], ["ann", "ann.git"], "ann and ann.git"),
    "two that only their letters tell apart": ([], ["u\u0308", "\u00fc"], "called alike"),
    "two files that are called alike": ([], ["ann.JSON", "ann.json"], "ann.JSON and ann.json"),
}


@pytest.mark.parametrize("kind", MIXED_UP)
def test_work_never_goes_to_one_of_two_people_by_chance(tmp_path, kind):
    rows, names, found = MIXED_UP[kind]
    for name in names:
        (tmp_path / name).write_text("{}") if name.lower().endswith(".json") else (tmp_path / name).mkdir()
    with pytest.raises(Trouble) as told:
        roster.matched(people(*rows), roster.handed_in(tmp_path))
    assert found in told.value.found and "`coach class report`" in told.value.next


def test_two_people_of_one_name_are_told_apart_by_their_ids(tmp_path):
    for name in ("1", "x-2"):
        (tmp_path / name).mkdir()
    pairs = roster.matched(people(("1", "Anna Schmidt"), ("2", "Anna Schmidt")), roster.handed_in(tmp_path))
    assert [given.repository.name for _, given in pairs] == ["1", "x-2"]


def test_everybody_and_everything_is_listed_once(tmp_path):
    for name in ("ann", "stranger", "bo.git", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("ann.json", "dee.JSON", "notes.txt"):
        (tmp_path / name).write_text("{}")
    pairs = roster.matched(CLASS, roster.handed_in(tmp_path))
    listed = {p.id: (g.repository and g.repository.name, g.result and g.result.name, p.on_roster) for p, g in pairs}
    assert listed == {
        "ann": ("ann", "ann.json", True),
        "mary-ann": (None, None, True),
        "Bo": ("bo.git", None, True),
        "cy": (None, None, True),
        "dee": (None, "dee.JSON", True),
        "stranger": ("stranger", None, False),
    }
    assert all(p.on_roster for p, _ in roster.matched([], roster.handed_in(tmp_path)))


def test_two_folders_of_one_person_are_told(tmp_path):
    for name in ("one-ann", "two-ann"):
        (tmp_path / name).mkdir()
    with pytest.raises(Trouble, match="one-ann, two-ann"):
        roster.matched(CLASS, roster.handed_in(tmp_path))
    (tmp_path / "ann").mkdir()  # but one that is called like them is theirs
    assert roster.matched(CLASS, roster.handed_in(tmp_path))[0][1].repository.name == "ann"


# What the instructor decides

EXERCISES = ("01_first", "02_second")


@pytest.fixture
def here(tmp_path):
    for name in EXERCISES:
        folder = tmp_path / "here/exercises" / name
        folder.mkdir(parents=True)
        text = '@points(3)\ndef test_a(w):\n    """A."""\n@needs(test_a)\ndef test_b(w):\n    """B.\n\n    More.\n    """\n'
        (folder / "test_x.py").write_text(text)
    (tmp_path / "here/.coach/class").mkdir(parents=True)
    return tmp_path / "here"


def decide(here, text):
    (here / overrides.FILE).write_text(text)
    return overrides.read(here, catalogue.of(here), ["ann", "Bo"])


def test_the_catalogue_is_read_without_running_anything(here):
    (here / "exercises/01_first/test_x.py").write_text('raise SystemExit\ndef test_a(w):\n    """A."""\n')
    first, second = catalogue.of(here)
    assert first["checks"] == [{"check": "test_a", "title": "A.", "points": 1, "needs": False}]
    facts = [(c["title"], c["points"], c["needs"]) for c in second["checks"]]
    assert facts == [("A.", 3, False), ("B.", 1, True)]
    assert second["max_points"] == 4


def test_overrides_are_read(here):
    found = decide(here, "id;exercise;points;verdict;reason\nANN;2;3;;told me\nbo;first;;Passed;was ill\n")
    assert {key: (o.points, o.verdict, o.reason) for key, o in found.items()} == {
        ("ann", "02_second"): (3, None, "told me"),
        ("bo", "01_first"): (None, "passed", "was ill"),
    }
    assert decide(here, "id,exercise,verdict,reason\n") == {}
    (here / overrides.FILE).write_text("id,exercise,points,reason\nu\u0308,1,2,x\n", encoding="utf-8")
    assert overrides.read(here, catalogue.of(here), ["\u00dc"])[roster.key("\u00dc"), "01_first"].points == 2


WRONG_OVERRIDES = {
    "nobody's id": ("zed,1,1,,because", "line 2"),
    "no exercise": ("ann,7,1,,because", "line 2"),
    "too many points": ("ann,1,5,,because", "line 2"),
    "points below nothing": ("ann,1,-1,,because", "line 2"),
    "no number": ("ann,1,½,,because", "line 2"),
    "an unknown verdict": ("ann,1,,brilliant,because", "line 2"),
    "neither": ("ann,1,,,because", "line 2"),
    "no reason": ("ann,1,1,,", "line 2"),
    "twice": ("ann,1,1,,because\nann,01_first,2,,because", "line 3"),
}


@pytest.mark.parametrize("kind", WRONG_OVERRIDES)
def test_a_mistake_in_an_override_is_told_with_its_line(here, kind):
    text, line = WRONG_OVERRIDES[kind]
    with pytest.raises(Trouble) as told:
        decide(here, f"id,exercise,points,verdict,reason\n{text}\n")
    assert told.value.where.endswith(line)


# What learners say of themselves


def result(**checks):
    known = [{"check": name, "title": "T.", "verdict": verdict.replace("_", " ")} for name, verdict in checks.items()]
    one = {"exercise": "01_first", "verdict": "not yet", "points": 0, "max_points": 4, "checks": known}
    return {"schema": "coach/result/v1", "exercises": [one]}


def test_a_result_is_read(tmp_path):
    for data in (json.dumps(result(test_a="not_yet")).encode(), json.dumps(result(test_a="not_yet")).encode("utf-16")):
        (tmp_path / "ann.json").write_bytes(data)
        assert reported.by_check(reported.read(tmp_path / "ann.json")) == {"01_first": {"test_a": ("not yet", "")}}


RESULTS = {
    "no JSON": (b"\x1b[31m", "no JSON"),
    "empty": (b"", "nothing"),
    "no object": (b"[]", "something else"),
    "another schema": (b'{"schema": "coach/list/v1", "exercises": []}', "coach/list/v1"),
    "no exercises": (b'{"schema": "coach/result/v1"}', "exercises"),
    "an exercise of another kind": (b'{"schema": "coach/result/v1", "exercises": [3]}', "exercises"),
    "a check of another kind": (
        json.dumps(result(test_a="")).replace('"checks": [{', '"checks": [[], {').encode(),
        "checks",
    ),
    "a name of another kind": (json.dumps(result()).replace('"01_first"', "[]").encode(), "exercise"),
    "a verdict of another kind": (json.dumps(result(test_a="perfect")).encode(), "verdict"),
    "NaN": (json.dumps(result()).replace("4", "NaN").encode(), "max_points"),
    "lists in lists": (b"[" * 100_000 + b"]" * 100_000, "no JSON"),
    "not UTF-8": (b'{"schema": "\xff\xfe\xfa"}', "no JSON"),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_that_does_not_fit_is_refused(tmp_path, kind):
    data, why = RESULTS[kind]
    (tmp_path / "ann.json").write_bytes(data)
    with pytest.raises(Refused, match=why):
        reported.read(tmp_path / "ann.json")


def test_a_result_is_a_file_of_an_ordinary_size(tmp_path):
    with open(tmp_path / "large.json", "wb") as stream:
        stream.truncate(10**9)  # a gigabyte of nothing
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "large.json")
    for name, why in (("large", "too large"), ("pipe", "pipe"), ("link", "link")):
        with pytest.raises(Refused, match=why):
            reported.read(tmp_path / f"{name}.json")


# Verdicts and points

CHECKS = [
    {"check": "test_a", "title": "A.", "points": 3, "needs": False},
    {"check": "test_b", "title": "B.", "points": 1, "needs": True},
]
CATALOGUE = [{"exercise": name, "checks": CHECKS, "max_points": 4} for name in EXERCISES]


def said(first, second=("unseen", "unseen")):
    """Return what a source says of both exercises, by the verdicts of their checks."""
    names = ("test_a", "test_b")
    return {name: dict(zip(names, ((v, "") for v in each))) for name, each in zip(EXERCISES, (first, second))}


MARKS = {
    "nothing at all": ([], ("not started", 0, 0), ("not started", 0, 0)),
    "all passed": ([("clone", said(("passed", "passed")))], ("passed", 4, 4), ("not seen", 0, 0)),
    "a part seen": ([("clone", said(("passed", "unseen")))], ("seen in part", 3, 3), ("not seen", 0, 0)),
    "the rest by their word": (
        [("clone", said(("passed", "unseen"))), ("reported", said(("not yet", "passed")))],
        ("passed", 4, 4),
        ("not seen", 0, 0),
    ),
    "their word against the clone": (
        [("clone", said(("not yet", "skipped"))), ("reported", said(("passed", "passed"), ("passed", "not yet")))],
        ("not yet", 0, 4),
        ("not yet", 3, 4),
    ),
    "run, which is surer": (
        [("run", said(("unseen", "not yet"))), ("clone", said(("passed", "unseen")))],
        ("not yet", 3, 4),
        ("not seen", 0, 0),
    ),
    "the second not started": (
        [("clone", said(("passed", "not yet"), ("not yet", "skipped")))],
        ("not yet", 3, 4),
        ("not started", 0, 4),
    ),
    "the second not started, and a check of it passes all the same": (
        [("clone", said(("passed", "not yet"), ("not yet", "passed")))],
        ("not yet", 3, 4),
        ("not started", 1, 4),
    ),
    "the second begun": (
        [("clone", said(("passed", "not yet"), ("passed", "not yet")))],
        ("not yet", 3, 4),
        ("not yet", 3, 4),
    ),
    "a check that crashed": ([("clone", said(("passed", "error")))], ("seen in part", 3, 3), ("not seen", 0, 0)),
    "an exercise and a check that are none": (
        [("reported", {**said(("passed", "passed")), "99_none": {"x": ("passed", "")}})],
        ("passed", 4, 4),
        ("not seen", 0, 0),
    ),
}


@pytest.mark.parametrize("kind", MARKS)
def test_marks_are_made_of_what_is_known(kind):
    sources, *expected = MARKS[kind]
    made = marks.exercises(CATALOGUE, sources, {})
    assert [(one["verdict"], one["points"], one["seen"]) for one in made] == expected
    assert marks.total(made) == {
        "points": sum(e[1] for e in expected),
        "seen": sum(e[2] for e in expected),
        "max_points": 8,
    }


BEGUN = {
    "the first has passed": (("passed", "not yet", "not yet"), True),
    "only a later one has": (("not yet", "passed", "passed"), False),
    "the first is unseen, one that needs another has": (("unseen", "unseen", "passed"), True),
    "the first is unseen, one that needs none has": (("unseen", "passed", "not yet"), False),
}


@pytest.mark.parametrize("kind", BEGUN)
def test_an_exercise_is_begun_with_its_first_check(kind):
    """Some checks pass before anything is done, such as that there is no conflict."""
    verdicts, is_begun = BEGUN[kind]
    one = {
        "exercise": "02",
        "max_points": 3,
        "checks": [{**CHECKS[0], "needs": needs} for needs in (False, False, True)],
    }
    assert marks.begun(one, [{"verdict": verdict} for verdict in verdicts]) == is_begun


def test_each_mark_says_what_it_rests_on():
    sources = [("clone", said(("passed", "unseen"))), ("reported", said(("not yet", "passed")))]
    first, second = marks.exercises(CATALOGUE, sources, {})
    assert [one["by"] for one in first["checks"] + second["checks"]] == ["clone", "reported", None, None]


OVERRIDDEN = {
    "points": (overrides.Override(2, None, "r", 2), ("not yet", 2, 4)),
    "all points": (overrides.Override(4, None, "r", 2), ("passed", 4, 4)),
    "a verdict": (overrides.Override(None, "passed", "r", 2), ("passed", 4, 4)),
    "taken away": (overrides.Override(None, "not started", "r", 2), ("not started", 0, 4)),
    "not yet": (overrides.Override(None, "not yet", "r", 2), ("not yet", 3, 4)),
    "both": (overrides.Override(1, "passed", "r", 2), ("passed", 1, 4)),
}


@pytest.mark.parametrize("kind", OVERRIDDEN)
def test_what_the_instructor_decides_counts(kind):
    override, expected = OVERRIDDEN[kind]
    one, _ = marks.exercises(CATALOGUE, [("clone", said(("passed", "unseen")))], {"01_first": override})
    assert (one["verdict"], one["points"], one["seen"]) == expected
    assert one["override"] == {"reason": "r", "before": {"verdict": "seen in part", "points": 3}}


# What is shown


def test_no_cell_is_a_formula():
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", 'a"b', "a,b;c", "＝1", "plain", "O'Neil"]
    one = {"exercise": "01_first", "points": 1, "verdict": "passed", "override": {"reason": "=cmd()"}}
    learner = {"on_roster": True, "points": 1, "seen": 1, "max_points": 1, "problems": [], "commit": None, "date": None}
    learner |= {"exercises": [one], "edited": ["=x", "y"], "id": "1"}
    report = {"exercises": [one], "learners": [{**learner, "name": name} for name in names]}
    text = csvfile.text(report)
    assert text.startswith("\ufeff") and text.count("\r\n") == len(names) + 1
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert [row[1].removeprefix("'") for row in rows] == names and {len(row) for row in rows} == {len(head)}
    dangerous = ("=", "+", "-", "@", "\t", "\r", "＝")
    assert not any(cell.lstrip(" ").startswith(dangerous) for row in rows for cell in row)
    assert [row[1] for row in rows][-2:] == ["plain", "O'Neil"]


def test_our_own_table_can_be_a_roster(tmp_path):
    """What goes out comes in again: quotes, the byte order mark, the apostrophe before a formula."""
    learner = {"id": "1", "name": "Ann", "on_roster": True, "points": 1, "seen": 1, "max_points": 1, "problems": []}
    learner |= {"commit": None, "date": None, "exercises": [], "edited": []}
    (tmp_path / "r.csv").write_text(csvfile.text({"exercises": [], "learners": [learner]}), encoding="utf-8")
    assert [p.name for p in roster.read(tmp_path / "r.csv")] == ["Ann"]


def test_links_and_leftovers_are_no_checks(tmp_path):
    (tmp_path / "exercises/__pycache__").mkdir(parents=True)
    (tmp_path / "exercises/__pycache__/x.pyc").write_bytes(b"")
    (tmp_path / "exercises/a.py").write_bytes(b"x\r\n")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key").write_text("secret")
    (tmp_path / "coach").symlink_to(tmp_path / "secret")
    (tmp_path / "exercises/b").symlink_to(Path("/etc"))
    found = original.of_folder(tmp_path)
    assert found == {"exercises/a.py": original.blob_id(b"x\n"), "exercises/b": "a link", "coach": "a link"}


# Quick, and the same

YAMLS = {
    "a lock": "schema: '2.0'\nstages:\n  train:\n    cmd: python -m a.b\n    deps:\n    - path: data/raw\n      hash: md5\n"
    "      md5: 61794e3b9b0aaf1b9e1e5b6f1c9d0e12.dir\n      size: 471\n      nfiles: 4\n    params:\n      params.yaml:\n"
    "        train.lr: 0.01\n        train.on: true\n        x: null\n        y:\n        z: -0.5\n",
    "hashes that look like numbers": "- 12345678901234567890123456789012\n- 1e345678901234567890123456789012\n- 1e5\n- 0e1\n",
    "hashes": "a: 0a345678901234567890123456789012\nb: 12345678901234567890123456789012.dir\nc: 0b101010101010101010101010101010\n",
    "numbers": "- 0\n- -3\n- +4\n- 007\n- 0o7\n- 0x1f\n- 1_000\n- .5\n- 5.\n- 1.5e3\n- .inf\n- .nan\n- 1:30\n- 0b1\n",
    "words": "- yes\n- No\n- on\n- true\n- TRUE\n- True\n- null\n- ~\n- Null\n- y\n- n\n- off\n- 2026-11-21\n- 1.2.3\n",
    "quotes": "- '1'\n- 'it''s'\n- \"a\\tb\"\n- ''\n",
    "nothing": "",
    "an empty list": "a: []\nb: {}\n",
    "aliases": "a: &a [1]\nb: *a\n",
    "text blocks": "a: |\n  x\n  y\nb: >\n  x\n  y\n",
    "comments": "a: 1 # one\n# two\nb: x#y\nc: #z\n  1\nd: 'e # f' # g\n",
    "double quotes": 'a: "1"\nb: "it\'s # "\nc: ""\n"d": e\n',
    "urls": "- gs://bucket/a.b-c_d\n- a: b=c, d\n",
    "folded": "cmd: a\n  b\n  c\n",
    "a colon at the end": "a b: c d\n",
    "merges": "<<: 1\na: 2\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "a key twice": "a: 1\na: 2\n",
    "tabs": "a:\t1\n",
    "other letters": "ä: ö\n",
    "a plain word": "word\n",
}


def slow(text):
    """Return what ruamel.yaml makes of a text, or that it refuses it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return "refused"


@pytest.mark.parametrize("kind", YAMLS)
def test_what_is_parsed_quickly_is_the_same(kind):
    text = YAMLS[kind] if ":" in YAMLS[kind].partition("\n")[0] else "a:\n" + YAMLS[kind]
    quick = quickyaml.parse(text)
    assert quick is None or repr(quick) == repr(slow(text))


def test_what_dvc_writes_is_parsed_quickly():
    assert quickyaml.parse(YAMLS["a lock"])
    assert quickyaml.parse("- a\n") is quickyaml.parse("word\n") is quickyaml.parse("") is None  # no `key: value`


def test_what_most_are_stuck_on_is_what_they_are_at_work_on():
    """Not what nobody has begun, though more people have not done that."""

    def person(*verdicts):
        return {
            "exercises": marks.exercises(CATALOGUE, [("clone", said(*verdicts))], {}),
            "sources": ["clone"],
            "points": 1,
        }

    first = person(("passed", "not yet"), ("not yet", "not yet"))
    second = person(("passed", "passed"), ("not yet", "skipped"))
    facts = report.summary(CATALOGUE, [first, first, second])["not_yet"]
    assert [(one["exercise"], one["check"], one["learners"]) for one in facts] == [
        ("01_first", "test_b", 2),
        ("02_second", "test_a", 1),
    ]


# What a repository's reader may do and say


def test_a_long_answer_keeps_its_form():
    checks = [{"check": f"test_{n}", "verdict": "passed", "why": "x" * 1000} for n in range(child.MOST + 1)]
    said = child.short({"exercises": {"01_first": checks}, "edited": [f"{n}\x1b" for n in range(child.MOST + 1)]})
    assert len(report.by_check(said["exercises"])["01_first"]) == child.MOST + 1
    assert len(said["exercises"]["01_first"][0]["why"]) == child.LONGEST
    assert said["edited"][-2:] == [str(child.MOST - 1), "and 1 more"]


STARTED = {
    "ours": (intake.GIT, [intake.GIT, "-c", "x", "log"], True),
    "ours, on Windows": (None, subprocess.list2cmdline([intake.GIT, "-c", "x", "log"]), True),
    "one whose name begins like it": (f"{intake.GIT}k", [f"{intake.GIT}k", "-c"], False),
    "that, on Windows": (None, subprocess.list2cmdline([f"{intake.GIT}-shell", "-c"]), False),
    "one that says it is Git": ("/bin/sh", [intake.GIT, "-c", "x"], False),
    "one found elsewhere": ("git", ["git", "-c"], intake.GIT == "git"),
}


@pytest.mark.parametrize("kind", STARTED)
def test_no_program_but_git_is_started(kind):
    executable, words, allowed = STARTED[kind]
    problem = guard.problem("subprocess.Popen", (executable, words, None, None), "/tree/", "/tree/")
    assert problem == (None if allowed else "it runs a program")


@pytest.mark.parametrize("codes", [(0, 0), (128, 0), (0, 128), (-9, 9)])
def test_a_copy_of_which_either_side_failed_is_refused(monkeypatch, tmp_path, codes):
    left = list(codes)

    def start(folder, *command, **pipes):
        code = "import os, sys; n = int(sys.argv[1]); os.kill(os.getpid(), -n) if n < 0 else sys.exit(n)"
        return subprocess.Popen([sys.executable, "-c", code, str(left.pop(0))], **pipes)

    monkeypatch.setattr(intake, "start", start)
    with pytest.raises(Refused, match="damaged") if any(codes) else nullcontext():
        intake.copy(tmp_path, tmp_path / "tree/.git", {"0" * 40})


PATHS = {
    "ordinary": (["a.py", "data/b c.txt", ".gitignore", "console.py", "com10", "lpt", "nullable/x", ".a/..b"], True),
    "out": (["../a", "a/../b", "./a", "a//b", "/a", "a/"], False),
    "Git's": ([".git/config", ".GIT/config", "git~1/config", "a/.git:x/b"], False),
    "Windows' other ways": (["a\\b", "c:a", "a.py:stream", "C:/a"], False),
    "a device": (["CON", "con.py", "a/Aux.tar.gz", "nul /x", "COM1", "lpt9.txt", "com\u00b2", "prn .txt"], False),
    "an end that Windows leaves out": (["a.", "a ", ".git./config", "a /b", "a/b..."], False),
}


@pytest.mark.parametrize("kind", PATHS)
def test_only_what_is_a_path_everywhere_is_written(tmp_path, kind):
    paths, written = PATHS[kind]
    folder = tmp_path / "tree"
    for path in paths:
        problem = worktree.write_file(folder, path, b"x")
        assert problem == (None if written else f"{path} is no path for a file")
        assert (folder / path).is_file() if written else not list(tmp_path.rglob("*")), path
