"""A check's words, made fit for any reader: bounded, and without characters that XML or a screen cannot hold."""

from __future__ import annotations

import re

LONGEST = 10_000  # characters of one text: sixty checks then fit into what every reader takes
# Whatever XML 1.0 has no place for: control characters, halves of surrogate pairs, and two that are no characters;
# and those that turn the direction of writing, with which a text can look like another one.
UNFIT = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
LABELS = {"expected": "Expected", "found": "Found", "where": "Where", "next": "Next"}


def plain(text, longest=LONGEST):
    """Return a text with \\n at the end of lines, a � for what cannot be shown, and its end cut off where it is too long."""
    text = UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def facts(check, longest=LONGEST):
    """Return what a failing check says, a line a fact."""
    said = {label: getattr(check, fact) for fact, label in LABELS.items()}
    return "\n".join(f"{label}: {plain(text, longest)}" for label, text in said.items() if text)


def one_line(text, longest=200):
    """Return a text on one line, cut off where it is too long."""
    return plain(" ".join((text or "").split()), longest)
