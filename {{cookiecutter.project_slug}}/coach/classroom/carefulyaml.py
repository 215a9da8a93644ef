"""Parse the YAML of people who may want this to take for ever."""

from __future__ import annotations

import re

from coach.checks import dvcfiles
from coach.checks.vocabulary import require
from coach.classroom import quickyaml

LARGEST, DEEPEST, MOST_VALUES = 1_000_000, 50, 100_000
DEEP = "values that lie in very many others"


def parse(text, path):
    """Return the data of a text; one that is no ordinary file is a NotYet."""
    wrong, data = unusual(text), {}
    try:
        data = data if wrong else quickyaml.parse(text) or dvcfiles.parse_yaml(text, path)
    except RecursionError:
        wrong = DEEP
    if is_endless(data):
        wrong = f"references (`*name`) that make more than {MOST_VALUES} values of it"
    require(
        not wrong,
        expected="a file as a person or DVC writes it",
        found=wrong,
        where=path,
        next=f"`git log -- {path}`",
    )
    return data


def unusual(text):
    """Return what is unusual about a YAML text that would take very long to parse, or nothing."""
    if len(text) > LARGEST:
        return f"more than {LARGEST // 10**6} MB"
    depth = most = 0
    for bracket in re.findall(r"[][{}]", text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        most = max(most, depth)
    return DEEP if most > DEEPEST else ""


def is_endless(data):
    """Say whether data, its aliases filled in, has more values than a person writes."""
    todo, number = [data], 0
    while todo and number < MOST_VALUES:
        value = todo.pop()
        number += 1
        if isinstance(value, (dict, list)):
            todo += [*value, *value.values()] if isinstance(value, dict) else value
    return bool(todo)
