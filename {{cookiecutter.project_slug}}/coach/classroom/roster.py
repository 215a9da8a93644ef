"""Who is in the class, and which folder or file in DIR is whose."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from coach.classroom import tables
from coach.clean import clean
from coach.environment import Trouble

COLUMNS = ("folder", "id", "name")  # that may name a folder, the surest first
NAME_IT = "name the right one in a column `folder` of the roster"


@dataclass(frozen=True)
class Person:
    """One of the class; where there is no roster, or none that names them, they are called like their folder."""

    id: str
    name: str
    folder: str = ""
    on_roster: bool = True


@dataclass(frozen=True)
class HandedIn:
    """What lies in DIR under one name: a repository, what `coach check --all --json` printed, or both."""

    repository: Path | None = None
    result: Path | None = None


def read(file):
    """Return the Persons of a roster; a mistake in it is a Trouble that names the line."""
    people, seen = [], {}
    for number, row in tables.read(file, ("id", "name"), ("folder",)):
        for column in ("id", "name"):
            if not row.get(column):
                raise wrong(file, number, f"no {column}", "an id and a name in each line")
        for column in ("id", "folder"):
            text = row.get(column, "")
            first = seen.setdefault((column, key(text)), number) if text else number
            if first != number:
                found = f"the {column} {clean(text)}, which line {first} has too"
                raise wrong(file, number, found, f"each {column} once")
        people.append(Person(row["id"], row["name"], row.get("folder", "")))
    if not people:
        raise wrong(file, 2, "nobody", "a line for each person")
    return people


def wrong(file, number, found, expected):
    """Return the Trouble of a line."""
    where = f"{file}, line {number}"
    return Trouble(found=found, expected=expected, where=where, next=tables.MEND)


def handed_in(folder):
    """Return {name: HandedIn} of all that lies in DIR; what begins with a dot is not looked at."""
    found = {}
    try:
        entries = sorted(Path(folder).absolute().iterdir())
    except OSError as error:
        raise Trouble(
            found=error.strerror,
            expected="a folder with a clone, or a NAME.json, for each learner",
            where=folder,
            next="`coach class report --repos DIR` with that folder",
        ) from None
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.suffix.lower() == ".json" and not path.is_dir():
            put(found, path.stem, "result", path)
        elif path.is_dir() or path.is_symlink():
            put(found, path.name.removesuffix(".git") or path.name, "repository", path)
    return found


def put(found, name, kind, path):
    """Note what lies under a name; another one of its kind is a Trouble, as only one could be looked at."""
    name = next((other for other in found if key(other) == key(name)), name)
    before = found.get(name, HandedIn())
    if other := getattr(before, kind):
        alike = f"{clean(other.name)} and {clean(path.name)}, which are called alike"
        raise mixed_up(alike, "one for each person", "take one of them away")
    found[name] = replace(before, **{kind: path})


def mixed_up(found, expected, mend):
    """Return the Trouble of work that could be counted for another person, or not at all."""
    next = f"{mend}, then `coach class report` again"
    return Trouble(found=found, expected=expected, where="the folder after --repos", next=next)


def matched(people, found):
    """Return [(Person, HandedIn)]: all of the roster in its order, then what belongs to nobody of it."""
    owner = {name: owner_of(name, people) for name in found}
    pairs = []
    for person in people:
        own = [name for name in found if owner[name] is person]
        if len(own) > 1:
            own = [name for name in own if is_called(name, person)] or own
        if len(own) > 1:
            several = f"{', '.join(map(clean, own))} for {clean(person.id)}"
            raise mixed_up(several, "one folder for each person", NAME_IT)
        pairs.append((person, found[own[0]] if own else HandedIn()))
    strangers = [Person(name, name, on_roster=not people) for name in found if owner[name] is None]
    return pairs + [(person, found[person.id]) for person in strangers]


def owner_of(name, people):
    """Return whose a folder is: who is called like it by folder, else by id, else by name, else whose id it ends in."""
    for column in COLUMNS:
        called = [person for person in people if key(name) == name_by(column, person)]
        if len(called) > 1:
            ids = ", ".join(clean(person.id) for person in called)
            found = f"{clean(name)} for each of {ids}"
            raise mixed_up(found, "one person for each folder", NAME_IT)
        if called:
            return called[0]
    free = [person for person in people if not person.folder]
    ends = [person for person in free if key(name).endswith(f"-{key(person.id)}")]
    return max(ends, key=lambda person: len(person.id), default=None)


def is_called(name, person):
    """Say whether a folder has a name that the roster gives for a person."""
    return any(key(name) == name_by(column, person) for column in COLUMNS)


def name_by(column, person):
    """Return what a column calls a person's folder; where `folder` says it the others say nothing."""
    text = getattr(person, column) if column == "folder" or not person.folder else ""
    return key(text).removesuffix(".git") or None


@cache
def key(name):
    """Return the same for names that differ in case, or in how a system writes their letters (`ü` as one or two)."""
    return unicodedata.normalize("NFC", name).casefold()
