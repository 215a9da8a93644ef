"""Read DVC's files as DVC does, without starting DVC: `dvc.yaml`, `dvc.lock`, `*.dvc` and the hash of a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from coach.checks.vocabulary import NotYet


@dataclass(frozen=True)
class Output:
    """One output of a stage: kind is `outs`, `metrics` or `plots`; `cache` is false where Git keeps it."""

    path: str
    kind: str = "outs"
    cache: bool = True
    persist: bool = False
    push: bool = True
    remote: str | None = None
    options: dict = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Stage:
    """One stage of `dvc.yaml`; params is {file: [keys]}, and [] means the whole file."""

    name: str
    cmd: str
    deps: tuple[str, ...] = ()
    params: dict[str, list[str]] = field(default_factory=dict)
    outs: tuple[Output, ...] = ()
    frozen: bool = False
    always_changed: bool = False

    def output(self, path):
        """Return the output with this path, or None."""
        return next((out for out in self.outs if out.path == path), None)

    def depends_on(self, path):
        """Say whether the stage depends on a file, itself or through one of the folders that it lies in."""
        folders = {str(parent) for parent in PurePosixPath(path).parents}
        return any(dep == path or dep in folders for dep in self.deps)

    def reads_param(self, key, file="params.yaml"):
        """Say whether the stage depends on a parameter, itself or through the section that it lies in."""
        if file not in self.params:
            return False
        keys, parts = self.params[file], key.split(".")
        return not keys or any(".".join(parts[:n]) in keys for n in range(1, len(parts) + 1))


@dataclass(frozen=True)
class Entry:
    """A dependency or an output as `dvc.lock` or a `.dvc` file records it; a folder's md5 ends in `.dir`."""

    path: str
    md5: str | None = None
    size: int | None = None
    nfiles: int | None = None


@dataclass(frozen=True)
class Locked:
    """One stage of `dvc.lock`: what it was when it last ran; params is {file: {key: value}}."""

    cmd: str
    deps: dict[str, Entry]
    params: dict[str, dict]
    outs: dict[str, Entry]


def parse_yaml(text, name):
    """Return the data of a YAML text as DVC reads it (YAML 1.2); a NotYet names the line of a mistake."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    marks = ("<<<<<<<", ">>>>>>>")
    if any(line.startswith(marks) for line in text.splitlines()):
        raise NotYet(
            "a file without conflict markers",
            "lines that begin with `<<<<<<<`",
            name,
            f"edit {name}, or take one side whole with `git checkout HEAD -- {name}`; then `git add {name}`",
        )
    try:
        data = YAML(typ="safe").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}, line {mark.line + 1}" if mark else name
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        if name == "dvc.lock":
            raise cut_short(found, where) from None
        raise NotYet(
            "valid YAML",
            found,
            where,
            f"mend the indentation or the colons of {name} there, then `coach check`",
        ) from None
    if not isinstance(data or {}, dict):
        raise NotYet(
            "lines of the form `key: value`",
            f"something else ({type(data).__name__})",
            name,
            f"mend {name}; `git diff {name}` shows what you have changed",
        )
    return data or {}


def clean(path):
    """Return a path of `dvc.yaml` in its plain form: forward slashes, no `./`; URLs lose their last slash."""
    path = str(path)
    return path.rstrip("/") if "://" in path else PurePosixPath(path.replace("\\", "/")).as_posix()


def with_options(item):
    """Split `path` and `{path: {option: value}}` into (path, options)."""
    if not isinstance(item, dict):
        return item, {}
    path, options = next(iter(item.items()), ("", None))
    if len(item) != 1 or not isinstance(options, dict):
        raise NotYet(
            f"the options of {path} on lines of their own, four spaces to the right of its dash",
            ", ".join(f"`{key}:`" for key in item) + " one below the other",
            "dvc.yaml",
            "indent the options in dvc.yaml, then `dvc stage list`",
        )
    return path, options


def listed(value):
    """Return a list's items, or none where the learner left the key empty."""
    return value if isinstance(value, list) else [value] if value else []


def parse_stages(data, name="dvc.yaml"):
    """Return {name: Stage} of a resolved dvc.yaml."""
    stages = data.get("stages") or {}
    if not isinstance(stages, dict):
        raise NotYet(
            "`stages:` with a name for each stage",
            f"something else ({type(stages).__name__})",
            name,
            "indent the stages' names below `stages:`, then `dvc stage list`",
        )
    return {
        stage: parse_stage(stage, definition or {}, name) for stage, definition in stages.items()
    }


KEYS = ("cmd", "deps", "params", "outs", "metrics", "plots", "wdir", "frozen", "always_changed")
KEYS += ("desc", "meta", "vars")


