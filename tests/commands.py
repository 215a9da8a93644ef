"""The commands that stand in texts, and whether the installed programs have them."""

import functools
import re
import shlex
import subprocess

PROGRAMS = ("dvc", "git", "coach", "pipenv", "pre-commit")
GROUPS = ("stage", "remote", "exp", "queue", "metrics", "params", "plots", "data", "cache")  # commands of two words


def commands(text):
    """Return the commands that stand in a text: lines of console blocks, and inline code; `…` stands for the rest."""
    blocks = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)
    found = [line for line in blocks + inline if line.split(" ")[0] in PROGRAMS and "{" not in line]
    return [line for line in found if not line.endswith(("…", "..."))]


@functools.lru_cache(None)
def help_of(*words):
    """Return what `PROGRAM SUBCOMMAND --help` prints, or None where there is no such command."""
    program = {"coach": ["python", "-m", "coach"]}.get(words[0], [words[0]])
    flag = "-h" if words[0] == "git" else "--help"
    done = subprocess.run([*program, *words[1:], flag], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode in (0, 129) else None


def subcommand(words):
    """Return the words that name a command: a program, its subcommand and, for a group, the one below."""
    plain = [word for word in words[1:] if not word.startswith("-")]
    if words[0] == "dvc" and "--cd" in words:
        plain = plain[1:]
    if words[0] == "git" and "-C" in words:
        plain = plain[1:]
    depth = 2 if words[0] == "dvc" and plain[:1] and plain[0] in GROUPS or plain[:1] in (["bucket"], ["class"]) else 1
    return (words[0], *plain[:depth])


def fault_of(line):
    """Return what is wrong with a command, as far as its own help tells, or None; run it inside of a workshop."""
    words = shlex.split(line)
    text = help_of(*subcommand(words))
    if text is None:
        return "there is no such command"
    if words[0] in ("dvc", "coach"):
        for option in (word.split("=")[0] for word in words if word.startswith("--") and word != "--cd"):
            if option not in text:
                return f"there is no option {option}"
    return None
