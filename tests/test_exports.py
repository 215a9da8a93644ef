"""Each export is what its reader takes, whatever the verdicts and their texts are; a bad result is told in words."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import readers
import xmlschema
from coach.environment import Trouble
from coach.exports import result as reading
from coach.exports.cli import Format, text
from coach.exports.csv import FORMULA, SPACES
from coach.exports.texts import LONGEST, plain
from markdown_it import MarkdownIt
from states import TEMPLATE

GOLDEN = TEMPLATE / "tests" / "golden" / "export"
FILES = {
    Format.junit: "junit.xml",
    Format.classroom50: "classroom50.json",
    Format.gradescope: "gradescope.json",
    Format.exercism: "exercism.json",
    Format.csv: "verdicts.csv",
    Format.summary: "summary.md",
}
RUNNER = {
    "CLASSROOM": "data",
    "ASSIGNMENT": "dvc-workshop",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ada",
    "SUBMISSION_TAG": "submit/2026-01-01T00-00-00Z-1234567",
    "COMMIT_URL": "https://git.example/ada/commit/1234567",
    "RELEASE_URL": "https://git.example/ada/releases/1",
}
XSD = xmlschema.XMLSchema(str(GOLDEN / "junit.xsd"))


@pytest.fixture(autouse=True)
def in_a_submission(generated, monkeypatch):
    """Stand where Classroom 50's runner would run the export: in a repository, with its variables."""
    monkeypatch.chdir(generated)
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("REVIEW_URL", raising=False)


# Results to export


def check(name="test_it", title="It is so.", verdict="passed", **facts):
    """Return a check of a result."""
    said = {fact: facts.get(fact) for fact in ("expected", "found", "where", "next")}
    return {"check": name, "title": title, "verdict": verdict, **said}


def exercise(*checks, name="01_first", verdict="not yet", points=0, max_points=1):
    """Return an exercise of a result."""
    shape = {"exercise": name, "verdict": verdict, "points": points, "max_points": max_points}
    return {**shape, "checks": list(checks)}


def failing(words, name="test_it"):
    """Return a check that says the same words everywhere."""
    return check(name, f"{words[:50]}.", "not yet", expected=words, found=words, where=words, next=words)


def given(*exercises, **more):
    """Return a result as `coach check --all --json` prints it."""
    return {"schema": "coach/result/v1", "exercises": list(exercises), **more}


EXAMPLE = json.loads((GOLDEN / "result.json").read_text(encoding="utf-8"))
CONTROLS = "".join(map(chr, range(32))) + "\x7f\x9b31m\ufffe\uffff"
HOSTILE = "</failure>]]><script>&amp; \"'` ``` ~~~ | # * [x](https://example.invalid) ![y](z) @all \u202eevil"
RESULTS = {
    "the example": EXAMPLE,
    "no exercises": given(),
    "no checks": given(exercise(verdict="not yet", max_points=0)),
    "all passed": given(exercise(check(), verdict="passed", points=1)),
    "all errors": given(exercise(check(verdict="error", found="KeyError: 'x'"), verdict="error")),
    "nothing said": given(exercise(check(verdict="not yet"), check("test_b", verdict="skipped"))),
    "not started": given(exercise(failing("x"), name="09_last", verdict="not started")),
    "control characters": given(exercise(failing(CONTROLS)), edited=[CONTROLS]),
    "half of a pair": given(exercise(failing("a\ud800b"))),
    "other scripts": given(exercise(failing("größer 工作坊 🙂 עברית"))),
    "a megabyte": given(*[exercise(failing("ü" * 1_000_000), name=f"{n:02}_long") for n in range(2)]),
    "hostile words": given(exercise(failing(HOSTILE)), edited=[HOSTILE]),
    "hostile lines": given(exercise(failing(f"a\n```\n# b\n~~~\n{HOSTILE}\n````\n<b>"))),
    "no number": given(exercise(check(), name="project", verdict="passed", points=1)),
    "later keys": {**given({**exercise(), "later": 1}), "later": [1]},
}


