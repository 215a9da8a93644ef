"""Make the generated folder a Git repository: `main`, and one solution branch on top of another.

Every state is a rendering of the same tree: a file that marks what an exercise takes away (`#~ if`) is rendered
once more for each exercise. All of it goes to one `git fast-import`, which needs no identity, runs no hook,
signs nothing and leaves the bytes alone, so that the same answers give the same commits everywhere.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from cookiecutter.utils import create_env_with_context

CONTEXT = {"cookiecutter": json.loads(r'''{{ cookiecutter | tojson }}''')}
TEMPLATE = Path(json.loads(r'''{{ template_folder | tojson }}'''))
sys.path.append(str(TEMPLATE))  # for local_extensions, which every rendering loads
TREE = TEMPLATE / ("{" + "{cookiecutter.project_slug}}")  # in one piece it would be rendered here
PROJECT = Path.cwd()
COMMITTER = "DVC workshop <workshop@example.invalid> 1767225600 +0000"
# Of the coach a `project`, which has no exercises, keeps what runs the local buckets.
KEPT_OF_COACH = ("__init__.py", "__main__.py", "environment.py", "errors.py", "launcher.py", "plots_page.py")
KEPT_OF_COACH += ("buckets", "doctor")


def is_grading(name):
    """Say whether a path is something that a project does without."""
    folder, _, rest = name.partition("/")
    return name == "answers/versions.yaml" or folder == "coach" and rest.split("/")[0] not in KEPT_OF_COACH


def exercise_folders():
    """Return the exercises' folder names, in their order."""
    return sorted(folder.name for folder in (TEMPLATE / "exercises").glob("[0-9]*_*"))


def name_of(folder):
    """Return an exercise's name without its number."""
    return folder.split("_", 1)[1]


class Renderer:
    """Render the template's files as cookiecutter does, with some exercises solved."""

    def __init__(self, solved):
        answers = {**CONTEXT["cookiecutter"], "_solved": [name_of(folder) for folder in solved]}
        self.context = {"cookiecutter": answers}
        self.environment = create_env_with_context(self.context)

    def text(self, template):
        return self.environment.from_string(template).render(**self.context)

    def file(self, path):
        """Return a file's rendered bytes, with LF line endings."""
        source = path.read_bytes()
        if b"\0" in source:
            return source
        return self.text(source.decode().replace("\r\n", "\n")).encode()

    def tree(self, base, under="", only_marked=False):
        """Return {path in the project: bytes} for all files below a folder of the template."""
        files = {}
        for path in sorted(p for p in base.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            if not only_marked or is_marked(path):
                files[under + self.text(path.relative_to(base).as_posix())] = self.file(path)
        return files


def is_marked(path):
    """Say whether a file looks different once an exercise is solved."""
    return b"_solved" in path.read_bytes()


def learner_files(solved):
    """Return the files of `main`: as cookiecutter wrote them, the exercises added."""
    if CONTEXT["cookiecutter"]["kind"] == "project":
        files = Renderer(solved).tree(TREE)
        return {name: data for name, data in files.items() if not is_grading(name)}
    renderer = Renderer([])
    files = renderer.tree(TREE)
    files.update(renderer.tree(TEMPLATE / "exercises", "exercises/"))
    return files


def solution_files(solved):
    """Return the files that a solution branch adds or changes."""
    renderer = Renderer(solved)
    files = renderer.tree(TREE, only_marked=True)
    readme = TEMPLATE / "solutions" / solved[-1] / "README.md"
    files[f"solutions/{solved[-1]}/README.md"] = renderer.file(readme)
    return files


def reason(readme):
    """Return the first paragraph of a solution's text, which says why it is the answer."""
    body = re.sub(r"\A---\n.*?\n---\n", "", readme, flags=re.DOTALL)
    return next(part for part in body.split("\n\n") if part.strip() and not part.lstrip().startswith("#")).strip()


def states(folders, start):
    """Yield (branch, commit message, files that it adds or changes), each state built on the one before."""
    what = "project" if CONTEXT["cookiecutter"]["kind"] == "project" else "workshop"
    yield "main", f"Start of the {what}", start
    if what == "workshop":
        for number, folder in enumerate(folders, start=1):
            files = solution_files(folders[:number])
            why = reason(files[f"solutions/{folder}/README.md"].decode())
            yield f"solution/{folder}", f"Solve {folder}\n\n{why}", files


def fast_import_stream(states):
    """Return what `git fast-import` reads: each state a commit on top of the one before."""
    parts = []

    def data(payload):
        parts.append(b"data %d\n%s\n" % (len(payload), payload))

    for mark, (branch, message, files) in enumerate(states, start=1):
        parts.append(f"commit refs/heads/{branch}\nmark :{mark}\ncommitter {COMMITTER}\n".encode())
        data(message.encode() + b"\n")
        if mark > 1:
            parts.append(f"from :{mark - 1}\n".encode())
        for name, payload in sorted(files.items()):
            parts.append(f"M 100644 inline {name}\n".encode())
            data(payload)
    return b"".join(parts)


def git(*arguments, **options):
    """Run Git in the project, out of reach of the user's templates, hooks, signing and outer repositories."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-c", "core.hooksPath=.git/no-hooks", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, **options)
    if done.returncode:
        sys.exit(f"Git could not make the repository: `{' '.join(command)}` said\n{done.stderr.decode()}")


def write(files):
    """Write files below the project; the working tree is then what `main` holds."""
    for name, payload in files.items():
        path = PROJECT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(payload)


def remove_what_a_project_does_not_need():
    """Take the grading half of the coach away."""
    for path in sorted(PROJECT.rglob("*"), reverse=True):
        name = path.relative_to(PROJECT).as_posix()
        if name != "coach" and is_grading(name):
            path.rmdir() if path.is_dir() else path.unlink()


def main():
    if (PROJECT / ".git").exists():
        sys.exit(f"{PROJECT} is a Git repository already; nothing in it was changed. Choose another project_slug.")
    if CONTEXT["cookiecutter"]["kind"] == "project":
        remove_what_a_project_does_not_need()
    folders = exercise_folders()
    start = learner_files(folders)
    write(start)
    shutil.copyfile(PROJECT / ".env.example", PROJECT / ".env")
    git("init", "--quiet", "--template=", "--object-format=sha1")
    git("symbolic-ref", "HEAD", "refs/heads/main")
    git("fast-import", "--quiet", "--date-format=raw", input=fast_import_stream(states(folders, start)))
    git("reset", "--quiet")


if __name__ == "__main__":
    main()
