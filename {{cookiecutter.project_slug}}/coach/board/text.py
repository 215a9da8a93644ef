"""What strangers write, made fit to be shown: one line, and nothing in it that hides, turns or towers over others."""

from __future__ import annotations

import unicodedata

HIDDEN = {"Cc", "Cf", "Cs", "Co"}  # control, format (bidi, zero width), surrogates, private use
# Letters, marks and signs that show nothing, so that a name of them looks empty.
BLANK = {chr(number) for number in (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)}
BLANK |= {chr(number) for start in (0x180B, 0xFE00, 0xE0100) for number in range(start, start + 16)}
MARKS = 3  # on one letter; no language's writing needs more


def clean(text, longest):
    """Return a text in one line, normalised, without hidden characters, no longer than so many characters."""
    spaced = "".join(" " if is_space(each) else each for each in text)
    shown = "".join(each for each in spaced if not is_hidden(each))
    letters = with_few_marks(unicodedata.normalize("NFC", shown))
    return " ".join(letters.split())[:longest].strip()


def is_space(letter):
    """Say whether a character only separates words."""
    return letter.isspace() or unicodedata.category(letter).startswith("Z")


def is_hidden(letter):
    """Say whether nobody could see a character, or only what it does to others."""
    return letter in BLANK or unicodedata.category(letter) in HIDDEN


def with_few_marks(text):
    """Return a text with a few combining marks on each letter, and none that stands on nothing."""
    kept, marks = [], MARKS
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter).startswith("M") else 0
        if letter == " ":
            marks = MARKS
        if marks <= MARKS:
            kept.append(letter)
    return "".join(kept)


def key(name):
    """Return the same for names that look the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def unlike(name, taken, longest):
    """Return a name, with a number behind it where its key is taken."""
    new, number = name, 1
    while key(new) in taken:
        number += 1
        end = f" ({number})"
        new = name[: longest - len(end)].rstrip() + end
    return new
