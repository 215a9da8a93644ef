"""What a terminal cannot print, or what would steer it, becomes a plain character, never a crash."""

from __future__ import annotations

import codecs
import sys

PLAIN = {"…": "...", "“": '"', "”": '"', "’": "'", "–": "-", "·": "-", "█": "#", "░": "-"}


def instead(error):
    """Return plain characters for those that an encoding lacks."""
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in lacking), error.end


def install():
    """Let what this process prints pass through any encoding (a pipe on Windows, `PYTHONIOENCODING=ascii`)."""
    codecs.register_error("coach.plain", instead)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="coach.plain")


def plain(text):
    """Return a text without the characters that move a terminal's cursor or change its colours."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in str(text).expandtabs(4))


def one_line(text):
    """Return a text of strangers in one line, without what steers a terminal."""
    return " ".join(plain(text).split())
