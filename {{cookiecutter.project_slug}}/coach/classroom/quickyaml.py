"""Parse the plain YAML that DVC writes twenty times faster than ruamel.yaml does, with the same result.

Only the structure is left to libyaml. What a plain word stands for is ruamel.yaml's to say, by YAML 1.2; a text with
anything unusual in it is left to ruamel.yaml as a whole.
"""

from __future__ import annotations

import re
from functools import lru_cache

try:
    import yaml
    from yaml import CBaseLoader
except ImportError:  # no PyYAML, which only other packages bring, or one without libyaml
    yaml = None

UNUSUAL = re.compile(r"[^\x20-\x7e\n]|[&*!|>{}\[\]%@`\\?]|^(---|\.\.\.)|<<", re.MULTILINE)
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
FRACTION = re.compile(r"-?[0-9]{1,17}\.[0-9]{1,17}")
HASH = re.compile(r"(?=.*[acdf])[0-9a-f]{32}(\.dir)?")  # an e alone could be a number's
WORD = re.compile(r"[a-zA-Z/][\w/. +=,:-]*")
NO_WORD = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def parse(text):
    """Return the data of a text, or None where it is none for this module."""
    if yaml is None or UNUSUAL.search(text):
        return None
    try:
        node = yaml.compose(text, Loader=CBaseLoader)
        return data_of(node) if node and node.id == "mapping" else None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return None  # ruamel.yaml says what is wrong, and where


def data_of(node):
    """Return the data of a node; a key that comes twice is a ValueError."""
    if node.id == "scalar":
        return node.value if node.style else value_of(node.value)
    if node.id == "sequence":
        return [data_of(each) for each in node.value]
    found = {data_of(key): data_of(value) for key, value in node.value}
    if len(found) != len(node.value):
        raise ValueError("a key that comes twice")
    return found


def value_of(word):
    """Return what a plain word stands for."""
    if NUMBER.fullmatch(word):
        return int(word)
    if FRACTION.fullmatch(word):
        return float(word)
    if HASH.fullmatch(word) or WORD.fullmatch(word) and word.lower() not in NO_WORD:
        return word
    return as_ruamel(word)


@lru_cache(maxsize=10_000)
def as_ruamel(word):
    """Return what ruamel.yaml takes a word for."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(f"- {word}\n")[0]