def parse_stage(stage, definition, name):
    """Return the Stage of one definition."""
    if not isinstance(definition, dict):
        raise NotYet(
            f"the keys of stage {stage} (`cmd:`, `deps:` …)",
            f"{definition!r} in their place",
            name,
            f"indent the keys below `{stage}:`, then `dvc stage list`",
        )
    if unknown := [str(key) for key in definition if key not in KEYS]:
        raise NotYet(
            f"keys that DVC knows: {', '.join(KEYS)}",
            f"{', '.join(f'`{key}:`' for key in unknown)}, which DVC does not know",
            f"{name}, stage {stage}",
            "mend the spelling or the indentation, then `dvc stage list`",
        )
    folder = PurePosixPath(definition.get("wdir") or ".")
    cmd = definition.get("cmd") or ""
    return Stage(
        name=stage,
        cmd=joined(cmd),
        deps=tuple(inside(folder, dep) for dep in listed(definition.get("deps"))),
        params=parse_params(listed(definition.get("params"))),
        outs=tuple(
            out
            for kind in ("outs", "metrics", "plots")
            for out in parse_outputs(definition, kind, folder)
        ),
        frozen=bool(definition.get("frozen")),
        always_changed=bool(definition.get("always_changed")),
    )


def joined(cmd):
    """Return a command as one line; a list of commands runs one after another."""
    return " && ".join(map(str, cmd)) if isinstance(cmd, list) else str(cmd).strip()


def inside(folder, path):
    """Return a path as seen from the repository's root."""
    path = clean(path)
    return path if "://" in path else clean(normal(folder / path))


def normal(path):
    """Return a relative path with its `..` resolved."""
    parts = []
    for part in path.parts:
        parts.pop() if part == ".." and parts else parts.append(part)
    return PurePosixPath(*parts)


def parse_params(items):
    """Return {file: [keys]}; a plain name is a key of params.yaml."""
    params = {}
    for item in items:
        pairs = item.items() if isinstance(item, dict) else [("params.yaml", [item])]
        for file, keys in pairs:
            params.setdefault(clean(file), []).extend(str(key) for key in listed(keys))
    return params


def parse_outputs(definition, kind, folder):
    """Yield the outputs of one kind."""
    for item in listed(definition.get(kind)):
        path, options = with_options(item)
        known = {
            key: options[key] for key in ("cache", "persist", "push", "remote") if key in options
        }
        yield Output(inside(folder, path), kind, options=options, **known)


def parse_lock(data):
    """Return {stage name: Locked} of a dvc.lock; a NotYet says that it is not as DVC writes it."""
    if (
        "schema" not in data
    ):  # DVC writes it first: a command that was ended can leave the file empty
        raise cut_short(
            "an empty or broken file: a `dvc repro` may have been stopped while it wrote"
        )
    try:
        return read_lock(data.get("stages", {}))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise cut_short(f"something else ({type(error).__name__}: {error})") from None


def cut_short(found, where="dvc.lock"):
    """Return the NotYet for a dvc.lock that DVC refuses; nobody mends it by hand."""
    next = "`git checkout dvc.lock` (where it is in no commit yet, delete it), then `dvc repro`"
    return NotYet("the stages as DVC writes them", found, where, next)


def read_lock(stages):
    """Return {stage name: Locked} of the stages of a dvc.lock."""
    locked = {}
    for stage, entry in stages.items():
        locked[stage] = Locked(
            cmd=joined(entry.get("cmd", "")),
            deps=parse_entries(entry.get("deps")),
            params={
                clean(file): dict(values or {})
                for file, values in (entry.get("params") or {}).items()
            },
            outs=parse_entries(entry.get("outs")),
        )
    return locked


def parse_entries(items):
    """Return {path: Entry} of a list in dvc.lock or in a .dvc file."""
    entries = {}
    for item in items or []:
        path = clean(item["path"])
        hash = item.get("md5") or item.get("etag")  # the latter for an object in a bucket
        entries[path] = Entry(path, hash, item.get("size"), item.get("nfiles"))
    return entries


def hash_bytes(data):
    """Return the md5 of bytes as DVC writes it."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def hash_path(path, ignored=None):
    """Return the md5 that DVC 3 gives a file or a folder (`….dir`), or None where there is nothing.

    Of a folder, DVC leaves out the files for which `ignored` is true.
    """
    path = Path(path)
    try:
        if path.is_dir():
            files = walk(path, ignored)
            return hash_listing({name: hash_bytes(file.read_bytes()) for name, file in files})
        return hash_bytes(path.read_bytes()) if path.is_file() else None
    except FileNotFoundError:  # a stage that is running has just taken it away
        return None


def walk(folder, ignored=None):
    """Yield (relative name, path) of the files below a folder; `.dvcignore` leaves `__pycache__` out."""
    for file in sorted(Path(folder).rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and "__pycache__" not in name.parts and not (ignored and ignored(file)):
            yield name.as_posix(), file


def hash_listing(hashes, kind="md5"):
    """Return the md5 of a folder from {relative name: hash}: DVC hashes the listing as JSON.

    The kind is `md5` for a local folder and `etag` for one in a bucket.
    """
    listing = [{kind: hashes[name], "relpath": name} for name in sorted(hashes)]
    return hash_bytes(json.dumps(listing, sort_keys=True).encode()) + ".dir"


def load_listing(data):
    """Return {relative name: md5} of a `.dir` object."""
    return {item["relpath"]: item["md5"] for item in json.loads(data)}


def key_value(values, key):
    """Return the value of a dotted key in nested parameters, or None."""
    for part in key.split("."):
        values = values.get(part) if isinstance(values, dict) else None
    return values