def parsed(data):
    """Return the Result of such an object, as it is read from a file."""
    return reading.parse(json.dumps(data).encode(), "here")


# Right output


@pytest.mark.parametrize("format", Format, ids=lambda format: format.value)
def test_the_example_is_exported_as_its_golden_file(format):
    """What has passed, not yet, was skipped, crashed or was not started is told in each format as it should be."""
    golden = (GOLDEN / FILES[format]).read_bytes().decode()
    assert text(format, parsed(EXAMPLE)) == golden


@pytest.mark.parametrize("case", RESULTS)
def test_junit_takes_it(case):
    """The XML is what its schema allows, each case has a name of its own, and the suites count what is in them."""
    written = text(Format.junit, parsed(RESULTS[case]))
    XSD.validate(written)
    root = ET.fromstring(written)
    names = [(one.get("classname"), one.get("name")) for one in root.iter("testcase")]
    assert len(set(names)) == len(names) == int(root.get("tests"))
    for kind, count in (("failure", "failures"), ("error", "errors")):
        assert len(list(root.iter(kind))) == int(root.get(count)) == sum(int(s.get(count)) for s in root)


JSON = {
    Format.classroom50: readers.CLASSROOM50,
    Format.gradescope: readers.GRADESCOPE,
    Format.exercism: readers.EXERCISM,
}


@pytest.mark.parametrize("format", JSON, ids=lambda format: format.value)
@pytest.mark.parametrize("case", RESULTS)
def test_readers_of_json_take_it(case, format):
    """The JSON is what its schema allows."""
    written = text(format, parsed(RESULTS[case])).encode()
    jsonschema.validate(json.loads(written), JSON[format])
    assert len(written) < 10 * 2**20  # the most that Classroom 50 takes


@pytest.mark.parametrize("format", JSON, ids=lambda format: format.value)
def test_a_schema_finds_what_is_wrong(format):
    """The schemas refuse what a reader would refuse: they are not empty."""
    good = json.loads(text(format, parsed(EXAMPLE)))
    key = "passed" if format is Format.classroom50 else "status"
    for bad in ({**good, "colour": "red"}, {**good, "tests": [{**good["tests"][0], key: "perhaps"}]}, []):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, JSON[format])


def test_the_schema_of_junit_finds_what_is_wrong():
    """It refuses another element, and a suite that does not count."""
    good = text(Format.junit, parsed(EXAMPLE))
    for bad in (good.replace("<skipped", "<waiting"), good.replace(' errors="0"', "", 1)):
        assert not XSD.is_valid(bad)


@pytest.mark.parametrize("case", RESULTS)
def test_points_are_the_results_points(case):
    """Where a format has points, they add up to those of the result."""
    data = RESULTS[case]
    points, most = (sum(one[key] for one in data["exercises"]) for key in ("points", "max_points"))
    fifty = json.loads(text(Format.classroom50, parsed(data)))
    scope = json.loads(text(Format.gradescope, parsed(data)))
    rows = list(csv.DictReader(text(Format.csv, parsed(data)).splitlines(keepends=True)))
    assert (fifty["score"], fifty["max-score"]) == (points, most)
    assert (scope["score"], sum(one["max_score"] for one in scope["tests"])) == (points, most)
    assert sum(int(row["points"] or 0) for row in rows) == points
    assert sum(one["score"] for one in fifty["tests"]) == points == sum(one["score"] for one in scope["tests"])


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "  =1+1", "\t=1", "\u00a0@x", "＝1", "\n=1", "\r=1", " \u200b-x", "\ttab"]


@pytest.mark.parametrize("words", FORMULAS, ids=repr)
def test_no_cell_of_the_table_is_a_formula(words):
    """A cell that begins like a formula gets an apostrophe in front, and keeps what stood in it."""
    written = text(Format.csv, parsed(given(exercise(failing(words)), edited=[words])))
    cells = [cell for row in csv.reader(written.splitlines(keepends=True)) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(SPACES).startswith(FORMULA) or cell[:1] in ("\t", "\n", "\r")]
    assert sum(cell == "'" + plain(words) for cell in cells) == 5
    assert all(line.startswith('"') for line in written.replace('"\n"', '"\n\n"').split("\n\n"))


