"""Who is in the class, and which folder or file in DIR is whose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coach.classroom import tables
from coach.classroom.text import clean
from coach.environment import Trouble


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
                raise wrong(file, number, f"no {column}", f"an id and a name in each line")
        key = row["id"].casefold()
        if key in seen:
            found = f"the id {clean(row['id'])}, which line {seen[key]} has too"
            raise wrong(file, number, found, "each id once")
        seen[key] = number
        people.append(Person(row["id"], row["name"], row.get("folder", "")))
    if not people:
        raise wrong(file, 2, "nobody", "a line for each person")
    return people


def wrong(file, number, found, expected):
    """Return the Trouble of a line."""
    next = "mend that line, then `coach class report` again"
    return Trouble(found=found, expected=expected, where=f"{file}, line {number}", next=next)


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
            old = found.get(path.stem, HandedIn())
            found[path.stem] = HandedIn(old.repository, path)
        elif path.is_dir() or path.is_symlink():
            name = path.name.removesuffix(".git") or path.name
            found[name] = HandedIn(path, found.get(name, HandedIn()).result)
    return found


def matched(people, found):
    """Return [(Person, HandedIn)]: all of the roster in its order, then what belongs to nobody of it."""
    owner = {name: owner_of(name, people) for name in found}
    pairs = []
    for person in people:
        own = [name for name in found if owner[name] is person]
        if len(own) > 1:
            own = [name for name in own if is_called(name, person)] or own
        if len(own) > 1:
            raise Trouble(
                found=f"{', '.join(map(clean, own))} for {clean(person.id)}",
                expected="one folder for each person",
                where="the folder after --repos",
                next="name the right one in a column `folder` of the roster, then `coach class report` again",
            )
        pairs.append((person, found[own[0]] if own else HandedIn()))
    strangers = [Person(name, name, on_roster=not people) for name in found if owner[name] is None]
    return pairs + [(person, found[person.id]) for person in strangers]


def owner_of(name, people):
    """Return whose a folder is: the person whose folder, id or name it is called by, or ends in (`workshop-ID`)."""
    called = [person for person in people if is_called(name, person)]
    if called:
        return called[0]
    ends = [
        person
        for person in people
        if not person.folder and name.casefold().endswith(f"-{person.id.casefold()}")
    ]
    return max(ends, key=lambda person: len(person.id), default=None)


def is_called(name, person):
    """Say whether a folder has the name that the roster gives for a person."""
    keys = (person.folder,) if person.folder else (person.id, person.name)
    return name.casefold() in {key.casefold().removesuffix(".git") for key in keys}
