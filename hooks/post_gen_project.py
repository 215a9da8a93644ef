"""Make the generated folder a Git repository: `main`, and one solution branch on top of another.

Every state is a rendering of the same tree: a file that marks what an exercise takes away (`#~ if`) is rendered
once more for each exercise. All of it goes to one `git fast-import`, which needs no identity, runs no hook,
signs nothing and leaves the bytes alone, so that the same answers give the same commits everywhere.
"""

import functools
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
KEPT_OF_COACH = ("__init__.py", "__main__.py", "encoding.py", "environment.py", "errors.py", "launcher.py")
KEPT_OF_COACH += ("plots_page.py", "buckets", "doctor")
# What grades a workshop on each push, by the answer that asks for it.
CI_FILES = {"github": ".github/workflows/grade.yml", "gitlab": ".gitlab-ci.yml"}


def is_grading(name):
    """Say whether a path is something that a project does without."""
    folder, _, rest = name.partition("/")
    return name == "answers/versions.yaml" or folder == "coach" and rest.split("/")[0] not in KEPT_OF_COACH


def is_unwanted(name):
    """Say whether the answers leave this path out: what grades a project, and the CI that was not chosen."""
    answers = CONTEXT["cookiecutter"]
    is_project = answers["kind"] == "project"
    kept = None if is_project else CI_FILES.get(answers["ci"])
    return name in CI_FILES.values() and name != kept or is_project and is_grading(name)


def exercise_folders():
    """Return the exercises' folder names, in their order."""
    return sorted(folder.name for folder in (TEMPLATE / "exercises").glob("[0-9]*_*"))


def name_of(folder):
    """Return an exercise's name without its number."""
    return folder.split("_", 1)[1]


# Kept, because to compile a text takes far longer than to render it, and every state renders the same texts.
compiled = functools.cache(create_env_with_context(CONTEXT).from_string)


def render(text, solved=()):
    """Return a text of the template as cookiecutter renders it, with some exercises solved."""
    answers = {**CONTEXT["cookiecutter"], "_solved": [name_of(folder) for folder in solved]}
    return compiled(text).render(cookiecutter=answers)


def render_file(path, solved=()):
    """Return the rendered bytes of a file of the template, with LF line endings."""
    data = with_lf(path.read_bytes())
    return data if is_binary(data) else render(data.decode(), solved).encode()


def with_lf(data):
    """Return a file's bytes with LF line endings."""
    return data if is_binary(data) else data.replace(b"\r\n", b"\n")


def is_binary(data):
    """Say whether these are the bytes of a file that is not text."""
    return b"\0" in data


def files_below(folder, under=""):
    """Return {path in the project: path in the template} of all files below a folder of the template."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    names = render("\n".join(under + path.relative_to(folder).as_posix() for path in paths))
    return dict(zip(names.split("\n"), paths))


def marked(tree):
    """Return those files of the tree that look different once an exercise is solved."""
    return {name: path for name, path in tree.items() if b"_solved" in path.read_bytes()}


def learner_files(tree, folders):
    """Return the files of `main`: as cookiecutter wrote them, with the exercises, or solved for a project."""
    if CONTEXT["cookiecutter"]["kind"] == "project":
        added = {name: render_file(path, folders) for name, path in marked(tree).items()}
    else:
        exercises = files_below(TEMPLATE / "exercises", "exercises/")
        added = {name: render_file(path) for name, path in exercises.items()}
    return {name: with_lf((PROJECT / name).read_bytes()) for name in tree} | added


def solution_files(tree, solved):
    """Return the files that a solution branch adds or changes."""
    files = {name: render_file(path, solved) for name, path in tree.items()}
    readme = f"solutions/{solved[-1]}/README.md"
    return files | {readme: render_file(TEMPLATE / readme)}


def reason(readme):
    """Return the first paragraph of a solution's text, which says why it is the answer."""
    body = re.sub(r"\A---\n.*?\n---\n", "", readme, flags=re.DOTALL)
    return next(part for part in body.split("\n\n") if part.strip() and not part.lstrip().startswith("#")).strip()


def states(tree, folders, start):
    """Yield (branch, commit message, files that it adds or changes), each state built on the one before."""
    what = "project" if CONTEXT["cookiecutter"]["kind"] == "project" else "workshop"
    yield "main", f"Start of the {what}", start
    if what == "workshop":
        changing = marked(tree)
        for number, folder in enumerate(folders, start=1):
            files = solution_files(changing, folders[:number])
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


def source():
    """Return how to name the template from anywhere on this machine; nothing for a zip file, whose folder goes."""
    named = CONTEXT["cookiecutter"].get("_template") or ""
    if named.lower().endswith(".zip"):
        return ""
    is_address = re.match(r"[\w+.-]{2,}:|\w+@", named)  # not a drive of Windows, which has one letter
    return named if is_address or os.path.isabs(named) else str(TEMPLATE)


def keep_source():
    """Keep where the template is for `coach update`, in .git/config: in the tree a path would change the commits."""
    kept = {"template": source(), "checkout": CONTEXT["cookiecutter"].get("_checkout") or ""}
    for name, value in kept.items():
        if value:
            git("config", f"coach.{name}", value)


def write(files):
    """Write files below the project; the working tree is then what `main` holds."""
    for name, payload in files.items():
        path = PROJECT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(payload)


def remove_what_is_unwanted():
    """Take away what the answers leave out, and the folders that are empty then."""
    for path in sorted(PROJECT.rglob("*"), reverse=True):
        if path.is_file() and is_unwanted(path.relative_to(PROJECT).as_posix()):
            path.unlink()
            for folder in path.parents:
                if any(folder.iterdir()):
                    break
                folder.rmdir()


def main():
    if (PROJECT / ".git").exists():
        sys.exit(f"{PROJECT} is a Git repository already; nothing in it was changed. Choose another project_slug.")
    remove_what_is_unwanted()
    tree = {name: path for name, path in files_below(TREE).items() if not is_unwanted(name)}
    folders = exercise_folders()
    start = learner_files(tree, folders)
    write(start)
    shutil.copyfile(PROJECT / ".env.example", PROJECT / ".env")
    git("init", "--quiet", "--template=", "--object-format=sha1", "--initial-branch=main")
    git("fast-import", "--quiet", "--date-format=raw", input=fast_import_stream(states(tree, folders, start)))
    git("reset", "--quiet")
    if CONTEXT["cookiecutter"]["kind"] == "workshop":
        keep_source()


if __name__ == "__main__":
    main()