@pytest.mark.parametrize("words", ["a=b", "1-2", "it's", "a@b", ""], ids=repr)
def test_other_cells_stay_as_they_are(words):
    """Only what begins like a formula is changed."""
    rows = csv.DictReader(text(Format.csv, parsed(given(exercise(failing(words))))).splitlines(keepends=True))
    assert [row["found"] for row in rows] == ["", words]


@pytest.mark.parametrize("case", RESULTS)
def test_a_page_shows_words_and_takes_none_for_markup(case):
    """In the summary no text makes a link, a picture, HTML or a heading of its own, and GitHub takes its length."""
    written = text(Format.summary, parsed(RESULTS[case]))
    tokens = MarkdownIt("commonmark").enable("table").parse(written)
    kinds = {token.type for one in tokens for token in [one, *(one.children or [])]}
    assert not kinds & {"link_open", "image", "html_block", "html_inline", "em_open", "code_inline", "code_block"}
    unfinished = [one for one in parsed(RESULTS[case]).exercises if one.first_failure]
    assert sum(token.type == "heading_open" for token in tokens) == 1 + len(unfinished) + bool(
        parsed(RESULTS[case]).edited
    )
    assert len(written.encode()) < 2**20


def test_a_page_names_edited_files_but_not_thousands():
    """The first of them are named, and how many more there are."""
    written = text(Format.summary, parsed(given(edited=[f"exercises/{n}.py" for n in range(5000)])))
    assert "exercises/0.py" in written and "and 4980 more" in written and len(written) < 2000


def test_long_words_say_that_they_were_cut():
    """A text of a megabyte keeps its beginning, and says how much is missing."""
    found = parsed(RESULTS["a megabyte"]).exercises[0].checks[0].found
    assert found == "ü" * LONGEST + "… (990,000 more characters)"


# What cannot be used

