"""Look for what is wrong with the machine, the environment and the buckets; standard library only, seconds at most."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from coach.doctor import buckets, env, machine
from coach.environment import Trouble, find_root, load_env

USAGE = "Usage: python -m coach doctor [--json]"


@dataclass(frozen=True)
class Finding:
    """What one check has found; the last three are empty where all is well."""

    name: str
    ok: bool
    found: str
    expected: str = ""
    where: str = ""
    next: str = ""


# (name, check, the names that must be well for it). A check returns what it found, None where it does not
# apply, or raises Trouble. To add one, add a line.
CHECKS = (
    ("Python", machine.python, ()),
    ("Git", machine.git, ()),
    ("Git identity", machine.git_identity, ("Git",)),
    ("answers", machine.answers, ()),
    ("packages", machine.packages, ()),
    ("DVC", machine.dvc, ("packages",)),
    (".env", env.file, ("answers",)),
    ("environment", env.loaded, (".env",)),
    ("credentials", buckets.credentials, ("answers",)),
    ("buckets", buckets.reached, ("answers", ".env", "credentials")),
    ("default remote", buckets.default_remote, ("buckets",)),
    ("DVC reads", buckets.dvc_reads, ("buckets", "DVC", "environment")),
)


def diagnose(root) -> list[Finding]:
    """Return a Finding for each check; one that needs something that is not well is left out."""
    load_env(root)
    findings, unwell = [], set()
    for name, check, needs in CHECKS:
        if unwell.intersection(needs):
            unwell.add(name)
            continue
        if finding := examine(name, check, root):
            findings.append(finding)
            unwell.update(() if finding.ok else [name])
    return findings


def examine(name, check, root) -> Finding | None:
    """Return what a check has found; its crash is the coach's own fault, and a Finding too."""
    try:
        found = check(root)
        return None if found is None else Finding(name, True, str(found))
    except Trouble as trouble:
        return trouble_of(name, trouble)
    except Exception as error:
        found, fault = f"{type(error).__name__}: {error}", "the coach's own fault, not yours"
        return Finding(name, False, found, "a check that ends", fault, "tell the instructor")


def trouble_of(name, trouble) -> Finding:
    """Return a Trouble as a Finding."""
    return Finding(name, False, trouble.found, trouble.expected, trouble.where, trouble.next)


def as_text(finding) -> str:
    """Return the lines for people: one where all is well, five where it is not."""
    if finding.ok:
        return f"ok       {finding.name}: {finding.found}"
    facts = [
        f"{fact:>14}: {getattr(finding, fact)}" for fact in ("expected", "found", "where", "next")
    ]
    return "\n".join([f"problem  {finding.name}", *facts])


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
        findings = [trouble_of("workshop", trouble)]
    if "--json" in argv:
        print(json.dumps(as_json(findings), ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(as_text, findings)))
    return 0 if all(finding.ok for finding in findings) else 1
