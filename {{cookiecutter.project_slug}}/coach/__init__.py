#~ if cookiecutter.kind == 'workshop'
"""The coach: it checks the exercises, gives hints, and runs the local buckets."""

from coach.checks.vocabulary import NotYet, hints, in_child, needs, of_this_machine, points, require

__all__ = ["NotYet", "hints", "in_child", "needs", "of_this_machine", "points", "require"]
#~ else
"""The local buckets: `python -m coach bucket`, `python -m coach doctor`."""
#~ endif