WRONG = {
    "nothing": (b"", "Found: nothing"),
    "spaces": (b" \n", "Found: nothing"),
    "no JSON": (b"passed", "no JSON"),
    "no text": (b"\xff\xfe\x00", "no JSON"),
    "too deep": (b"[" * 100_000, "no JSON"),
    "a list": (b"[]", "JSON of something else"),
    "no schema": (b'{"exercises": []}', "JSON of something else"),
    "a list of exercises": (b'{"schema": "coach/list/v1", "exercises": []}', '"coach/list/v1"'),
    "a later schema": (b'{"schema": "coach/result/v2", "exercises": []}', '"coach/result/v2"'),
    "a strange schema": (b'{"schema": {"a": [1]}}', '{"a": [1]}'),
    "no exercises": (b'{"schema": "coach/result/v1"}', "at exercises"),
    "exercises as text": (json.dumps({**given(), "exercises": "01"}).encode(), "at exercises"),
    "points as text": (json.dumps(given(exercise(points="1"))).encode(), "at exercises[0].points"),
    "points below zero": (json.dumps(given(exercise(points=-1))).encode(), "at exercises[0].points"),
    "too many points": (json.dumps(given(exercise(points=2))).encode(), "2 points of 1"),
    "another verdict": (json.dumps(given(exercise(check(verdict="ok")))).encode(), "exercises[0].checks[0].verdict"),
    "a check without a name": (json.dumps(given(exercise({"title": "x"}))).encode(), "checks[0].check"),
    "a number as words": (json.dumps(given(exercise(check(found=1)))).encode(), "checks[0].found"),
    "no number at all": (b'{"schema": "coach/result/v1", "exercises": [{"points": NaN}]}', "at exercises[0]"),
    "a number too long": (b'{"schema": "coach/result/v1", "exercises": ' + b"1" * 10_000 + b"}", "JSON"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_bad_result_is_told(case):
    """It is said what was found, where in the data, and what to do; short, without the data itself."""
    data, words = WRONG[case]
    with pytest.raises(Trouble) as told:
        reading.parse(data, "result.json")
    said = f"Found: {told.value.found} Expected: {told.value.expected}"
    assert words in said and len(said) < 600
    assert told.value.where == "result.json" and "`coach export" in told.value.next


@pytest.mark.parametrize("name", sorted(set(RUNNER) | {"a commit"}))
def test_classroom50_names_what_is_missing(name, monkeypatch, tmp_path):
    """Outside of its runner, what is missing is named."""
    if name == "a commit":
        monkeypatch.chdir(tmp_path)
    else:
        monkeypatch.delenv(name)
    with pytest.raises(Trouble) as told:
        text(Format.classroom50, parsed(EXAMPLE))
    assert name.removeprefix("a ") in told.value.found


# The command


def export(root, *arguments, **options):
    """Run `coach export`."""
    command = [sys.executable, "-m", "coach", "export", *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, check=False, **options)


def test_a_file_and_standard_input_give_the_same(generated, tmp_path):
    """It reads a file or standard input, and writes the same bytes to a file or to standard output, in UTF-8."""
    file = tmp_path / "größe.csv"
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    to_file = export(generated, "csv", GOLDEN / "result.json", "-o", file)
    piped = export(generated, "csv", "-", input=(GOLDEN / "result.json").read_bytes(), env=ascii_only)
    assert (to_file.returncode, piped.returncode) == (0, 0), to_file.stderr + piped.stderr
    assert file.read_bytes() == piped.stdout == (GOLDEN / FILES[Format.csv]).read_bytes()
    assert os.listdir(tmp_path) == [file.name]
    assert os.name != "posix" or file.stat().st_mode & 0o044 == 0o044  # for another program, of another user perhaps


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_another_shell_writes_is_read(encoding):
    """Windows' PowerShell writes a redirected text in an encoding of its own."""
    data = (GOLDEN / "result.json").read_text(encoding="utf-8").encode(encoding)
    assert reading.parse(data, "here") == parsed(EXAMPLE)


REFUSED = {
    "no such file": (["junit", "nowhere.json"], "nowhere.json"),
    "a folder": (["junit", "exercises"], "exercises"),
    "to a folder": (["junit", GOLDEN / "result.json", "-o", "exercises"], "a folder"),
    "into no folder": (
        ["junit", GOLDEN / "result.json", "-o", "nowhere/x.xml"],
        "`mkdir nowhere`, then `coach export junit`",
    ),
    "below a file": (["csv", GOLDEN / "result.json", "-o", "Pipfile/x.csv"], "a file where a folder has to be"),
    "told before anything is read": (["csv", "none.json", "-o", "nowhere/x.csv"], "`mkdir nowhere`"),
    "no format of ours": (["tap", GOLDEN / "result.json"], "junit"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_command_tells_what_is_wrong(generated, case):
    """A file that cannot be read or written is told in words, and nothing is printed in its place."""
    arguments, words = REFUSED[case]
    done = export(generated, *arguments)
    said = done.stderr.decode()
    assert done.returncode in (1, 2) and done.stdout == b""
    assert words in said and "Traceback" not in said and "itself failed" not in said
    assert not Path(generated, "nowhere").exists()


def test_without_a_file_all_exercises_are_checked(generated):
    """It checks all exercises as `coach check --all` does, and leaves nothing behind."""
    before = sorted(path for path in generated.rglob("*") if "__pycache__" not in path.parts)
    done = export(generated, "exercism")
    assert done.returncode == 0, done.stderr
    tests = json.loads(done.stdout)["tests"]
    assert {one["task_id"] for one in tests} == set(range(1, 1 + len(os.listdir(generated / "exercises")) - 2))
    assert sorted(path for path in generated.rglob("*") if "__pycache__" not in path.parts) == before
