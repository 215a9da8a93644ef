"""README.txt of the folder: what a learner types, on each system."""

from __future__ import annotations

from pathlib import Path
from string import Template

from coach.room.pack import stick


def text(about, systems):
    """Return the text for these systems."""
    template = Template((Path(__file__).parent / "README.txt").read_text(encoding="utf-8"))
    listed = "".join(f"  {name}\n" for name in sorted(systems))
    largest = max(systems.values(), key=lambda sizes: sizes["installed"])
    need = stick.megabytes(largest["bytes"] + largest["installed"])
    title = about["name"]
    return template.substitute(
        name=title, line="=" * len(title), slug=about["slug"], systems=listed, need=need
    )
