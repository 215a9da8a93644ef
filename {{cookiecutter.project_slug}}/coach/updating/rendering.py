"""Render the template with a workshop's answers, by cookiecutter, into a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from coach.environment import Trouble
from coach.updating import answers as answering

VERSION = "2.7.1"
NEEDED = (answering.FILE, "coach/updating/cli.py", "exercises")


def render(template, answers, below) -> Path:
    """Return the repository that the template makes of these answers; one that it does not make is a Trouble."""
    asked = answering.questions(template.folder)
    # Of this user's settings none plays a part, and none of this is for a later `cookiecutter --replay`.
    settings = Path(below) / "settings.yaml"
    settings.write_text(json.dumps({"replay_dir": str(Path(below) / "replay")}), encoding="utf-8")
    out = Path(below) / "rendered"
    command = [*program(), str(template.folder), *answering.arguments(answers, asked)]
    command += ["--no-input", "--config-file", str(settings), "--output-dir", str(out)]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, cwd=below, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    made = list(out.glob("*/.git"))
    if done.returncode or not made:
        raise not_rendered(template, (done.stdout + done.stderr).decode("utf-8", "replace"))
    require_workshop(template, made[0].parent)
    return made[0].parent


def program() -> list[str]:
    """Return how cookiecutter is started: that of this environment, or one that the shell knows."""
    if find_spec("cookiecutter"):
        return [sys.executable, "-m", "cookiecutter"]
    if found := shutil.which("cookiecutter"):
        return [found]
    raise Trouble(
        found="no cookiecutter, neither in this environment nor on the PATH",
        expected="cookiecutter, which renders the template",
        where=sys.prefix,
        next=f"`pip install cookiecutter=={VERSION}`, then `coach update` again",
    )


def not_rendered(template, said) -> Trouble:
    """Return the Trouble of a template that cannot be rendered, with cookiecutter's words but not its tracebacks."""
    lines = said.partition("\nContext: ")[0].splitlines()
    words = [line for line in lines if line.strip() and not line.startswith((" ", "Traceback"))]
    return Trouble(
        found=f"cookiecutter says: {chr(10).join(words[-8:])[-1500:]}\nNothing was changed.",
        expected="a template that cookiecutter renders with this workshop's answers",
        where=template.folder,
        next="tell whoever keeps the template; `coach update --checkout REV` takes another version of it",
    )


def require_workshop(template, made):
    """Raise Trouble where a template makes something else, or a workshop that cannot be updated again."""
    if lost := [name for name in NEEDED if not (made / name).exists()]:
        raise Trouble(
            found=f"a template that makes no {', '.join(lost)}; nothing was changed",
            expected="this workshop's template, in a version that has `coach update`",
            where=template.folder,
            next="`coach update TEMPLATE` with the right one, or a newer version of it with `--checkout REV`",
        )
