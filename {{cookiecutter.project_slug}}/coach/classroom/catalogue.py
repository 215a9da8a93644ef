"""What is graded: the exercises, and of each check its name, its sentence and its points; nothing is run for it."""

from __future__ import annotations

import ast

from coach import course, max_points


def of(here):
    """Return the exercises with their checks as plain data, in their order."""
    return [
        {
            "exercise": one.id,
            "title": one.title,
            "part": one.part,
            "max_points": one.max_points,
            "checks": checks(one.folder),
        }
        for one in course.exercises(here)
    ]


def checks(folder):
    """Return the checks of an exercise in the order in which they stand."""
    return [
        {
            "check": node.name,
            "title": title(node),
            "points": max_points.of_check(node),
            "needs": any(is_call_of(each, "needs") for each in node.decorator_list),
        }
        for file in sorted(folder.glob("test_*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def is_call_of(node, name):
    """Say whether this is a call of a function by its name."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == name


def title(node):
    """Return the first line of a check's docstring."""
    return (ast.get_docstring(node) or node.name).splitlines()[0]
