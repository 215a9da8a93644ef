"""`coach class report`: hostile repositories cost their own row only, and nothing of a learner's is ever run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from states import Workshop, generate

CHECKS = "exercises/01_environment/test_environment.py"
ID = ("-c", "user.name=L", "-c", "user.email=l@example.invalid")


def git(folder, *arguments, **options):
    done = subprocess.run(["git", *ID, *arguments], cwd=folder, capture_output=True, check=False, **options)
    assert not done.returncode, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode().strip()


def commit(folder, files):
    """Commit these texts (None takes a file away)."""
    for name, text in files.items():
        file = folder / name
        if file.parent.is_file():
            file.parent.unlink()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink() if text is None else file.write_text(text)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "change", "--no-verify")


def clone(base, folder, *options):
    git(base.parent, "clone", "--quiet", *options, str(base), str(folder))
    return folder


def nested(opening, closing, times=100_000):
    return opening * times + closing * times


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghij", "bcdefghijk")
)

# What is in DIR, how it is made of a clone of the workshop, and what its row must say; "" is a row without a problem


def no_repository(base, folder):
    folder.mkdir()
    (folder / "dvc.yaml").write_text("stages: {}\n")


def no_commit(base, folder):
    folder.mkdir()
    git(folder, "init", "--quiet")


def damaged(base, folder):
    (pack,) = (clone(base, folder, "--no-local") / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:2000] + b"\0" * 100 + pack.read_bytes()[2100:])


def lying_object(base, folder):
    """An object of another content under the name of a check: who trusts names takes it for the original."""
    commit(clone(base, folder), {CHECKS: "def test_packages(workshop):\n    pass\n"})
    theirs, ours = (git(folder, "rev-parse", f"{rev}:{CHECKS}") for rev in ("HEAD", "HEAD~1"))
    tree = git(folder, "ls-tree", "HEAD:exercises/01_environment").replace(theirs, ours)
    one = git(folder, "mktree", input=tree.encode() + b"\n")
    two = git(folder, "ls-tree", "HEAD:exercises").replace(
        git(folder, "rev-parse", "HEAD:exercises/01_environment"), one
    )
    three = git(folder, "mktree", input=two.encode() + b"\n")
    top = git(folder, "ls-tree", "HEAD").replace(git(folder, "rev-parse", "HEAD:exercises"), three)
    made = git(folder, "commit-tree", git(folder, "mktree", input=top.encode() + b"\n"), "-m", "x")
    git(folder, "update-ref", "HEAD", made)
    git(folder, "repack", "-adq") if not (folder / ".git/objects" / ours[:2] / ours[2:]).exists() else None
    lying = folder / ".git/objects" / ours[:2] / ours[2:]
    for pack in (folder / ".git/objects/pack").glob("*.pack"):
        with open(pack, "rb") as stream:
            moved = stream.read()
        for file in pack.parent.glob(f"{pack.stem}.*"):
            file.chmod(0o600)
            file.unlink()
        git(folder, "unpack-objects", "-q", input=moved)
    lying.chmod(0o600)
    shutil.copy(folder / ".git/objects" / theirs[:2] / theirs[2:], lying)


def dotdot(base, folder):
    """A tree with a path that leads out, as no Git makes it."""
    clone(base, folder)
    blob = git(folder, "hash-object", "-w", "--stdin", input=b"out")
    entry = b"100644 ../../escaped\0" + bytes.fromhex(blob)
    tree = git(folder, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", input=entry)
    git(folder, "update-ref", "HEAD", git(folder, "commit-tree", tree, "-m", "x"))


def worktree_file(base, folder):
    folder.mkdir()
    (folder / ".git").write_text(f"gitdir: {base / '.git'}\n")


def linked(base, folder):
    folder.symlink_to(base)


def linked_git(base, folder):
    folder.mkdir()
    (folder / ".git").symlink_to(base / ".git")


def linked_objects(base, folder):
    clone(base, folder)
    shutil.rmtree(folder / ".git/objects")
    (folder / ".git/objects").symlink_to(base / ".git/objects")


def linked_head(base, folder):
    clone(base, folder)
    (folder / ".git/HEAD").unlink()
    (folder / ".git/HEAD").symlink_to(base / ".git/HEAD")


def piped(base, folder):
    clone(base, folder)
    os.mkfifo(folder / ".git/refs/heads/pipe")


def borrowed(base, folder):
    clone(base, folder, "--shared")


def other_hash(base, folder):
    folder.mkdir()
    git(folder, "init", "--quiet", "--object-format=sha256")
    commit(folder, {"a": "b"})


def many_files(base, folder):
    clone(base, folder)
    lines = "".join(f"M 100644 inline many/{n}\ndata 1\nx\n" for n in range(20_001))
    author = "committer L <l@example.invalid> 1700000000 +0000\ndata 1\nx"
    stream = f"commit refs/heads/main\n{author}\nfrom refs/heads/main^0\n{lines}"
    git(folder, "fast-import", "--quiet", "--force", input=stream.encode())


def strange_branch(base, folder):
    clone(base, folder)
    git(folder, "update-ref", "refs/heads/--upload-pack=touch${IFS}trap", "HEAD")
    (folder / ".git/HEAD").write_text("ref: refs/heads/--upload-pack=touch${IFS}trap\n")


def detached(base, folder):
    git(clone(base, folder), "checkout", "--quiet", "--detach")


def bare(base, folder):
    clone(base, folder.with_name(folder.name + ".git"), "--bare")


def shallow(base, folder):
    git(base.parent, "clone", "--quiet", "--depth=1", f"file://{base}", str(folder))


def files(**texts):
    """Return what makes a clone with other files; `__` stands for `/`, `_dot_` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in texts.items()}
    return lambda base, folder: commit(clone(base, folder), named)


