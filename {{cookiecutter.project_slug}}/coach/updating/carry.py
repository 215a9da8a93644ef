"""Carry what the coach remembers of an exercise to the number and the name that it has now."""

from __future__ import annotations

from coach import course, progress


def carry(root, moved, forget=False):
    """Give each remembered exercise its folder's name of today; with `forget`, forget those that are gone."""
    known = progress.load(root)
    before = repr(known)
    has = [one.id for one in course.exercises(root)]
    for name, value in vars(known).items():
        pairs = [(today(each, has, moved), each) for each in value]
        pairs = [(now, each) for now, each in pairs if now.partition("/")[0] in has or not forget]
        is_dict = isinstance(value, dict)
        setattr(
            known,
            name,
            {now: value[each] for now, each in pairs} if is_dict else [now for now, _ in pairs],
        )
    if repr(known) != before:
        progress.save(root, known)


def today(remembered, has, moved) -> str:
    """Return what an exercise, or "exercise/check", is called now."""
    exercise, slash, check = remembered.partition("/")
    if exercise not in has:
        same_name = [one for one in has if one.partition("_")[2] == exercise.partition("_")[2]]
        exercise = (same_name or [moved.get(exercise, exercise)])[0]
    return exercise + slash + check
