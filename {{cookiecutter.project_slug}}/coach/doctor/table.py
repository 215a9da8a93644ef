"""All checks of the doctor, in their order. To add one, add an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from coach.doctor import (
    buckets,
    clock,
    disk,
    dvcconfig,
    env,
    identity,
    links,
    locks,
    machine,
    place,
    work,
)


class Check(NamedTuple):
    """One check: it returns what it found, None where it does not apply, or raises Trouble.

    `why` says what goes wrong in this workshop otherwise; `needs` are the checks before it that
    must be well.
    """

    name: str
    run: Callable
    why: str
    needs: tuple[str, ...] = ()


CHECKS = (
    Check(
        "Python",
        machine.python,
        "Some packages exist for these versions only; on others the installation fails.",
    ),
    Check(
        "Git",
        machine.git,
        "DVC keeps its versions in Git: without it nothing here works.",
    ),
    Check(
        "repository",
        machine.repository,
        "Git and DVC refuse every command in a folder that is not your repository.",
        ("Git",),
    ),
    Check(
        "branch",
        work.branch,
        "Commits on no branch are soon lost from sight, and half a merge stops `git commit` and DVC's experiments.",
        ("repository",),
    ),
    Check(
        "Git identity",
        identity.git_identity,
        "You will commit often, and Git makes no commit without an author.",
        ("Git",),
    ),
    Check(
        "DVC's identity",
        identity.dvc_identity,
        "DVC itself commits each experiment: `dvc exp run` fails where nobody is known.",
        ("Git", "Git identity"),
    ),
    Check(
        "folder",
        place.folder,
        "`dvc repro` crashes in such a path, or Python finds no code there.",
    ),
    Check(
        "WSL mount",
        place.wsl_mount,
        "Git and DVC are slow there, and programs are not told that a file was saved.",
    ),
    Check(
        "synced folder",
        place.synced,
        "It locks and moves files while Git and DVC write them, and uploads the whole cache.",
    ),
    Check(
        "path length",
        place.long_paths,
        "Windows refuses longer paths, and names in DVC's cache are long: commands fail half-way.",
    ),
    Check(
        "clock",
        clock.clock,
        "With a clock that is behind, pip and Google cannot be reached: their certificates seem"
        " to lie in the future.",
    ),
    Check(
        "answers",
        machine.answers,
        "The coach reads there which data and which buckets the workshop has.",
    ),
    Check(
        "packages",
        machine.packages,
        "Your code and the coach import them; with other versions, what you read may be wrong.",
    ),
    Check(
        "DVC configuration",
        dvcconfig.readable,
        "DVC reads it before it does anything, so every command fails.",
    ),
    Check(
        "disk space",
        disk.space,
        "A disk that is full stops an installation, a training or a push half-way.",
        ("answers", "DVC configuration"),
    ),
    Check(
        "DVC",
        machine.dvc,
        "Data, pipeline and experiments are all its work.",
        ("packages", "DVC configuration"),
    ),
    Check(
        "DVC lock",
        locks.dvc_lock,
        "DVC works only when the lock is free: until then `dvc repro` and `dvc status` fail.",
        ("DVC configuration",),
    ),
    Check(
        "Git lock",
        locks.git_lock,
        "While this file is there, Git adds and commits nothing, and DVC runs no experiment.",
        ("Git", "repository"),
    ),
    Check(
        "cache links",
        links.links,
        "DVC brings files from its cache as such links: where none works `dvc repro` fails, and an"
        " edit through one that can be written damages the cache, in which the versions lie.",
        ("DVC configuration",),
    ),
    Check(
        ".env",
        env.file,
        "It tells DVC where the bucket server is; without it DVC looks in the cloud.",
        ("answers",),
    ),
    Check(
        "environment",
        env.loaded,
        "DVC reads these variables from your shell, not from the file: without them it looks for"
        " the buckets in the cloud, for 50 seconds, then fails.",
        (".env",),
    ),
    Check(
        "proxy",
        env.proxy,
        "DVC asks it for the server on your own machine, which it cannot reach: `dvc push` and"
        " `dvc pull` fail, after half a minute.",
        ("answers",),
    ),
    Check(
        "credentials",
        buckets.credentials,
        "Google lets nobody into its buckets without them, so `dvc pull` and `dvc push` fail.",
        ("answers",),
    ),
    Check(
        "buckets",
        buckets.reached,
        "The data comes from there, and `dvc push` goes there: without them DVC is silent for half"
        " a minute, then fails.",
        ("answers", ".env", "credentials"),
    ),
    Check(
        "default remote",
        buckets.default_remote,
        "`dvc push` and `dvc pull` without a name use it.",
        ("buckets", "DVC configuration"),
    ),
    Check(
        "pipeline",
        work.pipeline,
        "Every `dvc` command reads dvc.yaml first: one wrong line in it stops them all.",
        ("repository", "DVC", "DVC configuration"),
    ),
    Check(
        "DVC reads",
        buckets.dvc_reads,
        "It is what `dvc repro` does first: where this fails, no stage gets its data.",
        ("buckets", "DVC", "environment", "proxy"),
    ),
)