def huge_file(base, folder):
    clone(base, folder)
    with open(folder / "huge.bin", "wb") as stream:
        stream.truncate(60_000_000)
    commit(folder, {})


def links_out(base, folder):
    clone(base, folder)
    for name, target in (("dvc.yaml", "/etc/passwd"), ("data/raw", "/"), ("coach", "../../../..")):
        shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
    commit(folder, {})


def submodule(base, folder):
    commit(clone(base, folder), {".gitmodules": '[submodule "x"]\n\tpath = sub\n\turl = ../x\n'})
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(folder, "commit", "--quiet", "--message", "x")


def evil_submodule(base, folder):
    commit(clone(base, folder), {".gitmodules": '[submodule "x"]\n\tpath = sub\n\turl = -u./payload\n'})


def strange_names(base, folder):
    commit(
        clone(base, folder),
        {f"exercises/{name}": "x" for name in ("\x1b[31mred", "\u202egpj.exe", "a\nb", "=1+1", "ü")},
    )


HOSTILE = {
    "no-repository": (no_repository, "no Git repository"),
    "no-commit": (no_commit, "no commit"),
    "damaged": (damaged, "damaged"),
    "lying-object": (lying_object, "damaged"),
    "dotdot": (dotdot, "damaged"),
    "worktree-file": (worktree_file, "points elsewhere"),
    "linked": (linked, "a link"),
    "linked-git": (linked_git, "a link"),
    "linked-objects": (linked_objects, "link or a pipe"),
    "linked-head": (linked_head, "link or a pipe"),
    "piped": (piped, "link or a pipe"),
    "borrowed": (borrowed, "another repository"),
    "other-hash": (other_hash, "neither a branch nor a commit|no commit"),
    "many-files": (many_files, "more than 20000 files"),
    "evil-submodule": (evil_submodule, "damaged"),
    "strange-branch": (strange_branch, ""),
    "detached": (detached, ""),
    "bare": (bare, ""),
    "shallow": (shallow, ""),
    "huge-file": (huge_file, ""),
    "links-out": (links_out, ""),
    "submodule": (submodule, ""),
    "strange-names": (strange_names, ""),
    "yaml-broken": (files(dvc_dot_yaml="stages: [\n", params_dot_yaml="\t- x: : :\n", dvc_dot_lock="<<<<<<< a\n"), ""),
    "yaml-of-another-kind": (files(dvc_dot_yaml="- 1\n- 2\n", dvc_dot_lock="3\n", params_dot_yaml="x\n"), ""),
    "yaml-aliases": (files(dvc_dot_yaml=BOMB + "stages: *k\n", params_dot_yaml=BOMB, dvc_dot_lock=BOMB), ""),
    "yaml-deep": (files(dvc_dot_yaml=nested("[", "]"), params_dot_yaml=nested("{a: ", "}", 5000)), ""),
    "yaml-long": (files(dvc_dot_yaml="a: 1\n" * 500_000), ""),
    "yaml-tags": (files(dvc_dot_yaml="stages: !!python/object/apply:os.system ['touch trap']\n"), ""),
    "toml-broken": (files(pyproject_dot_toml="[tool.coach\n", Pipfile="[packages\n"), ""),
    "toml-of-another-kind": (files(pyproject_dot_toml="tool = 3\n", Pipfile="packages = 3\n"), ""),
    "toml-deep": (
        files(pyproject_dot_toml="a = " + nested("[", "]", 5000), Pipfile="a = " + nested("[", "]", 5000)),
        "",
    ),
    "json-deep": (files(Pipfile_dot_lock=nested("[", "]"), dvclive__metrics_dot_json=nested("[", "]")), ""),
    "dvc-files-of-another-kind": (
        files(data__x_dot_dvc="outs: 3\n", y_dot_dvc="- 1\n", dvc_dot_lock="schema: '2.0'\nstages: 3\n"),
        "",
    ),
    "folders-for-files": (files(Pipfile__x="x", dvc_dot_lock__x="x", _dot_dvc__config__x="x"), ""),
    "config-broken": (files(_dot_dvc__config="[core\nremote"), ""),
    "cache-elsewhere": (files(_dot_dvc__config="[cache]\n    dir = /etc\n[core]\n    site_cache_dir = /etc/x\n"), ""),
    "all-checks-gone": (files(**{CHECKS.replace("/", "__").replace(".", "_dot_"): None}), ""),
    "binary": (files(dvc_dot_yaml="\0\1\2", Pipfile="\0", params_dot_yaml="\x1b[2J"), ""),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return the instructor's copy of a workshop."""
    return generate(tmp_path_factory.mktemp("instructor"))


def report(root, repos, *arguments, **environment):
    """Return what the instructor's coach reports, and all that it printed."""
    workshop = Workshop(root)
    workshop.env.update(environment)
    command = [sys.executable, "-m", "coach", "class", "report", "--repos", str(repos), "--json", *map(str, arguments)]
    done = workshop.run(*command, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {one["id"]: one for one in json.loads(done.stdout)["learners"]}, done


@pytest.fixture(scope="module")
def rows(base, tmp_path_factory):
    """Return the rows of a class of hostile repositories and one honest one."""
    folder = tmp_path_factory.mktemp("class")
    for name, (make, _) in HOSTILE.items():
        make(base, folder / name)
    clone(base, folder / "honest")
    before = snapshot(folder)
    found, done = report(base, folder)
    assert not any(bad in done.stdout for bad in ("\x1b", "\\u001b", "\u202e", "\\u202e"))
    assert snapshot(folder) == before  # nothing of theirs was changed
    assert not (folder / "escaped").exists() and not list(folder.rglob("trap"))
    return found


def snapshot(folder):
    return sorted((str(p), p.lstat().st_mtime_ns) for p in folder.rglob("*") if not p.is_dir() or p.is_symlink())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_repository_costs_its_own_row_only(rows, name):
    import re

    one, (_, why) = rows[name], HOSTILE[name]
    told = " ".join(one["problems"])
    assert re.search(why, told) if why else not told, told
    verdicts = {check["verdict"] for exercise in one["exercises"] for check in exercise["checks"]}
    assert verdicts == {"unseen"} if why else "not yet" in verdicts
    assert not why or one["points"] == 0
    assert "\x1b" not in json.dumps(one, ensure_ascii=False)


def test_an_honest_one_beside_them_is_graded(rows):
    one = rows["honest"]
    assert not one["problems"] and not one["edited"] and not one["left_out"] and one["commits"] == 1
    assert [e["verdict"] for e in one["exercises"]][:2] == ["not yet", "not started"]


LEFT_OUT = {
    "huge-file": "huge.bin is too large",
    "links-out": "dvc.yaml is a link",
    "submodule": "sub is a submodule",
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_was_not_looked_at_is_named(rows, name):
    assert any(LEFT_OUT[name] in sentence for sentence in rows[name]["left_out"])


def test_edited_checks_are_named(rows):
    assert rows["all-checks-gone"]["edited"] == [CHECKS]
    assert "coach/__main__.py" in rows["links-out"]["edited"]
    assert sorted(rows["strange-names"]["edited"]) == sorted(
        f"exercises/{name}" for name in ("[31mred", "gpj.exe", "a b", "=1+1", "ü")
    )


# Nothing of a learner's is run

TOUCH = "import pathlib; pathlib.Path({trap!r}, {name!r}).touch()\n"
MODULES = ["conftest", "sitecustomize", "usercustomize", "pipenv", "json", "random", "dvc", "pytest", "ruamel", "numpy"]


def trapped(base, folder, trap):
    """Make a clone in which everything that could be run or loaded leaves a file in `trap`."""
    clone(base, folder)
    python = {f"{name}.py": name for name in MODULES}
    python |= {"exercises/conftest.py": "exercises", "coach/__init__.py": "coach", "coach/checks/plugin.py": "plugin"}
    python |= {CHECKS: "check", "dvc_workshop/__init__.py": "package", "dvc_workshop/model.py": "model"}
    python |= {"params.py": "params", "coach/checks/sandbox.py": "sandbox", "exercises/01_environment/conftest.py": "c"}
    texts = {file: TOUCH.format(trap=str(trap), name=name) for file, name in python.items()}
    texts["evil.pth"] = "import os; " + TOUCH.format(trap=str(trap), name="pth")
    options = "-p conftest -p sitecustomize --import-mode=prepend"
    texts["pytest.ini"] = texts["exercises/pytest.ini"] = f"[pytest]\naddopts = {options}\n"
    texts["tox.ini"], texts["setup.cfg"] = f"[pytest]\naddopts = {options}\n", f"[tool:pytest]\naddopts = {options}\n"
    kept = (folder / "pyproject.toml").read_text()
    texts["pyproject.toml"] = kept.replace("[tool.pytest", f'[tool.x]\na = "{options}"\n[tool.pytest')
    texts[".env"] = f"PYTEST_ADDOPTS={options}\nPYTHONPATH={folder}\nPYTHONSTARTUP=conftest.py\n"
    run = f"touch {trap}/"
    texts["dvc.yaml"] = (
        f"vars:\n  - params.py\n  - x: 1\nstages:\n  download:\n    cmd: {run}dvc-${{x}}\n  each:\n"
        f"    foreach: [1, 2]\n    do:\n      cmd: {run}foreach-${{item}}\n"
    )
    texts[".gitattributes"] = "* filter=evil diff=evil merge=evil\n"
    texts[".dvc/config"] = (
        f"[core]\n    hydra = true\n    site_cache_dir = {trap}/site\n[cache]\n    dir = {trap}/cache\n"
    )
    commit(folder, texts)
    for name in ("post-checkout", "pre-commit", "reference-transaction", "fsmonitor-watchman", "post-index-change"):
        hook = folder / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {trap}/hook-{name}\n")
        hook.chmod(0o755)
    settings = {
        "core.fsmonitor": f"{run}fsmonitor",
        "core.hooksPath": str(folder / ".git/hooks"),
        "core.sshCommand": f"{run}ssh",
        "core.gitProxy": f"{run}proxy",
        "core.pager": f"{run}pager",
        "core.editor": f"{run}editor",
        "core.alternateRefsCommand": f"{run}alternate",
        "core.askPass": f"{run}askpass",
        "filter.evil.smudge": f"{run}smudge",
        "filter.evil.clean": f"{run}clean",
        "filter.evil.process": f"{run}process",
        "diff.evil.textconv": f"{run}textconv",
        "diff.evil.command": f"{run}diff",
        "diff.external": f"{run}external",
        "uploadpack.packObjectsHook": f"{run}pack",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::sh -c {run}ext",
        "remote.origin.uploadpack": f"{run}uploadpack",
        "protocol.ext.allow": "always",
        "credential.helper": f"!{run}credential",
        "gpg.program": f"{run}gpg",
        "log.showSignature": "true",
        "include.path": "../evil.config",
        "alias.log": f"!{run}alias",
    }
    config = folder / ".git/config"
    config.chmod(0o600)
    sections = {}
    for key, value in settings.items():
        section, _, name = key.rpartition(".")
        sections.setdefault(section, []).append(f"\t{name} = {json.dumps(value)}\n")
    heads = {s: f'[{s.split(".")[0]} "{s.split(".")[1]}"]' if "." in s else f"[{s}]" for s in sections}
    text = "[core]\n\trepositoryformatversion = 1\n"
    config.write_text(text + "".join(heads[s] + "\n" + "".join(lines) for s, lines in sections.items()))


@pytest.fixture
def trap(base, tmp_path):
    """Return (the folder in which traps leave files, DIR with the trapped clone)."""
    (tmp_path / "trap").mkdir()
    (tmp_path / "class").mkdir()
    trapped(base, tmp_path / "class/evil", tmp_path / "trap")
    return tmp_path / "trap", tmp_path / "class"


def test_the_traps_work(trap, tmp_path):
    """What is not read with care springs them: else the next test would prove nothing."""
    folder, evil = trap[0], trap[1] / "evil"
    for command in (
        ["git", "status"],
        ["git", "checkout", "-f"],
        ["git", "diff", "HEAD~1"],
        ["git", "update-ref", "refs/heads/other", "HEAD"],
        [sys.executable, "-m", "pytest", "-q"],
        [sys.executable, "-m", "pipenv", "verify"],
        [sys.executable, "-c", "import dvc_workshop.model, coach"],
    ):
        env = {**os.environ, "PYTHONPATH": str(evil)}
        subprocess.run(command, cwd=evil, env=env, capture_output=True, timeout=60, check=False)
    sprung = {file.name for file in folder.iterdir()}
    assert {"fsmonitor", "sitecustomize", "pytest", "pipenv", "package", "model", "coach"} <= sprung
    assert any(name.startswith(("smudge", "process", "clean")) for name in sprung)
    assert any(name.startswith("hook-") for name in sprung)


def test_nothing_of_a_learners_is_run_or_loaded(base, trap):
    folder, repos = trap
    one = report(base, repos)[0]["evil"]
    assert [file.name for file in folder.iterdir()] == []
    assert not one["problems"], one["problems"]
    assert {"coach/__init__.py", CHECKS, "exercises/pytest.ini", "exercises/conftest.py"} <= set(one["edited"])
    first = one["exercises"][0]["checks"][0]  # and the check that counts is the original
    assert (first["check"], first["verdict"]) == ("test_packages", "not yet")
    second = {c["check"]: c["verdict"] for c in one["exercises"][1]["checks"]}
    assert second["test_stage"] in ("not yet", "unseen")


# Whose row, and what it rests on


def test_the_roster_their_word_and_overrides_go_together(base, tmp_path):
    repos = tmp_path / "repos"
    repos.mkdir()
    clone(base, repos / "ann")
    shutil.copytree(base, tmp_path / "here", symlinks=True)
    checks = [{"check": name, "title": "T.", "verdict": "passed"} for name in ("test_hook", "test_packages")]
    one = {"exercise": "01_environment", "verdict": "passed", "points": 3, "max_points": 3, "checks": checks}
    word = {"schema": "coach/result/v1", "exercises": [one]}
    for name in ("ann", "bo", "stranger"):
        (repos / f"{name}.json").write_text(json.dumps(word))
    (repos / "cy.json").write_text("[" * 100_000)
    roster = tmp_path / "roster.csv"
    roster.write_bytes("\ufeffID; Name\nann;Ann\nbo;Bo <script>\ncy;\u202eCy\ndee;Dee\n".encode())
    (tmp_path / "here/.coach/class").mkdir(parents=True)
    (tmp_path / "here/.coach/class/overrides.csv").write_text("id,exercise,points,reason\ndee,1,9,by e-mail\n")
    html, table = tmp_path / "r.html", tmp_path / "r.csv"
    rows, _ = report(tmp_path / "here", repos, "--roster", roster, "--html", html, "--csv", table)
    assert list(rows) == ["ann", "bo", "cy", "dee", "stranger"]
    first = {
        name: {c["check"]: (c["verdict"], c["by"]) for c in one["exercises"][0]["checks"]} for name, one in rows.items()
    }
    assert first["ann"]["test_packages"] == ("not yet", "seen in the clone")  # above their word
    assert first["ann"]["test_hook"] == ("passed", "reported by the learner")
    assert first["bo"]["test_packages"] == ("passed", "reported by the learner")
    assert rows["cy"]["name"] == "Cy" and "no JSON" in rows["cy"]["problems"][0]
    assert rows["dee"]["problems"] == ["Nothing was handed in."]
    assert rows["dee"]["exercises"][0]["override"]["reason"] == "by e-mail"
    assert (rows["dee"]["points"], rows["dee"]["exercises"][0]["verdict"]) == (9, "passed")
    assert not rows["stranger"]["on_roster"] and rows["ann"]["on_roster"]
    assert table.read_bytes().startswith(b"\xef\xbb\xbf") and "<script>" not in html.read_text("utf-8")


PROBLEMS = {
    "no DIR": (["--repos", "none"], "a clone, or a NAME.json"),
    "an empty DIR": ([], "an empty folder"),
    "no roster": (["--roster", "none.csv"], "a table"),
    "no folder for the page": (["--html", "none/page.html"], "`mkdir none`"),
    "a folder for the page": (["--html", "."], "a folder"),
    "both, told before the class is read": (["--repos", "none", "--csv", "."], "a name for one"),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_mistake_is_told(base, tmp_path, problem):
    arguments, says = PROBLEMS[problem]
    (tmp_path / "a.json").write_text("") if arguments else None
    command = [sys.executable, "-m", "coach", "class", "report", "--repos", str(tmp_path), *arguments]
    done = Workshop(base).run(*command, check=False)
    assert done.returncode == 1 and says in done.stderr and "Next: " in done.stderr, done.stderr


# What is read is true


@pytest.mark.parametrize("number", [4, 10])
def test_what_is_read_is_what_the_coach_says(at, tmp_path, number):
    """A check that passes in the clone passes on the learner's machine, one that does not yet does not."""
    learner = at(number)
    there = {
        (one["exercise"], check["check"]): check["verdict"]
        for one in json.loads(learner.coach("check", "--all", "--json", check=False).stdout)["exercises"]
        for check in one["checks"]
    }
    (tmp_path / "repos").mkdir()
    clone(learner.root, tmp_path / "repos/learner")
    rows, _ = report(learner.root, tmp_path / "repos")
    seen = [
        (check["verdict"], there[one["exercise"], check["check"]], check["check"])
        for one in rows["learner"]["exercises"]
        for check in one["checks"]
    ]
    assert not [each for each in seen if each[0] == "passed" != each[1]]
    assert not [each for each in seen if each[0] in ("not yet", "error") and each[1] == "passed"]
    assert sum(each[0] == "passed" for each in seen) > 3 * number
    assert "error" not in {each[0] for each in seen}


def test_the_command_that_learners_have_starts_it_too(base, tmp_path):
    """Through the script `coach` too, children are not new commands."""
    (tmp_path / "repos").mkdir()
    clone(base, tmp_path / "repos/ann")
    script = tmp_path / "coach-script.py"
    code = "import sys; sys.path.insert(0, '.'); from coach.launcher import SCRIPT; print(SCRIPT)"
    script.write_text(Workshop(base).run(sys.executable, "-c", code).stdout)
    done = Workshop(base).run(sys.executable, str(script), "class", "report", "--repos", str(tmp_path / "repos"))
    assert "ann" in done.stdout and done.stdout.count("1 person") == 1


def test_a_temporary_folder_behind_a_link_changes_nothing(base, tmp_path):
    """On macOS it always is, and on Windows it may have a short name."""
    (tmp_path / "repos").mkdir()
    clone(base, tmp_path / "repos/ann")
    expected, _ = report(base, tmp_path / "repos")
    with tempfile.TemporaryDirectory() as short:  # below it lies a socket, whose path may have some 100 letters
        link = Path(short, "link")
        link.symlink_to(tmp_path)
        found, _ = report(base, tmp_path / "repos", TMPDIR=str(link))
    assert found == expected
