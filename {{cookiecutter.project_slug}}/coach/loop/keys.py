"""Single keys from the terminal, without Enter; the terminal is put back however this ends."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

try:
    import termios
    import tty
except ImportError:  # Windows
    termios = None

QUIT, ENTER = "q", "\n"


def has_terminal():
    """Say whether a person sits at both ends, in the foreground."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return termios is None or os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


@contextlib.contextmanager
def single():
    """Let each key arrive at once and unseen; Ctrl-C still interrupts. The old settings come back at the end.

    Yields what sets this once more: after a pause (Ctrl-Z, `fg`) the shell has put its own settings back.
    """
    if termios is None:
        yield lambda: None
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield lambda: tty.setcbreak(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def listen(tell):
    """Call `tell(key)` for each key, for ever; a terminal that is gone is the key to quit."""
    while sent := read():
        pressed = set(sent.replace("\r", ENTER).lower())
        if len(pressed) == 1:  # not an arrow, nor a command pasted by mistake
            tell(pressed.pop())
    tell(QUIT)


def read():
    """Return what the next key sends, "" where the terminal is gone."""
    if termios is None:
        return read_on_windows()
    try:
        return os.read(sys.stdin.fileno(), 64).decode("utf-8", "replace")
    except OSError:
        return ""


def read_on_windows():
    """Return the next key of a Windows console; Ctrl-C comes as a key there."""
    import msvcrt

    key = msvcrt.getwch()
    if key in "\0\xe0":
        return "\x1b" + msvcrt.getwch()
    return "" if key == "\x03" else key


@contextlib.contextmanager
def signals(draw, again):
    """End in order when asked to end; `draw()` in a terminal of another size, and after a pause (Ctrl-Z, `fg`)."""

    def end(number, _):
        raise SystemExit(128 + number)

    def resume(*_):
        again()
        draw()

    wanted = {"SIGTERM": end, "SIGHUP": end, "SIGCONT": resume}
    wanted["SIGWINCH"] = lambda *_: draw()
    known = {
        getattr(signal, name): handler for name, handler in wanted.items() if hasattr(signal, name)
    }
    before = {number: signal.signal(number, handler) for number, handler in known.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
