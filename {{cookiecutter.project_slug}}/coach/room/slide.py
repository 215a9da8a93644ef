"""A slide, as data."""

from __future__ import annotations

from dataclasses import dataclass

from coach.room.markup import Block

TITLE, EXERCISE, TEXT, REST = "title", "exercise", "text", "rest"  # kinds of slides


@dataclass(frozen=True)
class Slide:
    """A slide: texts are Markdown; `over` stands small above the heading."""

    kind: str
    heading: str
    blocks: tuple[Block, ...] = ()
    over: str = ""
    notes: str = ""
    minutes: int = 0
    name: str = ""  # for the address: 04.3


def text(source):
    """Return a paragraph."""
    return Block("text", source + "\n")
