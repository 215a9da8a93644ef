"""What strangers write, made fit to be shown: one line, and nothing in it that hides, turns or towers over others."""

from __future__ import annotations

import unicodedata

# Control, format (bidi, zero width), surrogates, private use, and what no character is.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Letters, marks and signs that show nothing, so that a name of them looks empty.
BLANK = {chr(number) for number in (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)}
BLANK |= {chr(number) for start in (0x180B, 0xFE00, 0xE0100) for number in range(start, start + 16)}
JOINERS = "\u200c\u200d"
VIRAMA = 9  # the combining class of the sign that joins letters in Indian scripts
MARKS = 3  # on one letter; no language's writing needs more


def clean(text, longest=200):
    """Return a text in one line, normalised, without hidden characters, no longer than so many characters.

    What has been cleaned stays as it is.
    """
    line, before = str(text)[: 10 * longest], None
    while line != before:  # what is left out may bring others together
        line, before = cleaned(line), line
    return line if len(line) <= longest else line[: longest - 1].rstrip(f" {JOINERS}") + "…"


def cleaned(text):
    """Return a text without what is to be left out of it as it stands."""
    if text.isascii() and text.isprintable():  # as most are, and hundreds of thousands in a report
        return " ".join(text.split())
    spaced = (" " if is_space(each) else each for each in text)
    shown = with_needed_joiners("".join(each for each in spaced if not is_hidden(each)))
    letters = with_few_marks(unicodedata.normalize("NFC", shown))
    return " ".join(letters.split())


def is_space(letter):
    """Say whether a character only separates words."""
    return letter.isspace() or unicodedata.category(letter).startswith("Z")


def is_hidden(letter):
    """Say whether nobody could see a character, or only what it does to others."""
    if letter in JOINERS:
        return False
    return letter in BLANK or unicodedata.category(letter) in HIDDEN


def with_needed_joiners(text):
    """Return a text with the joiners by which Arabic and Indian letters take another form, and no others."""
    kept = []
    for letter, after in zip(text, f"{text[1:]} "):
        if letter not in JOINERS or is_needed(kept[-1] if kept else " ", after):
            kept.append(letter)
    return "".join(kept)


def is_needed(before, after):
    """Say whether a joiner between two characters changes how they look."""
    if VIRAMA in (unicodedata.combining(before), unicodedata.combining(after)):
        return True
    kinds = unicodedata.bidirectional(before), unicodedata.bidirectional(after)
    return kinds in (("AL", "AL"), ("NSM", "AL"))


def with_few_marks(text):
    """Return a text with a few combining marks on each letter, and none that stands on nothing."""
    kept, marks = [], MARKS
    for letter in text:
        if unicodedata.category(letter).startswith("M"):
            marks += 1
        elif letter not in JOINERS:
            marks = MARKS if letter == " " else 0
        if marks <= MARKS:
            kept.append(letter)
    return "".join(kept)
