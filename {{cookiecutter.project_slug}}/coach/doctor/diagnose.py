"""Look for what is wrong with the machine, the environment and the buckets, within seconds."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from dataclasses import asdict, dataclass

from coach.doctor.table import CHECKS
from coach.environment import Trouble, find_root, load_env

USAGE = """Usage: python -m coach doctor [--json]

Look for what is wrong with this machine, the environment or the buckets.
It needs nothing but Python, changes nothing, and ends within seconds.

  coach doctor              what is well, what is not, why it matters, what mends it
  coach doctor --json       the same as one JSON object (coach/doctor/v1)
  python -m coach doctor    the same before anything is installed

Exit codes: 0 all is well, 1 a problem, 2 usage."""
OUTSIDE = "Everything that the coach does concerns one workshop."
FAULT = "The coach cannot tell whether this is well; the other findings hold."


@dataclass(frozen=True)
class Finding:
    """What one check has found; all that follows `found` is empty where all is well."""

    name: str
    ok: bool
    found: str
    expected: str = ""
    where: str = ""
    next: str = ""
    why: str = ""


def diagnose(root) -> list[Finding]:
    """Return a Finding for each check; one that needs something that is not well is left out."""
    load_env(root)
    findings, unwell = [], set()
    for check in CHECKS:
        if unwell.intersection(check.needs):
            unwell.add(check.name)
            continue
        if finding := examine(check, root):
            findings.append(finding)
            unwell.update(() if finding.ok else [check.name])
    return findings


def examine(check, root) -> Finding | None:
    """Return what a check has found; its crash is the coach's own fault, and a Finding too."""
    try:
        found = check.run(root)
        return None if found is None else Finding(check.name, True, str(found))
    except Trouble as trouble:
        return trouble_of(check.name, trouble, check.why)
    except Exception as error:
        found, fault = f"{type(error).__name__}: {error}", "the coach's own fault, not yours"
        next = "tell the instructor what `coach doctor` says"
        return Finding(check.name, False, found, "a check that ends", fault, next, FAULT)


def trouble_of(name, trouble, why) -> Finding:
    """Return a Trouble as a Finding."""
    return Finding(name, False, trouble.found, trouble.expected, trouble.where, trouble.next, why)


def as_text(finding) -> str:
    """Return the lines for people: one where all is well, six where it is not."""
    if finding.ok:
        return folded(f"ok       {finding.name}: {finding.found}", 9)
    facts = ("expected", "found", "where", "why", "next")
    lines = [folded(f"{fact:>14}: {getattr(finding, fact)}", 16) for fact in facts]
    return "\n".join([f"problem  {finding.name}", *lines])


def folded(line, indent) -> str:
    """Return a line in the width of the terminal; without a terminal it stays one line."""
    width = max(40, shutil.get_terminal_size((100_000, 24)).columns)
    parts = {"subsequent_indent": " " * indent, "break_on_hyphens": False}
    return textwrap.fill(line, width, **parts, break_long_words=False, drop_whitespace=True)


def summary(findings) -> str:
    """Return the last line: how many are well, and what to type first."""
    problems = [finding for finding in findings if not finding.ok]
    first = f" Type first: {problems[0].next}" if problems else ""
    return folded(f"{len(findings) - len(problems)} of {len(findings)} checks are well.{first}", 0)


def as_json(findings) -> dict:
    """Return the one object that `--json` prints."""
    return {"schema": "coach/doctor/v1", "findings": [asdict(finding) for finding in findings]}


def main(argv) -> int:
    """Print the findings and return the exit code: 0 all is well, 1 a problem, 2 usage."""
    if unknown := [word for word in argv if word != "--json"]:
        print(USAGE, *(["unknown:", *unknown] if unknown[0] not in ("-h", "--help") else []))
        return 0 if unknown[0] in ("-h", "--help") else 2
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        findings = diagnose(find_root())
    except Trouble as trouble:
        findings = [trouble_of("workshop", trouble, OUTSIDE)]
    if "--json" in argv:
        print(json.dumps(as_json(findings), ensure_ascii=False, indent=1))
    else:
        print(*map(as_text, findings), summary(findings), sep="\n")
    return 0 if all(finding.ok for finding in findings) else 1
