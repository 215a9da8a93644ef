"""What cookiecutter asks of this template: are the answers usable, where is it, which commands do its texts show."""

from __future__ import annotations

import json
import keyword
import re
import sys
from pathlib import Path

from jinja2.ext import Extension

TEMPLATE = Path(__file__).resolve().parent

DEVICES = {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(10)}
TAKEN = {"coach", "exercises", "solutions", "tests", "data", "models", "reports", "lab", "dvclive"}
LIBRARIES = {"black", "dvc", "fsspec", "gcsfs", "isort", "numpy", "pil", "pydantic", "pytest"} | {
    "pipenv", "pre_commit", "rich", "ruamel", "sklearn", "test", "torch", "torchvision", "typer", "yaml"
}  # fmt: skip


def name_problem(name: str) -> str | None:
    """Say why a project name cannot stand in a README's title, or None."""
    if not name.strip():
        return "is empty"
    if len(name) > 100:
        return f"is {len(name)} characters long; at most 100 fit in a title"
    if not name.isprintable():
        return "holds a line break or a control character"
    return None


def slug_problem(slug: str) -> str | None:
    """Say why a slug cannot be a folder's name on every system, or None."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]", slug):
        return "must be 2 to 64 letters a-z, digits, '-', '_' or '.', and begin and end with a letter or digit"
    if slug.split(".")[0].lower() in DEVICES:
        return "is the name of a device on Windows"
    return None


def package_problem(package: str) -> str | None:
    """Say why a name cannot be the package's, or None."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,49}", package):
        return "must be at most 50 letters a-z, digits or '_', and begin with a letter"
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return "is a word of the Python language"
    if package in sys.stdlib_module_names:
        return "is the name of a module of Python's standard library"
    if package in TAKEN or package in LIBRARIES:
        return "is the name of a folder or a library that the project uses"
    return None


def prefix_problem(prefix: str) -> str | None:
    """Say why a prefix cannot begin a bucket's name, or None (Google's rules for bucket names)."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,55}[a-z0-9]", prefix):
        return "must be 3 to 57 small letters, digits or '-', and begin and end with a letter or digit"
    if prefix.startswith("goog") or "google" in prefix:
        return "holds 'goog', which Google keeps for itself"
    return None


GROUPS = {"stage", "remote", "exp", "queue", "metrics", "params", "plots", "data", "cache"}  # commands of two words

INSTEAD = "In the workshop, `coach update` brings what has changed in the template; your own work stays."

RULES = {
    "project_name": (name_problem, "DVC Workshop"),
    "project_slug": (slug_problem, "dvc-workshop"),
    "package_name": (package_problem, "dvc_workshop"),
    "bucket_prefix": (prefix_problem, "dvc-workshop"),
}


def bad_answers(answers: dict) -> str:
    """Name each bad answer with its field, its value and a good example; empty where all are good."""
    lines = []
    for field, (problem, example) in RULES.items():
        value = str(answers[field])
        if why := problem(value):
            shown = value if len(value) <= 80 else value[:77] + "..."
            lines.append(f"{field}: {shown!r} {why}. A good answer: {example}")
    return "\n".join(lines)


def stop_at_bad_answers(answers: dict) -> str:
    """End cookiecutter before it has made anything, where an answer is bad or cruft wants to change a workshop."""
    stop_at_cruft(sys.argv)
    if lines := bad_answers(answers):
        sys.exit(f"Nothing was made.\n{lines}")
    return "yes"


def stop_at_cruft(argv: list[str]):
    """End `cruft update` and `cruft diff`, which take the Git repository of a rendering for files of the project."""
    command = next((word for word in argv[1:] if not word.startswith("-")), "")
    if "cruft" in sys.modules and command in ("update", "diff"):
        sys.exit(f"`cruft {command}` cannot do that here; nothing was changed.\n{INSTEAD}")


def answered(answers: dict) -> str:
    """Return what was answered to the questions, as JSON: `coach update` gives the same answers again."""
    kept = {name: answer for name, answer in answers.items() if not name.startswith("_")}
    return json.dumps(kept, indent=2, ensure_ascii=False)


def commands_by_exercise() -> dict[str, list[str]]:
    """Return {command: the numbers of the exercises whose texts show it}, as the texts stand now."""
    found = {}
    for text in sorted((TEMPLATE / "exercises").glob("*/README.md")):
        for command in dvc_commands(text.read_text(encoding="utf-8")):
            found.setdefault(command, []).append(text.parent.name.split("_")[0])
    return {command: found[command] for command in sorted(found)}


def dvc_commands(text: str) -> set[str]:
    """Return the DVC commands in a text's console lines and inline code, without their arguments."""
    lines = re.findall(r"^\$ (dvc .+)$", text, re.MULTILINE) + re.findall(r"`(dvc [^`\n]+)`", text)
    return {"dvc " + command(line) for line in lines if command(line)}


def command(line: str) -> str:
    """Return the subcommand of a line: `exp run` of `dvc exp run -S train.dropout=0.1`."""
    words = re.sub(r"--cd \S+", "", line).split()[1:]
    plain = [word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)]
    if not plain or plain[0] != words[0]:
        return ""
    return " ".join(plain[: 2 if plain[0] in GROUPS else 1])


class Answers(Extension):
    """The filters and the constant that cookiecutter.json and the hooks use."""

    def __init__(self, environment):
        super().__init__(environment)
        environment.filters["answered"] = answered
        environment.filters["bad_answers"] = bad_answers
        environment.filters["stop_at_bad_answers"] = stop_at_bad_answers
        # `_repo_dir` in the context may be relative to where cookiecutter was started, or missing.
        environment.globals["template_folder"] = str(TEMPLATE)
        environment.globals["commands_by_exercise"] = commands_by_exercise
