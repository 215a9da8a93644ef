"""What a terminal cannot print becomes a plain character, never a crash."""

from __future__ import annotations

import codecs
import sys

PLAIN = {"…": "...", "“": '"', "”": '"', "’": "'", "–": "-", "·": "-", "█": "#", "░": "-"}


def plain(error):
    """Return plain characters for those that an encoding lacks."""
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in lacking), error.end


def install():
    """Let what this process prints pass through any encoding (a pipe on Windows, `PYTHONIOENCODING=ascii`)."""
    codecs.register_error("coach.plain", plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="coach.plain")
