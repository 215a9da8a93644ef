"""Make what others wrote fit to be shown: on a terminal, on a page, in a table."""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d"  # part of how some names are written
MOST_MARKS = 4  # above or below one letter


def clean(text, longest=200):
    """Return a text on one line without characters that control a terminal or turn the direction of writing."""
    found, marks = [], 0
    for character in str(text)[: longest * 2]:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if character in "\t\n\r\v\f" or kind in ("Zl", "Zp"):
            found.append(" ")
        elif (kind[0] != "C" or character in JOINERS) and marks <= MOST_MARKS:
            found.append(character)
    short = " ".join("".join(found).split())
    return short if len(short) <= longest else f"{short[: longest - 1]}…"
