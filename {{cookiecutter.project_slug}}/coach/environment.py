"""The workshop's folder, its answers and its `.env`; standard library only, so that it works first of all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ADDED: set[str] = set()  # what `load_env` has set in this process: the shell itself lacks it


class Trouble(Exception):
    """Something that a person can mend: what was found, what was expected, where, and the next command."""

    def __init__(self, *, found, expected, where, next):
        self.found, self.expected = str(found), str(expected)
        self.where, self.next = str(where), str(next)
        super().__init__(f"expected {self.expected}, found {self.found} in {self.where}")


@dataclass(frozen=True)
class Answers:
    """What the author of the workshop answered, as `pyproject.toml` keeps it; raw and cache are `gs://…`."""

    package: str
    data: str
    buckets: str
    raw: str
    cache: str

    @property
    def local(self) -> bool:
        """Say whether the buckets are on this machine."""
        return self.buckets == "local"


def find_root(start=None) -> Path:
    """Return the workshop's folder: the nearest one, from `start` upwards, with `[tool.coach]` in pyproject.toml."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and re.search(r"^\[tool\.coach\]", read_text(file), re.MULTILINE):
            return folder
    raise Trouble(
        found="no `pyproject.toml` with `[tool.coach]` here or above",
        expected="a folder inside of the workshop",
        where=start,
        next="`cd` to the workshop's folder, then `coach`",
    )


def answers(root) -> Answers:
    """Return the answers; a missing or unknown one is a Trouble that names it."""
    file = Path(root) / "pyproject.toml"
    table = read_toml(file).get("tool", {}).get("coach", {})
    missing = [key for key in Answers.__dataclass_fields__ if not isinstance(table.get(key), str)]
    if missing:
        raise mend(
            file, f"no text for {', '.join(missing)}", "package, data, buckets, raw and cache"
        )
    known = Answers(**{key: table[key] for key in Answers.__dataclass_fields__})
    if known.buckets not in ("local", "cloud"):
        raise mend(file, f'buckets = "{known.buckets}"', '"local" or "cloud"')
    for uri in (known.raw, known.cache):
        if not re.match(r"gs://[^/]+", uri):
            raise mend(file, f"the address {uri}", "a bucket's address, `gs://NAME`")
    return known


def mend(file, found, expected) -> Trouble:
    """Return the Trouble of a wrong `[tool.coach]`."""
    where = f"{file}, [tool.coach]"
    return Trouble(
        found=found, expected=expected, where=where, next="`git checkout pyproject.toml`"
    )


def read_toml(file) -> dict:
    """Return the data of a TOML file; Python 3.10 needs tomli for it, and its absence is a Trouble."""
    try:
        import tomllib
    except ModuleNotFoundError:
        try:
            import tomli as tomllib
        except ModuleNotFoundError:
            raise Trouble(
                found="Python 3.10 without the package tomli",
                expected="tomli, which the workshop's environment has",
                where=file,
                next="`pipenv install --dev`",
            ) from None
    if not Path(file).is_file():
        next, where = f"`git checkout {Path(file).name}` brings it back", Path(file).parent
        expected = f"the file {Path(file).name}"
        raise Trouble(found="no such file", expected=expected, where=where, next=next)
    try:
        return tomllib.loads(read_text(file))
    except (OSError, tomllib.TOMLDecodeError) as error:
        next = f"mend that line; `git diff {Path(file).name}` shows your changes"
        raise Trouble(found=error, expected="valid TOML", where=file, next=next) from None


def read_text(file) -> str:
    """Return a file's text, with or without a byte order mark."""
    return Path(file).read_text(encoding="utf-8-sig", errors="replace")


def read_env(root, name=".env") -> dict[str, str]:
    """Return the variables of `.env`; without the file there are none."""
    file = Path(root) / name
    found = {}
    for line in read_text(file).splitlines() if file.is_file() else []:
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$", line)
        if match:
            found[match[1]] = plain(match[2])
    return found


def plain(value) -> str:
    """Return a value of `.env` without its quotes, or without the comment behind it."""
    if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    return re.split(r"(?:^|\s+)#", value)[0]


def load_env(root) -> dict[str, str]:
    """Put the variables of `.env` into os.environ, where the environment's own win; return what was added."""
    new = {key: value for key, value in read_env(root).items() if key not in os.environ}
    os.environ.update(new)
    ADDED.update(new)
    return new


def make_env(root):
    """Make `.env` from `.env.example` where it is missing; a `.env` that is there stays as it is."""
    example, file = Path(root) / ".env.example", Path(root) / ".env"
    if example.is_file() and not file.exists():
        shutil.copyfile(example, file)


def set_env(root, key, value):
    """Set one variable in `.env`, all at once; the other lines stay as they are."""
    file = Path(root) / ".env"
    lines = read_text(file).splitlines() if file.is_file() else []
    mine = [n for n, line in enumerate(lines) if re.match(rf"\s*(export\s+)?{key}\s*=", line)]
    kept = [line for n, line in enumerate(lines) if n not in mine]
    kept.insert(mine[0] if mine else len(kept), f"{key}={value}")
    write(file, "\n".join(kept) + "\n")


def write(file, text):
    """Write a text file so that a reader sees the old one or the new one, never a part; an error names that file."""
    if os.path.exists(file) and not os.path.isfile(file):
        raise PermissionError(errno.EPERM, "no ordinary file", str(file))  # a device, say
    try:
        handle, part = tempfile.mkstemp(dir=Path(file).parent, prefix=f".{Path(file).name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            os.replace(part, file)
        finally:
            with suppress(OSError):  # it is there only where that failed
                os.unlink(part)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None
