"""What the board keeps, in one SQLite file: the class, the learners, and each event once. Only parameters, no pasted SQL."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from coach.board import keys
from coach.environment import Trouble

VERSION = 1
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE learners (id INTEGER PRIMARY KEY, name TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    joined REAL NOT NULL, lowered INTEGER NOT NULL DEFAULT 0, gone REAL);
CREATE TABLE events (learner INTEGER NOT NULL REFERENCES learners, number INTEGER NOT NULL, received REAL NOT NULL,
    time REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (learner, number));
"""
ADD_LEARNER = "INSERT INTO learners (id, name, token, joined) VALUES (?, ?, ?, ?)"
CHANGE_LEARNER = "UPDATE learners SET name = ?, lowered = ?, gone = ? WHERE id = ?"
ADD_EVENT = "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)"
SET_META = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def file_of(root) -> Path:
    """Return where the class is kept."""
    return Path(root) / ".coach" / "board" / "board.sqlite"


def make_folder(file):
    """Make the folder of the class, which nobody else on this machine can read."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.parent.chmod(0o700)
    except OSError as error:
        raise unwritable(file, error) from None


def connect(file) -> sqlite3.Connection:
    """Open the file, made where it is missing; a commit is on the disk before it returns."""
    try:
        db = sqlite3.connect(file, check_same_thread=False)
        version = look_through(db, file)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if version == 0:
            db.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        file.chmod(0o600)
        db.execute("BEGIN IMMEDIATE")  # a file that can only be read is found now
        db.rollback()
    except (sqlite3.OperationalError, OSError) as error:
        raise unwritable(file, error) from None
    except sqlite3.DatabaseError as error:
        raise damaged(file, error) from None
    return db


def look_through(db, file) -> int:
    """Return the version of the tables, 0 of a new file; a Trouble for a file that is damaged or not ours."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version not in (0, VERSION):
        raise damaged(file, f"version {version} of the tables, this coach knows {VERSION}")
    said = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise damaged(file, said)
    return version


def unwritable(file, error) -> Trouble:
    """Return the Trouble of a file that cannot be made or written."""
    return Trouble(
        found=f"it cannot be opened for writing: {error}",
        expected="a file that the board can write, and room on the disk",
        where=file,
        next="mend that (`coach doctor` shows how much room there is), then `coach board`",
    )


def damaged(file, error) -> Trouble:
    """Return the Trouble of a file that is no class."""
    return Trouble(
        found=f"a file that is damaged: {error}",
        expected="the class as the board keeps it",
        where=file,
        next="give the folder .coach/board another name (it stays as it is); `coach board` then begins a new class",
    )


def meta(db) -> dict[str, str]:
    """Return what the class is: its code, the instructor's secret, the agenda's clock; made where it is missing."""
    known = dict(db.execute("SELECT key, value FROM meta"))
    new = {"code": keys.new_code(), "secret": keys.new_secret()}
    with db:
        db.executemany(SET_META, [(key, value) for key, value in new.items() if key not in known])
    return {**new, **known}


def learners(db):
    """Return (id, name, token, joined, lowered, gone) of all."""
    return db.execute("SELECT id, name, token, joined, lowered, gone FROM learners ORDER BY id")


def events(db):
    """Yield (learner, number, time, body) in the order in which they were kept."""
    for learner, number, time, body in db.execute(
        "SELECT learner, number, time, body FROM events ORDER BY rowid"
    ):
        yield learner, number, time, json.loads(body)


def add_events(db, rows) -> list[bool]:
    """Keep events, and say of each whether it is new."""
    return [db.execute(ADD_EVENT, row).rowcount == 1 for row in rows]
