"""Make the README's pictures of the coach from a real run in a real terminal: `make pictures`."""

import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from states import States, surroundings  # noqa: E402

WIDTH, HEIGHT = 92, 34
# (file, exercises done, what is typed, what ends the picture where the command goes on)
PICTURES = (
    ("list", 3, ["list"], None),
    ("check", 3, ["check"], None),
    ("hint", 3, ["hint"], None),
    ("watch", 3, ["watch"], r"checked at.*quit"),
    ("undo", 3, ["undo"], r"Go on\?"),
    ("doctor", 3, ["doctor"], None),
)


def screen(workshop, words, ends):
    """Return what a terminal shows after a command, with its colours."""
    env = {**workshop.env, "TERM": "xterm-256color", "COLUMNS": str(WIDTH), "LINES": str(HEIGHT)}
    env.pop("NO_COLOR", None)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "coach", *words],
        cwd=str(workshop.root),
        env=env,
        dimensions=(HEIGHT, WIDTH),
        encoding="utf-8",
        timeout=60,
    )
    seen = io.StringIO()
    child.logfile_read = seen
    child.expect(ends or pexpect.EOF)
    child.close(force=True)
    return re.split(r"\x1b\[(?:H\x1b\[)?[23]?J", seen.getvalue())[-1]


def svg(text, title):
    """Return a picture of a terminal's text; it loads no font from anywhere."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ " + title, "bold"))
    console.print(Text.from_ansi(text.replace("\r\n", "\n").strip("\n")))
    picture = console.export_svg(title="Terminal", unique_id=title.replace(" ", "-"))
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


def main():
    """Write every picture beside this file."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(surroundings(folder))
        states = States()
        for name, done, words, ends in PICTURES:
            home = Path(folder) / name
            with states.copy(done, home).buckets() as workshop:
                if name == "undo":
                    workshop.coach("catch-up", "5")
                text = screen(workshop, words, ends)
                short = text.replace(str(workshop.root), "~/dvc-workshop").replace(sys.prefix, "~/.venv")
                (HERE / f"coach-{name}.svg").write_text(svg(short, " ".join(["coach", *words])), encoding="utf-8")
            shutil.rmtree(home)
            print(f"docs/coach-{name}.svg")


if __name__ == "__main__":
    main()
