"""The screen of `coach watch`: the exercises, how far the learner is, the failing check, and the keys."""

from __future__ import annotations

from rich.text import Text

from coach import overview, show
from coach.helping import hints

KEYS = (
    ("Enter", "check"),
    ("h", "hint"),
    ("l", "list"),
    ("s", "solution"),
    ("n", "next"),
    ("q", "quit"),
)
LEAST = 3  # with room for fewer exercises than that, older hints give way


def draw(view, known, with_keys):
    """Print the screen; with keys it fills the terminal, without them it is a plain block."""
    found = overview.rows(view.root, known)
    if not with_keys:
        show.line()
        show.put(*top(view, found, len(found)), *middle(view, known, found))
        return
    rest = middle(view, known, found)
    if room(rest) < LEAST:
        rest = middle(view, known, found, is_brief=True)
    with show.console:  # all at once, so that nothing flickers
        show.console.clear()
        show.put(*top(view, found, max(room(rest), 1)), *rest, Text(""), keys())


def room(rest):
    """Return how many exercises the terminal has room for above the rest of the screen."""
    return show.console.height - 4 - height(keys()) - sum(map(height, rest))


def show_page(print_page):
    """Print another page in place of the screen."""
    show.console.clear()
    print_page()
    show.line()
    show.put(keys())


def height(text):
    """Return how many lines a text takes."""
    return text.plain.count("\n") + 1


def keys():
    """Return what can be pressed."""
    return show.fold("  ".join(f"{key}:{what}" for key, what in KEYS), "bold")


def top(view, found, count):
    """Return the exercises around the watched one, as many as there is room for, and how far the learner is."""
    here = next((n for n, row in enumerate(found) if row.exercise == view.name), 0)
    first = max(0, min(here - count // 2, len(found) - count))
    lines = [list_line(row, row.exercise == view.name) for row in found[first : first + count]]
    return [*lines, show.bar(len(overview.passed(found)), len(found)), Text("")]


def list_line(row, is_watched):
    """Return one exercise of the short list."""
    head = Text(f"{'>' if is_watched else ' '} {row.exercise:<16} ", "bold" if is_watched else "")
    return show.hanging(head, row.says, show.STYLES.get(row.verdict, "dim"))


def middle(view, known, found, is_brief=False):
    """Return what is to be said of the watched exercise."""
    row = next((row for row in found if row.exercise == view.name), None)
    lines = [show.heading(view.name, row.title if row else "")]
    if view.problem:
        lines += show.facts(vars(view.problem))
    elif view.fault:
        lines += fault(view)
    elif view.graded:
        lines += result(view, known, found, is_brief)
    said = [show.fold(text, "bold") for text in (*view.notes, view.message) if text]
    return [*lines, *said, show.fold(when(view), "dim")]


def fault(view):
    """Return that the coach itself has failed; of a long report, the lines that pytest marks as the error."""
    report = view.fault.strip().splitlines()
    chosen = [line[1:].strip(" E") for line in report if line.startswith("E  ")] or report[-3:]
    lines = [show.fold(line, "red") for line in chosen]
    said = (
        f"The coach itself failed, that is not your mistake. Next: `coach check {view.number} -v`"
    )
    return [*lines, show.fold(said)]


def result(view, known, found, is_brief):
    """Return the first check that failed with its hints so far (in brief: the last one), or that all have passed."""
    graded = view.graded
    lines = [show.score(graded.verdict, graded.points, graded.max_points)]
    failed = graded.first_failure
    if failed is None:
        return [*lines, show.fold(way_on(view, next_one(view, known, found)))]
    lines += show.check(failed)
    waiting = sum(check.verdict != show.PASSED for check in graded.checks) - 1
    if waiting:
        lines.append(
            show.fold(f"After it, {waiting} more {'check' if waiting == 1 else 'checks'}.", "dim")
        )
    count = hints.given(known, graded)
    ways = ("`coach hint`", f"`coach solution {view.number}`")
    if view.with_keys:
        ways = ("The key h", "The key s")
    given = hints.hint_lines(failed, count, *ways) if count else []
    return lines + (given[-2:] if is_brief else given)


def way_on(view, following):
    """Return what to do after a pass."""
    if following is None:
        return "All exercises have passed."
    if view.with_keys:
        return f"Next: press n to go on to {following.exercise}, {following.title}."
    return f"Next: read exercises/{following.exercise}/README.md, then `coach watch`."


def next_one(view, known, found):
    """Return the exercise to go on with: the first after this one that has not passed, or the first of all."""
    late = [row for row in found if row.exercise not in known.passed and row.exercise != view.name]
    return next((row for row in late if row.exercise > view.name), late[0] if late else None)


def when(view):
    """Return when the last check was, and how long it took."""
    if view.is_busy:
        return "checking ..."
    return f"checked at {view.checked_at} in {view.seconds:.1f} s" if view.checked_at else ""
