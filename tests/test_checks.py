"""What the checks share: which command lines run a module, and by which command a file comes into a commit."""

import subprocess

import pytest
from coach.checks.common import next_for_commit, runs_module
from coach.checks.workshop import Workshop

MODULE = "p.pipeline.x"
RUN = [
    "python -m p.pipeline.x",
    "python3.11 -u -X dev -W ignore -m p.pipeline.x --flag",
    "pipenv run python -m p.pipeline.x",
    ".venv/bin/python -m p.pipeline.x",
    r".venv\Scripts\python.exe -m p.pipeline.x",
    '"C:/Program Files/Python/python.exe" -m p.pipeline.x',
    "py -3 -m p.pipeline.x",
    "uv run --frozen python -m p.pipeline.x",
    "conda run -n ws python -m p.pipeline.x",
    "PYTHONHASHSEED=0 nice -n 5 python -m p.pipeline.x",
    'bash -c "python -m p.pipeline.x"',
    "mkdir -p a && python -m p.pipeline.x",
    "echo begin\npython -m \\\n  p.pipeline.x  # the module\n",
]
NOT_RUN = [
    "",
    "echo python -m p.pipeline.x",
    ": python -m p.pipeline.x",
    "true || python -m p.pipeline.x",
    "ls # python -m p.pipeline.x",
    "python p/pipeline/x.py",
    "python script.py -m p.pipeline.x",
    "python -c pass -m p.pipeline.x",
    "pytest -m p.pipeline.x",
    "python -m p.pipeline.xy",
]


@pytest.mark.parametrize("command", RUN)
def test_a_command_runs_the_module(command):
    assert runs_module(command, MODULE)


@pytest.mark.parametrize("command", NOT_RUN)
def test_a_command_does_not_run_the_module(command):
    assert not runs_module(command, MODULE)


OVERLOOKED = {
    "changed": [],
    "assumed unchanged": ["git update-index --assume-unchanged code.py"],
    "left out of the worktree": ["git update-index --skip-worktree code.py"],
    "new": ["git rm -q --cached code.py", "git commit -q -m Without"],
}


@pytest.mark.parametrize("kind", OVERLOOKED)
@pytest.mark.parametrize("ignored", [False, True], ids=["", "ignored"])
def test_the_next_command_brings_a_file_into_a_commit(generated, tmp_path, kind, ignored):
    """Whatever Git was told to overlook: what is said in backticks is typed, and HEAD holds the file as it is."""

    def run(line):
        subprocess.run(line.split(), cwd=tmp_path / "copy", check=True, capture_output=True)

    run_in = ["git", "clone", "--quiet", str(generated), str(tmp_path / "copy")]
    subprocess.run(run_in, check=True)
    code = tmp_path / "copy/code.py"
    code.write_text("one\n")
    run("git add code.py")
    run("git commit -q -m Code")
    for line in OVERLOOKED[kind]:
        run(line)
    code.write_text("two\n")
    if ignored:
        (tmp_path / "copy/.gitignore").write_text("code.py\n")
    assert not Workshop(tmp_path / "copy").held("code.py")
    said = next_for_commit(Workshop(tmp_path / "copy"), ["code.py"])
    for line in said.split("`")[1::2]:
        run(line if line != "git commit" else "git commit -q -m Mend")
    assert Workshop(tmp_path / "copy").held("code.py"), said
