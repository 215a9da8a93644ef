"""DVC's configuration, read from its files without DVC: later files win, as DVC counts them."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from coach.doctor.systems import system
from coach.environment import Trouble


def files(root) -> list[Path]:
    """Return the configuration files from the weakest to the strongest, there or not."""
    usual = {
        "windows": Path(os.environ.get("LOCALAPPDATA", "")) / "iterative" / "dvc",
        "mac": Path.home() / "Library" / "Application Support" / "dvc",
    }.get(system(), Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "dvc")
    personal = Path(os.environ.get("DVC_GLOBAL_CONFIG_DIR") or usual)
    return [personal / "config", *(Path(root) / ".dvc" / n for n in ("config", "config.local"))]


def readable(root) -> str | None:
    """DVC's configuration can be read."""
    read(root)
    return ", ".join(str(file) for file in files(root) if file.is_file()) or None


def read(root) -> configparser.ConfigParser:
    """Return the configuration; a file that cannot be read is a Trouble."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    for file in files(root):
        try:
            parser.read(file, "utf-8")
        except (configparser.Error, UnicodeDecodeError) as error:
            found = str(error).splitlines()[0]
            raise wrong(found, "a file that DVC can read", "dvc config -l", file) from None
    return parser


def value(root, section, key, default="") -> str:
    """Return one value without quotes; of a remote, the section is `remote "NAME"`."""
    parser = read(root)
    for name in (f"'{section}'", section):
        if parser.has_option(name, key):
            return (parser.get(name, key) or "").strip("\"' ")
    return default


def wrong(found, expected, command, where=".dvc/config") -> Trouble:
    """Return the Trouble of DVC's configuration."""
    return Trouble(found=found, expected=expected, where=where, next=f"`{command}`")


def cache(root) -> Path:
    """Return the folder of DVC's cache; a relative one counts from the folder `.dvc`."""
    return Path(root) / ".dvc" / (value(root, "cache", "dir") or "cache")


def site_cache(root) -> Path:
    """Return the folder, outside of every repository, of what DVC knows about files."""
    usual = {
        "windows": Path(os.environ.get("PROGRAMDATA", "C:\\ProgramData"), "iterative/dvc/Cache"),
        "mac": Path("/Library/Caches/dvc"),
    }.get(system(), Path("/var/tmp/dvc"))
    named = os.environ.get("DVC_SITE_CACHE_DIR") or value(root, "core", "site_cache_dir")
    return Path(named or usual)
