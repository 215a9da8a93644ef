"""Names that nobody can mistake for another's."""

from __future__ import annotations

import unicodedata

from coach.clean import JOINERS


def key(name):
    """Return the same for names that look the same, or nearly so."""
    shown = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in shown if letter not in JOINERS)


def unlike(name, taken, longest):
    """Return a name, with a number behind it where its key is taken."""
    new, number = name, 1
    while key(new) in taken:
        number += 1
        end = f" ({number})"
        new = name[: longest - len(end)].rstrip() + end
    return new
