"""The exercises as the board shows them; test files are read, never run."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from coach import course


@dataclass(frozen=True)
class Lesson:
    """One exercise: its folder's name, its number, title, part and minutes, and {check: its sentence}."""

    id: str
    number: str
    title: str
    minutes: int
    checks: dict
    part: str = ""


def lessons(root) -> dict[str, Lesson]:
    """Return {id: Lesson} in the order of the exercises."""
    return {one.id: lesson(one) for one in course.exercises(root)}


def lesson(one) -> Lesson:
    """Return the Lesson of an exercise."""
    return Lesson(one.id, one.number, one.title, one.minutes, sentences(one.folder), one.part)


def sentences(folder) -> dict[str, str]:
    """Return {check: the first line of its docstring} of a folder's test files."""
    texts = (file.read_text("utf-8", "replace") for file in sorted(Path(folder).glob("test_*.py")))
    return {name: said for text in texts for name, said in sentences_of(text)}


def sentences_of(text):
    """Yield (check, sentence) of a test file's text; one that Python cannot read has none."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, (ast.get_docstring(node) or node.name).splitlines()[0]
