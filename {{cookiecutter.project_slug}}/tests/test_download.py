"""A download is whole and checked, or it leaves everything as it was."""

import socket
import time
from pathlib import Path

import pytest

from {{ cookiecutter.package_name }} import idx
from {{ cookiecutter.package_name }}.errors import Problem, told_plainly
from {{ cookiecutter.package_name }}.pipeline.download import download

OUTPUT = Path("data/raw")


@pytest.mark.parametrize("url", ["{}", "{}/", "file://{}"])
def test_copies_the_four_files(raw, url):
    (raw / "other.txt").write_text("not wanted")
    download(url.format(raw.as_posix()), OUTPUT)
    assert sorted(path.name for path in OUTPUT.iterdir()) == sorted(idx.FILES)
    assert all((OUTPUT / name).read_bytes() == (raw / name).read_bytes() for name in idx.FILES)


def test_replaces_what_was_there(raw):
    OUTPUT.mkdir(parents=True)
    (OUTPUT / "old").touch()
    download(str(raw), OUTPUT)
    assert not (OUTPUT / "old").exists()


@pytest.mark.parametrize("harm", ["missing", "cut short"])
@pytest.mark.parametrize("name", idx.FILES)
def test_a_bad_source_changes_nothing(raw, name, harm):
    download(str(raw), OUTPUT)
    before = {path.name: path.read_bytes() for path in OUTPUT.iterdir()}
    if harm == "missing":
        (raw / name).unlink()
    else:
        (raw / name).write_bytes((raw / name).read_bytes()[:-9])
    with pytest.raises(Problem) as problem:
        download(str(raw), OUTPUT)
    assert problem.value.where == f"{raw}/{name}"
    assert {path.name: path.read_bytes() for path in OUTPUT.iterdir()} == before
    assert [path.name for path in OUTPUT.parent.iterdir()] == [OUTPUT.name]


def test_a_server_that_is_down_is_told_at_once(monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, but it does not listen
        port = unused.getsockname()[1]
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
        start = time.monotonic()
        with pytest.raises(Problem, match="coach bucket start"):
            download("gs://bucket/folder", OUTPUT)
    assert time.monotonic() - start < 5


def test_an_unknown_kind_of_url_is_told():
    with pytest.raises(Problem, match="Protocol not known: gss"):
        download("gss://bucket/folder", OUTPUT)


def test_a_problem_ends_with_code_1_and_no_traceback(raw):
    with pytest.raises(SystemExit) as end, told_plainly():
        download(str(raw / "nowhere"), OUTPUT)
    assert str(end.value).startswith("error: ") and "\n" not in str(end.value)
