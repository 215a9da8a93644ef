"""What strangers write becomes one plain line; what is left of it is as it was written."""

import random
import unicodedata

import pytest
from coach.clean import HIDDEN, JOINERS, clean

BIDI, ZERO_WIDTH, PRIVATE = "\u202e\u202d\u2066\u2069\u200f", "\u200b\u200d\ufeff\u2060", "\ue000\U000f0000"
WRITTEN = {
    "a name": ("Ada Lovelace", "Ada Lovelace"),
    "letters of others": ("Zoë Łukasz 李 שלום عليّ", "Zoë Łukasz 李 שלום عليّ"),
    "not composed": ("Zoe\u0308", "Zoë"),
    "script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # a page takes it as text
    "SQL": ("'); DROP TABLE events;--", "'); DROP TABLE events;--"),
    "a formula": ("=HYPERLINK(A1)", "=HYPERLINK(A1)"),
    "white space": (" \t Ada \r\n\u2028\u3000 B\u00a0C ", "Ada B C"),
    "bidi": (f"{BIDI}Ada{BIDI}", "Ada"),
    "turned around": ("\u202egnp.exe\u2066x", "gnp.exex"),
    "zero width": (f"A{ZERO_WIDTH}da", "Ada"),
    "control": ("\x00A\x1b[31md\x07a\x7f\x9b", "A[31mda"),
    "private": (f"Ada{PRIVATE}", "Ada"),
    "surrogates": ("A\ud800da\udfff", "Ada"),
    "no characters": ("A\ufffed\u2065a\U0010ffff", "Ada"),
    "blank letters": ("\u3164\u115f\u2800\uffa0\u034f", ""),
    "only marks": ("\u0301" * 50, ""),
    "a tower of marks": ("a" + "\u0335" * 500 + "b", "a" + "\u0335" * 3 + "b"),
    "a tower of marks and joiners": ("\u0915" + "\u094d\u200d" * 50, "\u0915" + "\u094d\u200d" * 3),
    "only hidden": (BIDI + ZERO_WIDTH + PRIVATE + "\x00", ""),
    "variation selectors": ("A\ufe0f\U000e0100da", "Ada"),
    "too long": ("x" * 1000, "x" * 59 + "…"),
    "cut at a space": ("x" * 58 + " yyy", "x" * 58 + "…"),
    "as long as it may be": ("x" * 60, "x" * 60),
    "Persian": ("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",) * 2,
    "Sinhala": ("\u0dc1\u0dca\u200d\u0dbb\u0dd3",) * 2,
    "Bengali": ("\u09b0\u200d\u09cd\u09af\u09be\u099a\u09c7\u09b2",) * 2,
    "Malayalam": ("\u0d05\u0d28\u0d3f\u0d32\u0d4d\u200d",) * 2,
    "joiners that nothing needs": ("\u200dA\u200cd\u200da \u05e9\u200d\u05dc\u200c", "Ada \u05e9\u05dc"),
    "joiners upon joiners": ("\u0644\u200c\u200c\u200c\u0631", "\u0644\u200c\u0631"),
}


@pytest.mark.parametrize("given, shown", WRITTEN.values(), ids=WRITTEN)
def test_what_strangers_write_becomes_one_plain_line(given, shown):
    """Nothing is left that hides, turns or towers; names keep the joiners that their letters need."""
    assert clean(given, 60) == shown


def test_a_cleaned_text_stays_as_it_is():
    """Whatever is written: in one line, short enough, without what is hidden, and cleaned once for all."""
    letters = "".join(given for given, _ in WRITTEN.values()) + "".join(map(chr, range(0x250)))
    letters += "".join(map(chr, (*range(0x600, 0x660), *range(0x900, 0x960)))) + 20 * JOINERS
    dice = random.Random(5)
    for _ in range(2000):
        made = clean("".join(dice.choices(letters, k=80)), 60)
        assert clean(made, 60) == made == unicodedata.normalize("NFC", made) and len(made) <= 60
        assert not {unicodedata.category(each) for each in made if each not in JOINERS} & {*HIDDEN, "Zl", "Zp"}


def test_a_megabyte_is_no_more_work_than_a_line():
    assert clean("\u0915\u094d\u200d" * 1_000_000, 60).endswith("…")
    assert clean(None) == "None" and clean(OSError("a\nb")) == "a b"
