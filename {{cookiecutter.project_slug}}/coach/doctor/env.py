"""The doctor's checks of `.env`, there, whole and loaded by the shell, and of proxies."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

from coach import environment
from coach.environment import Trouble

HOST = "127.0.0.1"


def file(root) -> str:
    """`.env` is there, with every variable of `.env.example`."""
    path, found = Path(root) / ".env", environment.read_env(root)
    if not path.is_file():
        expected, next = "the settings of this machine", "`coach bucket start`"
        raise Trouble(found="no such file", expected=expected, where=path, next=next)
    for key, value in environment.read_env(root, ".env.example").items():
        if key not in found:
            next = f"add the line `{key}={value}` to .env, then `coach doctor`"
            raise Trouble(found=f"no {key}", expected=f"{key}={value}", where=path, next=next)
    return f"{len(found)} variables"


def loaded(root) -> str:
    """The shell has what `.env` says now, and names no server where the cloud is meant."""
    found = environment.read_env(root)
    for key, value in found.items():
        if key in environment.ADDED:
            raise unloaded(f"no {key}", f"{key}={value}", "`pipenv shell`")
        if os.environ.get(key) != value:
            now = f"{key}={os.environ.get(key)}"
            raise unloaded(now, f"{key}={value}, as in .env", "`exit`, then `pipenv shell`")
    host = os.environ.get("STORAGE_EMULATOR_HOST")
    if host and not environment.answers(root).local:
        next = "take it out of your shell's settings, then `coach doctor` in a new terminal"
        raise unloaded(
            f"STORAGE_EMULATOR_HOST={host}", "no such variable: the cloud is meant", next
        )
    return "the variables of .env are set"


def unloaded(found, expected, next) -> Trouble:
    """Return the Trouble of a shell with other variables than `.env`."""
    return Trouble(found=found, expected=expected, where="this shell", next=next)


def proxy(root) -> str:
    """No proxy stands between DVC and a bucket server on this machine."""
    proxies = {kind: url for kind, url in urllib.request.getproxies().items() if kind != "no"}
    if not proxies:
        return "none"
    told = ", ".join(f"{kind}: {url.rpartition('@')[2]}" for kind, url in sorted(proxies.items()))
    if not environment.answers(root).local:
        return told
    # DVC's library asks these two functions as well, and only for the kind of the address: http.
    if "http" in proxies and not urllib.request.proxy_bypass(HOST):
        name = "no_proxy" if os.environ.get("no_proxy") else "NO_PROXY"
        line = ",".join(filter(None, [os.environ.get(name), HOST, "localhost"]))
        next = f"add the line `{name}={line}` to .env, `exit`, then `pipenv shell`"
        expected = f"{name} with {HOST} in it"
        raise Trouble(found=told, expected=expected, where="this shell", next=next)
    return f"{told}, but not for {HOST}"
