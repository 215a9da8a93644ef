"""Read the tables that an instructor keeps, as spreadsheets write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from coach.clean import clean
from coach.environment import Trouble

LARGEST = 5_000_000
MEND = "mend that line, then `coach class report` again"


def read(file, needed, optional=()):
    """Return (line number, {column: text}) for each line that has something in it.

    Takes commas, semicolons and tabs, with or without a byte order mark; names of columns in any case.
    """
    lines = rows(file, text_of(file))
    _, head = next(lines, (1, []))
    columns = [name.strip().lower() for name in head]
    for name in needed:
        if columns.count(name) != 1:
            found = "that column twice" if name in columns else f"columns {shown(columns)}"
            expected = (
                f"a column called {name}: a first line such as {','.join((*needed, *optional))}"
            )
            raise Trouble(found=found, expected=expected, where=f"{file}, line 1", next=MEND)
    found = []
    for number, row in lines:
        if any(cell.strip() for cell in row[len(columns) :]):
            raise Trouble(
                found=f"{len(row)} cells, more than the {len(columns)} of the first line",
                expected='no more; a text that has the separator in it stands in quotes: "Lovelace, Ada"',
                where=f"{file}, line {number}",
                next=MEND,
            )
        if any(cell.strip() for cell in row):
            found.append((number, {n: cell.strip() for n, cell in zip(columns, row) if n}))
    return found


def text_of(file):
    """Return the text of a table, in the encoding that it is in."""
    try:
        data = Path(file).read_bytes() if Path(file).stat().st_size <= LARGEST else None
    except OSError as error:
        found, next = error.strerror or "no access", "`coach class report` with its name"
        raise Trouble(found=found, expected="a table (CSV)", where=file, next=next) from None
    if data is None:
        found, next = f"more than {LARGEST // 10**6} MB", "`coach class report` with another file"
        raise Trouble(found=found, expected="a table (CSV)", where=file, next=next)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what a spreadsheet on Windows may write


def rows(file, text):
    """Yield (line number, cells)."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        where = f"{file}, line {reader.line_num}"
        raise Trouble(found=error, expected="a table (CSV)", where=where, next=MEND) from None


def shown(columns):
    """Return the names of columns for a person."""
    return ", ".join(clean(name, 30) for name in columns if name) or "without names"
